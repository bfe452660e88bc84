package io.intelligentcache.tier;

/**
 * Counters that only a {@link SharedTier} has, since it was opened. Immutable; each method that sets one returns
 * another object.
 */
public final class SharedStats {
  private enum Counter {
    SERVERS,
    LISTENING,
    CONFIRMATIONS,
    SUPERSEDED_WRITES,
    EXPIRED_WRITES,
    LATE_FILLS,
    REPEATED_WRITES,
    UNSETTLED_KEYS,
    UNSETTLED_REMOVALS,
    BREAKER_OPENINGS,
    SCRIPT_RELOADS,
    CLOCK_ERROR_MICROS
  }

  private static final SharedStats NONE = new SharedStats(Counts.zero(Counter.class), false);

  private final Counts<Counter> counts;
  private final boolean publishing;

  private SharedStats(Counts<Counter> counts, boolean publishing) {
    this.counts = counts;
    this.publishing = publishing;
  }

  private SharedStats with(Counter counter, long count) {
    return new SharedStats(counts.with(counter, count), publishing);
  }

  /** {@return the counters of a tier that did nothing and has no servers: all zero} */
  public static SharedStats none() {
    return NONE;
  }

  /** {@return servers that own keys, as far as is known} */
  public int servers() {
    return (int) counts.of(Counter.SERVERS);
  }

  /**
   * Sets {@link #servers()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public SharedStats servers(int count) {
    return with(Counter.SERVERS, count);
  }

  /**
   * {@return how many of them report invalidations at present; if it is less than {@code servers}, every read of a
   * copy asks Redis}
   */
  public int listening() {
    return (int) counts.of(Counter.LISTENING);
  }

  /**
   * Sets {@link #listening()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public SharedStats listening(int count) {
    return with(Counter.LISTENING, count);
  }

  /** {@return whether instances publish what they change; false if the servers track it} */
  public boolean publishing() {
    return publishing;
  }

  /**
   * Sets {@link #publishing()}.
   *
   * @param is the state
   * @return the counters with it
   */
  public SharedStats publishing(boolean is) {
    return new SharedStats(counts, is);
  }

  /** {@return questions whether a copy is still right that the tier answered with yes} */
  public long confirmations() {
    return counts.of(Counter.CONFIRMATIONS);
  }

  /**
   * Sets {@link #confirmations()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public SharedStats confirmations(long count) {
    return with(Counter.CONFIRMATIONS, count);
  }

  /** {@return writes that were refused because something newer was there} */
  public long supersededWrites() {
    return counts.of(Counter.SUPERSEDED_WRITES);
  }

  /**
   * Sets {@link #supersededWrites()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public SharedStats supersededWrites(long count) {
    return with(Counter.SUPERSEDED_WRITES, count);
  }

  /** {@return puts that were refused because they arrived too late} */
  public long expiredWrites() {
    return counts.of(Counter.EXPIRED_WRITES);
  }

  /**
   * Sets {@link #expiredWrites()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public SharedStats expiredWrites(long count) {
    return with(Counter.EXPIRED_WRITES, count);
  }

  /**
   * {@return loaded values that were not stored because their key had changed since the load began; and other
   * writes whose condition did not hold}
   */
  public long lateFills() {
    return counts.of(Counter.LATE_FILLS);
  }

  /**
   * Sets {@link #lateFills()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public SharedStats lateFills(long count) {
    return with(Counter.LATE_FILLS, count);
  }

  /** {@return puts whose outcome was unknown and that were retried with success} */
  public long repeatedWrites() {
    return counts.of(Counter.REPEATED_WRITES);
  }

  /**
   * Sets {@link #repeatedWrites()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public SharedStats repeatedWrites(long count) {
    return with(Counter.REPEATED_WRITES, count);
  }

  /** {@return keys whose last write was not acknowledged; they are not read until the write has been settled} */
  public long unsettledKeys() {
    return counts.of(Counter.UNSETTLED_KEYS);
  }

  /**
   * Sets {@link #unsettledKeys()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public SharedStats unsettledKeys(long count) {
    return with(Counter.UNSETTLED_KEYS, count);
  }

  /**
   * {@return clears and removals by pattern that are not finished, and key spaces in which one was refused because
   * too many were unfinished; the keys that they remove are not read}
   */
  public long unsettledRemovals() {
    return counts.of(Counter.UNSETTLED_REMOVALS);
  }

  /**
   * Sets {@link #unsettledRemovals()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public SharedStats unsettledRemovals(long count) {
    return with(Counter.UNSETTLED_REMOVALS, count);
  }

  /** {@return how often the breaker of a server opened because the server did not answer} */
  public long breakerOpenings() {
    return counts.of(Counter.BREAKER_OPENINGS);
  }

  /**
   * Sets {@link #breakerOpenings()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public SharedStats breakerOpenings(long count) {
    return with(Counter.BREAKER_OPENINGS, count);
  }

  /** {@return commands that were sent again because a server no longer had the script} */
  public long scriptReloads() {
    return counts.of(Counter.SCRIPT_RELOADS);
  }

  /**
   * Sets {@link #scriptReloads()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public SharedStats scriptReloads(long count) {
    return with(Counter.SCRIPT_RELOADS, count);
  }

  /**
   * {@return how far this instance's estimate of the servers' time may be wrong, in microseconds; writes of two
   * instances that are closer than this may be ordered either way}
   */
  public long clockErrorMicros() {
    return counts.of(Counter.CLOCK_ERROR_MICROS);
  }

  /**
   * Sets {@link #clockErrorMicros()}.
   *
   * @param count the number
   * @return the counters with it
   */
  public SharedStats clockErrorMicros(long count) {
    return with(Counter.CLOCK_ERROR_MICROS, count);
  }

  @Override
  public String toString() {
    return "SharedStats[" + counts + ", publishing=" + publishing + "]";
  }
}
