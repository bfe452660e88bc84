package io.intelligentcache.redis.internal.command;

/**
 * What a command may leave behind, and what has to happen before its fate is in doubt. What runs here
 * runs before anything behind the command is answered.
 *
 * @param version of what it stores, or {@link #STORES_NOTHING}
 * @param beforeLate runs before the answer that it is late
 * @param beforeAgain runs before a second attempt. Reads that were sent behind the first one are
 *     answered before the second is, so by then they must not be believed.
 */
public record WriteHooks(long version, Runnable beforeLate, Runnable beforeAgain) {
  public static final long STORES_NOTHING = 0;

  /** That of a read. */
  public static final WriteHooks NONE = new WriteHooks(STORES_NOTHING, () -> {}, () -> {});
}
