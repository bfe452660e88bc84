package io.intelligentcache;

import io.intelligentcache.memory.Policies;
import io.intelligentcache.memory.Policy;
import io.intelligentcache.memory.adaptive.AdaptivePolicy;

/** Decides which entries leave memory when its budget is spent. */
public enum EvictionPolicy {
  /** The entry whose last access is the longest ago. */
  LRU,
  /** The entry with the fewest accesses, with ageing, so that old fame fades. */
  LFU,
  /** The entry least worth its bytes by what was learnt of this workload. */
  ADAPTIVE;

  /**
   * Makes a policy, for one memory engine.
   *
   * @return a policy that knows nothing yet
   */
  public Policy create() {
    return switch (this) {
      case LRU -> Policies.lru();
      case LFU -> Policies.lfu();
      case ADAPTIVE -> new AdaptivePolicy();
    };
  }
}
