package io.intelligentcache.bench.memory;

import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.bench.memory.peers.BareMap;
import io.intelligentcache.bench.memory.peers.Ours;
import io.intelligentcache.bench.memory.peers.WithCache2k;
import io.intelligentcache.bench.memory.peers.WithCaffeine;
import io.intelligentcache.bench.memory.peers.WithEhcache;
import io.intelligentcache.bench.memory.peers.WithGuava;
import java.time.Duration;
import java.util.Locale;

/** The contenders: our cache with each policy, the other caches, and a map as the upper limit. */
public enum Contender {
  /** Our cache, least recently used. */
  LRU,
  /** Our cache, least frequently used. */
  LFU,
  /** Our cache, adaptive. */
  ADAPTIVE,
  /** Caffeine. */
  CAFFEINE,
  /** cache2k. */
  CACHE2K,
  /** Guava's cache. */
  GUAVA,
  /** Ehcache 3 with a heap tier alone; bounded by entries. */
  EHCACHE,
  /** A bare map without bounds or expiry: the upper limit. */
  MAP;

  /** Long enough that nothing expires during a measurement; the cost of tracking expiry is included. */
  public static final Duration TTL = Duration.ofHours(1);

  boolean isBounded() {
    return this != MAP;
  }

  CacheUnderTest open(Capacity capacity) {
    return switch (this) {
      case LRU -> new Ours(EvictionPolicy.LRU, capacity);
      case LFU -> new Ours(EvictionPolicy.LFU, capacity);
      case ADAPTIVE -> new Ours(EvictionPolicy.ADAPTIVE, capacity);
      case CAFFEINE -> new WithCaffeine(capacity);
      case CACHE2K -> new WithCache2k(capacity);
      case GUAVA -> new WithGuava(capacity);
      case EHCACHE -> new WithEhcache(capacity);
      case MAP -> new BareMap();
    };
  }

  /** {@return the name on the command line} */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
