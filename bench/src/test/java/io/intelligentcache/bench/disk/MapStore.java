package io.intelligentcache.bench.disk;

import io.intelligentcache.bench.disk.peers.RemovingStore;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A store in memory. It can refuse puts, and return the value of a wrong key. */
final class MapStore implements RemovingStore {
  final Map<ByteBuffer, byte[]> values = new LinkedHashMap<>();
  int refusals;
  byte @Nullable [] answer;

  @Override
  public boolean put(int entry, byte[] key, byte[] value) {
    if (refusals > 0) {
      refusals--;
      return false;
    }
    values.put(ByteBuffer.wrap(key), value);
    return true;
  }

  @Override
  public byte @Nullable [] get(int entry, byte[] key) {
    return answer == null ? values.get(ByteBuffer.wrap(key)) : answer;
  }

  @Override
  public void remove(byte[] key) {
    values.remove(ByteBuffer.wrap(key));
  }

  @Override
  public void close() {}
}
