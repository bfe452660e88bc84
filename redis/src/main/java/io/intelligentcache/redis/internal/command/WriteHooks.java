package io.intelligentcache.redis.internal.command;

/**
 * What a command stores, and what has to run before its outcome is reported as unknown. These hooks run before any
 * command that was sent after this one is answered.
 *
 * @param version of the record that it stores, or {@link #STORES_NOTHING}
 * @param beforeLate runs before the command is answered as late
 * @param beforeAgain runs before a second attempt. Reads that were sent after the first attempt are answered before the
 *     second one. So this hook has to make the key unreadable.
 */
public record WriteHooks(long version, Runnable beforeLate, Runnable beforeAgain) {
  public static final long STORES_NOTHING = 0;

  /** The hooks of a read. */
  public static final WriteHooks NONE = new WriteHooks(STORES_NOTHING, () -> {}, () -> {});
}
