package io.intelligentcache;

/** Decides which entries are evicted when the memory budget is spent. */
public enum EvictionPolicy {
  /** Evicts the entry whose last access is the longest ago. */
  LRU,
  /** Evicts the entry with the fewest accesses. Counts age, so that old popularity fades. */
  LFU,
  /** Evicts the entry with the least value per byte, as learnt from the accesses of this workload. */
  ADAPTIVE
}
