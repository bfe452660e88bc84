package io.intelligentcache.internal.memory;

import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.internal.memory.adaptive.AdaptivePolicy;
import io.intelligentcache.internal.memory.policy.Policy;
import io.intelligentcache.internal.memory.policy.RankedPolicy;

/** The eviction policies. */
public final class Policies {
  private static final int COUNT_SHIFT = 32;
  private static final long MAX_COUNT = Integer.MAX_VALUE;
  private static final long TICK_MASK = (1L << COUNT_SHIFT) - 1;

  private Policies() {}

  /**
   * Makes a policy.
   *
   * @param policy which one
   * @return a policy for one engine; it has learnt nothing yet
   */
  public static Policy create(EvictionPolicy policy) {
    return switch (policy) {
      case LRU -> lru();
      case LFU -> lfu();
      case ADAPTIVE -> new AdaptivePolicy();
    };
  }

  /**
   * Least recently used: evicts the entry whose last access is the longest ago.
   *
   * @return a policy for one engine
   */
  public static Policy lru() {
    return new RankedPolicy((rank, tick) -> tick);
  }

  /**
   * Least frequently used, with dynamic ageing: evicts the entry with the fewest accesses; among equals, the
   * least recently used one. A new entry starts at the count of the last evicted entry, so old popularity does
   * not keep an entry forever (Arlitt et al., "Evaluating content management techniques for Web proxy caches",
   * 2000).
   *
   * @return a policy for one engine
   */
  public static Policy lfu() {
    return new RankedPolicy((rank, tick) -> {
      long count = Math.min((rank >>> COUNT_SHIFT) + 1, MAX_COUNT);
      return (count << COUNT_SHIFT) | (tick & TICK_MASK);
    });
  }
}
