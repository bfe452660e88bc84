package io.intelligentcache;

/** Decides which entries leave memory when its budget is spent. */
public enum EvictionPolicy {
  /** The entry whose last access is the longest ago. */
  LRU,
  /** The entry with the fewest accesses, with ageing, so that old fame fades. */
  LFU,
  /** The entry least worth its bytes by what was learnt of this workload. */
  ADAPTIVE
}
