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

/** Who takes part: ours under each policy, the peers, and the map below which nobody gets. */
public enum Contender {
  /** Ours, least recently used. */
  LRU,
  /** Ours, least frequently used. */
  LFU,
  /** Ours, adaptive. */
  ADAPTIVE,
  /** Caffeine. */
  CAFFEINE,
  /** cache2k. */
  CACHE2K,
  /** Guava's cache. */
  GUAVA,
  /** Ehcache 3 with a heap tier alone; bounded by entries. */
  EHCACHE,
  /** A bare map without bounds or expiry: the limit. */
  MAP;

  /** Long enough that nothing expires while it is measured; its bookkeeping is part of the price. */
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
