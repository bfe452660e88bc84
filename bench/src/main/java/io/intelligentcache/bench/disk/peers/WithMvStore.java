package io.intelligentcache.bench.disk.peers;

import java.nio.file.Path;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;

/**
 * H2's MVStore. Its chunks are deleted as soon as they are unused. The default keeps them for 45
 * seconds, which takes many times the disk space.
 */
public final class WithMvStore implements RemovingStore {
  private final MVStore store;
  private final MVMap<byte[], byte[]> map;

  public WithMvStore(Path directory) {
    store =
        new MVStore.Builder().fileName(directory.resolve("mvstore").toString()).open();
    store.setRetentionTime(0);
    store.setVersionsToKeep(0);
    map = store.openMap(
        "bench",
        new MVMap.Builder<byte[], byte[]>()
            .keyType(ByteArrayDataType.INSTANCE)
            .valueType(ByteArrayDataType.INSTANCE));
  }

  @Override
  public boolean put(int entry, byte[] key, byte[] value) {
    var unused = map.put(key, value);
    return true;
  }

  @Override
  public byte @Nullable [] get(int entry, byte[] key) {
    return map.get(key);
  }

  @Override
  public void remove(byte[] key) {
    var unused = map.remove(key);
  }

  @Override
  public void settle() {
    store.commit();
  }

  @Override
  public void close() {
    store.close();
  }
}
