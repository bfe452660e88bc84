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
 * @param memoryHits requests answered from memory; cached absences, and stale values that were answered
 *     without waiting for a load, are included
 * @param diskHits requests answered from disk
 * @param redisHits requests answered from Redis
 * @param loads requests that ran the loader, whether it succeeded or not
 * @param coalesced requests that shared the load of another caller
 * @param absent requests that no tier could answer, made without a loader
 * @param loadFailures of the loads, those that failed or were given up
 * @param loadNanos time spent in loads, in nanoseconds
 * @param puts values put
 * @param warmed values that warming loaded; not counted as requests
 * @param invalidations keys invalidated; by pattern, once per tier that had them
 * @param evictions entries that were evicted from memory for room
 * @param demotions entries written to disk: when they were evicted, by write-behind, or when the manager
 *     closed
 * @param promotions entries promoted to memory from disk or Redis
 * @param expirations entries found expired in memory
 * @param unreadable how often the codec could not read an item from disk or Redis; the item counts as
 *     absent
 * @param unwritable values that could not be written to a lower tier, or not stored at all, in cases where
 *     no caller gets an exception: a codec, a weigher, a TTL function or a key failed, or the value would not
 *     be read back as it was
 * @param rawBytes bytes encoded for the lower tiers, before compression
 * @param encodedBytes the same after compression
 * @param freshness stale values and cached absences that were answered, and refreshes in the background
 * @param coherence reads of copies that another instance might have changed
 * @param listeners failed and dropped events of the cache's listener
 * @param entries entries in memory, expired ones included until they are noticed
 */
public record CacheStats(
    long memoryHits,
    long diskHits,
    long redisHits,
    long loads,
    long coalesced,
    long absent,
    long loadFailures,
    long loadNanos,
    long puts,
    long warmed,
    long invalidations,
    long evictions,
    long demotions,
    long promotions,
    long expirations,
    long unreadable,
    long unwritable,
    long rawBytes,
    long encodedBytes,
    FreshnessStats freshness,
    CoherenceStats coherence,
    ListenerStats listeners,
    long entries) {

  /** {@return requests that some tier answered} */
  public long hits() {
    return memoryHits + diskHits + redisHits;
  }

  /** {@return requests that no tier answered} */
  public long misses() {
    return loads + coalesced + absent;
  }

  /** {@return reads of one key} */
  public long requests() {
    return hits() + misses();
  }

  /** {@return hits per request, 0 to 1; 0 when there were no requests} */
  public double hitRate() {
    return ratio(hits(), requests());
  }

  /** {@return the mean time of a load; zero when there was none} */
  public Duration meanLoadTime() {
    return loads == 0 ? Duration.ZERO : Duration.ofNanos(loadNanos / loads);
  }

  /** {@return bytes after compression per byte before; 1 when nothing was encoded} */
  public double compressionRatio() {
    return rawBytes == 0 ? 1 : ratio(encodedBytes, rawBytes);
  }

  /**
   * The sum of these counters and others.
   *
   * @param that the other counters
   * @return both together
   */
  public CacheStats plus(CacheStats that) {
    return new CacheStats(
        memoryHits + that.memoryHits,
        diskHits + that.diskHits,
        redisHits + that.redisHits,
        loads + that.loads,
        coalesced + that.coalesced,
        absent + that.absent,
        loadFailures + that.loadFailures,
        loadNanos + that.loadNanos,
        puts + that.puts,
        warmed + that.warmed,
        invalidations + that.invalidations,
        evictions + that.evictions,
        demotions + that.demotions,
        promotions + that.promotions,
        expirations + that.expirations,
        unreadable + that.unreadable,
        unwritable + that.unwritable,
        rawBytes + that.rawBytes,
        encodedBytes + that.encodedBytes,
        freshness.plus(that.freshness),
        coherence.plus(that.coherence),
        listeners.plus(that.listeners),
        entries + that.entries);
  }

  /**
   * The counters of a cache that did nothing yet.
   *
   * @return zeros
   */
  public static CacheStats none() {
    return new CacheStats(
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        new FreshnessStats(0, 0, 0, 0, 0),
        new CoherenceStats(0, 0, 0),
        new ListenerStats(0, 0),
        0);
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
