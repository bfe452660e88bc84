package io.intelligentcache.stats;

import java.time.Duration;

/**
 * What one cache, or one tenant of it, did since it was opened. A tenant that was idle, and whose view no
 * caller held, is opened again at its next use, and its counters start at zero. Counters are read one after the
 * other while other threads count, so under load sums are exact only up to the number of running requests.
 *
 * <p>{@code requests = memoryHits + diskHits + redisHits + misses} and {@code misses = loads + coalesced +
 * absent}.
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 */
public interface CacheStats {
  /**
   * {@return requests answered from memory; cached absences, and stale values that were answered without waiting
   * for a load, are included}
   */
  long memoryHits();

  /** {@return requests answered from disk} */
  long diskHits();

  /** {@return requests answered from Redis} */
  long redisHits();

  /** {@return requests that ran the loader, whether it succeeded or not} */
  long loads();

  /** {@return requests that shared the load of another caller} */
  long coalesced();

  /** {@return requests that no tier could answer, made without a loader} */
  long absent();

  /** {@return loads that failed or were given up} */
  long loadFailures();

  /** {@return time spent in loads, in nanoseconds} */
  long loadNanos();

  /** {@return values put} */
  long puts();

  /** {@return values that warming loaded; not counted as requests} */
  long warmed();

  /** {@return keys invalidated; by pattern, once per tier that had them} */
  long invalidations();

  /** {@return entries that were evicted from memory for room} */
  long evictions();

  /** {@return entries written to disk: when they were evicted, by write-behind, or when the manager closed} */
  long demotions();

  /** {@return entries promoted to memory from disk or Redis} */
  long promotions();

  /** {@return entries found expired in memory} */
  long expirations();

  /** {@return how often the codec could not read an item from disk or Redis; the item counts as absent} */
  long unreadable();

  /**
   * {@return values that could not be written to a lower tier, or not stored at all, in cases where no caller gets
   * an exception: a codec, a weigher, a TTL function or a key failed, or the value would not be read back as it
   * was}
   */
  long unwritable();

  /** {@return bytes encoded for the lower tiers, before compression} */
  long rawBytes();

  /** {@return bytes encoded for the lower tiers, after compression} */
  long encodedBytes();

  /** {@return stale values and cached absences that were answered, and refreshes in the background} */
  FreshnessStats freshness();

  /** {@return reads of copies that another instance might have changed} */
  CoherenceStats coherence();

  /** {@return failed and dropped events of the cache's listener} */
  ListenerStats listeners();

  /** {@return entries in memory, expired ones included until they are noticed} */
  long entries();

  /** {@return requests that some tier answered} */
  default long hits() {
    return memoryHits() + diskHits() + redisHits();
  }

  /** {@return requests that no tier answered} */
  default long misses() {
    return loads() + coalesced() + absent();
  }

  /** {@return reads of one key} */
  default long requests() {
    return hits() + misses();
  }

  /** {@return hits per request, 0 to 1; 0 when there were no requests} */
  default double hitRate() {
    return ratio(hits(), requests());
  }

  /** {@return the mean time of a load; zero when there was none} */
  default Duration meanLoadTime() {
    return loads() == 0 ? Duration.ZERO : Duration.ofNanos(loadNanos() / loads());
  }

  /** {@return bytes after compression per byte before; 1 when nothing was encoded} */
  default double compressionRatio() {
    return rawBytes() == 0 ? 1 : ratio(encodedBytes(), rawBytes());
  }

  /**
   * The sum of these counters and others.
   *
   * @param that the other counters
   * @return both together
   */
  CacheStats plus(CacheStats that);

  /**
   * What was counted since an earlier reading. {@link #entries} is no counter, so the difference has the entries of
   * this reading.
   *
   * @param before the earlier reading of the same counters
   * @return the difference
   */
  CacheStats since(CacheStats before);

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
