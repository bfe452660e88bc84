package io.intelligentcache.bench.disk.peers;

import io.intelligentcache.bench.disk.StoreUnderTest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.ehcache.Cache;
import org.ehcache.PersistentCacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.MemoryUnit;
import org.ehcache.spi.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Ehcache 3 with a disk tier alone, persistent. It writes in the background;
 * only closing waits for that.
 */
public final class WithEhcacheDisk implements StoreUnderTest {
  private static final String NAME = "bench";

  private final PersistentCacheManager caches;
  private final Cache<Key, byte[]> cache;

  public WithEhcacheDisk(Path directory, long maximumBytes) {
    caches = CacheManagerBuilder.newCacheManagerBuilder()
        .with(CacheManagerBuilder.persistence(directory.toFile()))
        .withCache(
            NAME,
            CacheConfigurationBuilder.newCacheConfigurationBuilder(
                    Key.class,
                    byte[].class,
                    ResourcePoolsBuilder.newResourcePoolsBuilder()
                        .disk(maximumBytes, MemoryUnit.B, true))
                .withKeySerializer(KeySerializer.class))
        .build(true);
    cache = caches.getCache(NAME, Key.class, byte[].class);
  }

  @Override
  public boolean put(int entry, byte[] key, byte[] value) {
    cache.put(new Key(key), value);
    return true;
  }

  @Override
  public byte @Nullable [] get(int entry, byte[] key) {
    return cache.get(new Key(key));
  }

  @Override
  public void close() {
    caches.close();
  }

  /** A key with equality by content, which Ehcache requires. */
  static final class Key {
    private final byte[] bytes;

    Key(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /** Created by Ehcache. */
  public static final class KeySerializer implements Serializer<Key> {
    /**
     * Called by Ehcache.
     *
     * @param loader the class loader of Ehcache
     */
    public KeySerializer(ClassLoader loader) {}

    @Override
    public ByteBuffer serialize(Key key) {
      return ByteBuffer.wrap(key.bytes);
    }

    @Override
    public Key read(ByteBuffer binary) {
      var bytes = new byte[binary.remaining()];
      binary.get(bytes);
      return new Key(bytes);
    }

    @Override
    public boolean equals(Key key, ByteBuffer binary) {
      return ByteBuffer.wrap(key.bytes).equals(binary);
    }
  }
}
