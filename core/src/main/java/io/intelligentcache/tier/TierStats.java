package io.intelligentcache.tier;

/**
 * Counters of one tier since it was opened. Immutable; each method that sets a counter returns another object.
 *
 * <p>A tier sets what it counts: {@code TierStats.none().hits(hits).misses(misses)}. A tier that wraps another one
 * changes the counters of that one, and keeps those that it does not know.
 */
public final class TierStats {
  private enum Counter {
    ENTRIES,
    BYTES,
    CAPACITY_BYTES,
    HITS,
    MISSES,
    REFUSED,
    DECLINED,
    WRITES,
    REWRITES,
    REMOVALS,
    EVICTIONS,
    EXPIRATIONS,
    DAMAGED,
    LOST
  }

  private static final TierStats NONE = new TierStats(Counts.zero(Counter.class), true);

  private final Counts<Counter> counts;
  private final boolean available;

  private TierStats(Counts<Counter> counts, boolean available) {
    this.counts = counts;
    this.available = available;
  }

  private TierStats with(Counter counter, long count) {
    return new TierStats(counts.with(counter, count), available);
  }

  /** {@return the counters of a tier that did nothing and is available: all zero} */
  public static TierStats none() {
    return NONE;
  }

  /** {@return items it holds, or -1 where only a remote server knows} */
  public long entries() {
    return counts.of(Counter.ENTRIES);
  }

  /**
   * Sets {@link #entries()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats entries(long count) {
    return with(Counter.ENTRIES, count);
  }

  /** {@return bytes it holds, overhead included, or -1 where only a remote server knows} */
  public long bytes() {
    return counts.of(Counter.BYTES);
  }

  /**
   * Sets {@link #bytes()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats bytes(long count) {
    return with(Counter.BYTES, count);
  }

  /** {@return the most bytes it may hold, or -1 where it does not decide that} */
  public long capacityBytes() {
    return counts.of(Counter.CAPACITY_BYTES);
  }

  /**
   * Sets {@link #capacityBytes()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats capacityBytes(long count) {
    return with(Counter.CAPACITY_BYTES, count);
  }

  /** {@return reads that found the item} */
  public long hits() {
    return counts.of(Counter.HITS);
  }

  /**
   * Sets {@link #hits()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats hits(long count) {
    return with(Counter.HITS, count);
  }

  /** {@return reads that found it absent} */
  public long misses() {
    return counts.of(Counter.MISSES);
  }

  /**
   * Sets {@link #misses()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats misses(long count) {
    return with(Counter.MISSES, count);
  }

  /** {@return reads and writes that were refused} */
  public long refused() {
    return counts.of(Counter.REFUSED);
  }

  /**
   * Sets {@link #refused()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats refused(long count) {
    return with(Counter.REFUSED, count);
  }

  /** {@return offers that were declined because they did not seem worth a write} */
  public long declined() {
    return counts.of(Counter.DECLINED);
  }

  /**
   * Sets {@link #declined()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats declined(long count) {
    return with(Counter.DECLINED, count);
  }

  /** {@return items stored} */
  public long writes() {
    return counts.of(Counter.WRITES);
  }

  /**
   * Sets {@link #writes()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats writes(long count) {
    return with(Counter.WRITES, count);
  }

  /** {@return items that were copied to another place to keep them when their place was reclaimed} */
  public long rewrites() {
    return counts.of(Counter.REWRITES);
  }

  /**
   * Sets {@link #rewrites()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats rewrites(long count) {
    return with(Counter.REWRITES, count);
  }

  /** {@return keys removed by invalidation} */
  public long removals() {
    return counts.of(Counter.REMOVALS);
  }

  /**
   * Sets {@link #removals()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats removals(long count) {
    return with(Counter.REMOVALS, count);
  }

  /** {@return items evicted for room} */
  public long evictions() {
    return counts.of(Counter.EVICTIONS);
  }

  /**
   * Sets {@link #evictions()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats evictions(long count) {
    return with(Counter.EVICTIONS, count);
  }

  /** {@return items found expired} */
  public long expirations() {
    return counts.of(Counter.EXPIRATIONS);
  }

  /**
   * Sets {@link #expirations()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats expirations(long count) {
    return with(Counter.EXPIRATIONS, count);
  }

  /** {@return items whose bytes could not be trusted} */
  public long damaged() {
    return counts.of(Counter.DAMAGED);
  }

  /**
   * Sets {@link #damaged()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats damaged(long count) {
    return with(Counter.DAMAGED, count);
  }

  /** {@return items that were stored but could not be written because the device failed} */
  public long lost() {
    return counts.of(Counter.LOST);
  }

  /**
   * Sets {@link #lost()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public TierStats lost(long count) {
    return with(Counter.LOST, count);
  }

  /** {@return whether the tier takes requests; false while its breaker is open} */
  public boolean available() {
    return available;
  }

  /**
   * Sets {@link #available()}.
   *
   * @param is the state
   * @return the counters with it
   */
  public TierStats available(boolean is) {
    return new TierStats(counts, is);
  }

  @Override
  public String toString() {
    return "TierStats[" + counts + ", available=" + available + "]";
  }
}
