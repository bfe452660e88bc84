package io.intelligentcache.bench;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who takes part: ours under each policy, the peers, and the map below which nobody gets. */
public enum Contender {
  /** Ours, least recently used. */
  LRU,
  /** Ours, least frequently used. */
  LFU,
  /** Ours, adaptive. */
  ADAPTIVE,
  /** Caffeine, bounded by weight and with expiry, as ours is. */
  CAFFEINE,
  /** A bare map without bounds or expiry: the limit. */
  MAP;

  private static final Duration TTL = Duration.ofHours(1);

  boolean isOurs() {
    return this == LRU || this == LFU || this == ADAPTIVE;
  }

  /** A cache for so many megabytes. */
  CacheUnderTest open(int megabytes) {
    return switch (this) {
      case LRU -> new Ours(EvictionPolicy.LRU, megabytes);
      case LFU -> new Ours(EvictionPolicy.LFU, megabytes);
      case ADAPTIVE -> new Ours(EvictionPolicy.ADAPTIVE, megabytes);
      case CAFFEINE -> new WithCaffeine(megabytes);
      case MAP -> new BareMap();
    };
  }

  private static final class Ours implements CacheUnderTest {
    private final TieredCacheManager caches;
    private final TieredCache<String, String> cache;

    Ours(EvictionPolicy policy, int megabytes) {
      caches = TieredCacheManager.builder()
          .memory(Memory.ofMegabytes(megabytes).policy(policy))
          .defaultTtl(TTL)
          .build();
      cache = caches.cache("bench", String.class, String.class);
    }

    @Override
    public void put(String key, String value) {
      cache.put(key, value);
    }

    @Override
    public @Nullable String get(String key) {
      return cache.get(key);
    }

    @Override
    public void close() {
      caches.close();
    }
  }

  private static final class WithCaffeine implements CacheUnderTest {
    private final Cache<String, String> cache;

    WithCaffeine(int megabytes) {
      cache = Caffeine.newBuilder()
          .maximumWeight(megabytes * 1_000_000L)
          .weigher((String key, String value) -> key.length() + value.length())
          .expireAfterWrite(TTL)
          .build();
    }

    @Override
    public void put(String key, String value) {
      cache.put(key, value);
    }

    @Override
    public @Nullable String get(String key) {
      return cache.getIfPresent(key);
    }

    @Override
    public void close() {
      cache.invalidateAll();
    }
  }

  private static final class BareMap implements CacheUnderTest {
    private final ConcurrentHashMap<String, String> map = new ConcurrentHashMap<>();

    @Override
    public void put(String key, String value) {
      map.put(key, value);
    }

    @Override
    public @Nullable String get(String key) {
      return map.get(key);
    }

    @Override
    public void close() {
      map.clear();
    }
  }
}
