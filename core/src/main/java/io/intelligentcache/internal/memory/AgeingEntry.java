package io.intelligentcache.internal.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An entry with a {@link Lifespan}. It is one of these: an entry that is refreshed before it expires, that is
 * kept for a while after it has expired, that expires when nobody reads it, or that says that the key has no
 * value.
 *
 * <p>A hit pays for none of that: {@link #isDue} returns false until the next instant at which there is
 * something to do. A refresh, a failed refresh and a noted read move that instant. It is a hint: it may come
 * too early, but never later than the end of the entry's freshness.
 *
 * @param <K> type of the key
 * @param <V> type of the value
 */
public final class AgeingEntry<K, V> extends SharedEntry<K, V> {
  /** A read is noted if the last noted one is longer ago than this share of the time to idle. */
  private static final int NOTED_PER_IDLE_TIME = 16;

  /** The back-off between two tries stops growing after this many failures in a row. */
  private static final int LONGEST_WAIT_SHIFT = 4;

  private static final Object ABSENCE = new Object();
  private static final VarHandle TRYING;

  static {
    try {
      TRYING = MethodHandles.lookup().findVarHandle(AgeingEntry.class, "trying", boolean.class);
    } catch (ReflectiveOperationException never) {
      throw new ExceptionInInitializerError(never);
    }
  }

  private final long bornNanos;
  private final long freshUntilNanos;
  private final long goneNanos;
  private final long idleForNanos;

  /** When it was last read, as far as reads were noted. */
  private volatile long readNanos;

  /** From when on it may be loaded again: at first by a refresh, after a failure by the next try. */
  private volatile long tryFromNanos;

  /** Whether a refresh is running or about to start. */
  private volatile boolean trying;

  private volatile int failures;

  private AgeingEntry(
      MemoryTable<K, V> table,
      K key,
      V value,
      long weight,
      Lifespan span,
      boolean onDisk,
      CopyStamp seen) {
    super(table, key, value, weight, span.bornNanos(), onDisk, seen);
    this.bornNanos = span.bornNanos();
    this.freshUntilNanos = span.freshUntilNanos();
    this.goneNanos = span.goneNanos();
    this.idleForNanos = span.idleForNanos();
    this.readNanos = bornNanos;
    this.tryFromNanos = span.refreshFromNanos();
    due(nextInstant());
  }

  static <K, V> AgeingEntry<K, V> of(
      MemoryTable<K, V> table,
      K key,
      V value,
      long weight,
      Lifespan span,
      boolean onDisk,
      CopyStamp seen) {
    return new AgeingEntry<>(table, key, value, weight, span, onDisk, seen);
  }

  @SuppressWarnings("unchecked") // never returned as a value: see isAbsence
  static <K, V> AgeingEntry<K, V> absence(
      MemoryTable<K, V> table, K key, long weight, Lifespan span, CopyStamp seen) {
    return new AgeingEntry<>(table, key, (V) ABSENCE, weight, span, false, seen);
  }

  @Override
  public boolean isAbsence() {
    return value() == ABSENCE;
  }

  @Override
  public boolean expires() {
    return idleForNanos != 0 || freshUntilNanos != NEVER;
  }

  @Override
  public boolean livesOnReads() {
    return idleForNanos != 0;
  }

  @Override
  public boolean wantsNewCopy(long nowNanos, long sinceNanos) {
    if (idleForNanos == 0 || !wasRead()) {
      return false;
    }
    long half = Math.max(1, idleForNanos / 2); // the same instants for all such entries
    return Math.floorDiv(nowNanos, half) != Math.floorDiv(nowNanos - sinceNanos, half);
  }

  @Override
  public long remainingNanos(long nowNanos) {
    return Lifespan.earlier(freshUntilNanos, idleUntil()) - nowNanos;
  }

  @Override
  public Stage stage(long nowNanos) {
    if (isPast(goneNanos, nowNanos) || isPast(idleUntil(), nowNanos)) {
      return Stage.GONE;
    }
    return isPast(freshUntilNanos, nowNanos) ? Stage.STALE : Stage.FRESH;
  }

  /**
   * How long ago its value was stored in memory.
   *
   * @param nowNanos on the clock of the entry's instants
   * @return nanoseconds
   */
  public long ageNanos(long nowNanos) {
    return nowNanos - bornNanos;
  }

  /**
   * How long it has been stale.
   *
   * @param nowNanos on the clock of the entry's instants
   * @return nanoseconds; meaningless in another stage
   */
  public long staleNanos(long nowNanos) {
    return nowNanos - freshUntilNanos;
  }

  /**
   * Notes a read, for the time to idle.
   *
   * @param nowNanos on the clock of the entry's instants
   */
  public void noteRead(long nowNanos) {
    if (idleForNanos != 0) {
      readNanos = nowNanos;
      due(nextInstant());
    }
  }

  /**
   * Whether it is fresh, and a read should start a refresh.
   *
   * @param nowNanos on the clock of the entry's instants
   * @return false also while a refresh is running
   */
  public boolean wantsRefresh(long nowNanos) {
    return !trying && isPast(tryFromNanos, nowNanos);
  }

  /**
   * Whether a refresh failed, and it is too early to try again.
   *
   * @param nowNanos on the clock of the entry's instants
   * @return true if a caller that accepts a stale value should take it without trying to load
   */
  public boolean isBackingOff(long nowNanos) {
    long from = tryFromNanos;
    return from != NEVER && nowNanos - from < 0;
  }

  /**
   * Claims the refresh: the caller becomes the only one to load this entry in the background.
   *
   * @return false if another caller has claimed it
   */
  public boolean beginRefresh() {
    if (!TRYING.compareAndSet(this, false, true)) {
      return false;
    }
    due(nextInstant());
    return true;
  }

  /** Ends the refresh that {@link #beginRefresh} claimed, if the entry is still in use. */
  public void endRefresh() {
    trying = false;
    due(nextInstant());
  }

  /**
   * Notes a failed refresh: each failure in a row doubles the back-off, up to sixteen times the first.
   *
   * @param nowNanos on the clock of the entry's instants
   * @param firstWaitNanos the back-off after the first failure
   */
  public void backOff(long nowNanos, long firstWaitNanos) {
    int before = failures; // a race miscounts: another back-off, no harm
    failures = Math.min(before + 1, LONGEST_WAIT_SHIFT);
    postpone(nowNanos, firstWaitNanos << before);
  }

  /**
   * Delays the next refresh, though nothing has failed.
   *
   * @param nowNanos on the clock of the entry's instants
   * @param waitNanos for how long
   */
  public void postpone(long nowNanos, long waitNanos) {
    tryFromNanos = notNever(nowNanos + waitNanos);
    due(nextInstant());
  }

  @Override
  long leavesNanos() {
    return Lifespan.earlier(goneNanos, idleUntil());
  }

  private long idleUntil() {
    return idleForNanos == 0 ? NEVER : notNever(readNanos + idleForNanos);
  }

  private long nextInstant() {
    if (isAbsence()) {
      return notNever(bornNanos);
    }
    long next = Lifespan.earlier(freshUntilNanos, trying ? NEVER : tryFromNanos);
    return idleForNanos == 0
        ? next
        : Lifespan.earlier(next, notNever(readNanos + idleForNanos / NOTED_PER_IDLE_TIME));
  }

  private static boolean isPast(long instant, long nowNanos) {
    return instant != NEVER && instant - nowNanos <= 0;
  }
}
