package io.intelligentcache.redis;

/**
 * What a command may leave behind, and what has to happen before its fate is in doubt. What runs here
 * runs before anything behind the command is answered.
 *
 * @param version of what it stores, or {@link #STORES_NOTHING}
 * @param beforeLate runs before the answer that it is late
 * @param beforeAgain runs before a second attempt. Reads that were sent behind the first one are
 *     answered before the second is, so by then they must not be believed.
 */
record Effect(long version, Runnable beforeLate, Runnable beforeAgain) {
  static final long STORES_NOTHING = 0;

  /** That of a read. */
  static final Effect NONE = new Effect(STORES_NOTHING, () -> {}, () -> {});
}
