package io.intelligentcache.internal.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An entry with a {@link Lifespan}: one that is to be loaded anew before it expires, that is kept for
 * a while after, that leaves when nobody reads it, or that says that there is no value.
 *
 * <p>A hit pays for none of that: {@link #isDue} says no until the next instant at which there is
 * something to do. That somebody loads it anew, has failed to, or has read it moves that instant. It
 * is a hint that may come too early, and never later than the end of its freshness.
 *
 * @param <K> type of the key
 * @param <V> type of the value
 */
public final class AgeingEntry<K, V> extends SharedEntry<K, V> {
  /** An access is noted if the last one noted is longer ago than this share of the time to idle. */
  private static final int NOTED_PER_IDLE_TIME = 16;

  /** After so many failures in a row the wait between two tries grows no more. */
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

  /** When it was read last, as far as that was noted. */
  private volatile long readNanos;

  /** From when on it may be loaded anew: by a refresh at first, by the next try after a failure. */
  private volatile long tryFromNanos;

  /** Whether somebody is about to load it anew. */
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

  @SuppressWarnings("unchecked") // nobody gets to see it: see isAbsence
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
    long half = Math.max(1, idleForNanos / 2); // of all such entries at the same instants
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
   * How long ago its value came into memory.
   *
   * @param nowNanos the clock it was made on
   * @return nanoseconds
   */
  public long ageNanos(long nowNanos) {
    return nowNanos - bornNanos;
  }

  /**
   * How long it has been stale.
   *
   * @param nowNanos the clock it was made on
   * @return nanoseconds; meaningless in another stage
   */
  public long staleNanos(long nowNanos) {
    return nowNanos - freshUntilNanos;
  }

  /**
   * Notes that it is read, for its time to idle.
   *
   * @param nowNanos the clock it was made on
   */
  public void noteRead(long nowNanos) {
    if (idleForNanos != 0) {
      readNanos = nowNanos;
      due(nextInstant());
    }
  }

  /**
   * Whether it is fresh, and yet a read should have it loaded anew.
   *
   * @param nowNanos the clock it was made on
   * @return false also while somebody is about to
   */
  public boolean wantsRefresh(long nowNanos) {
    return !trying && isPast(tryFromNanos, nowNanos);
  }

  /**
   * Whether there was a failure to load it anew after which it is too early to try again.
   *
   * @param nowNanos the clock it was made on
   * @return whether whoever takes it should do so without trying
   */
  public boolean isBackingOff(long nowNanos) {
    long from = tryFromNanos;
    return from != NEVER && nowNanos - from < 0;
  }

  /**
   * Makes the caller the only one who loads it anew in the background.
   *
   * @return false if somebody else is
   */
  public boolean beginRefresh() {
    if (!TRYING.compareAndSet(this, false, true)) {
      return false;
    }
    due(nextInstant());
    return true;
  }

  /** Ends what {@link #beginRefresh} began, if the entry is still in use. */
  public void endRefresh() {
    trying = false;
    due(nextInstant());
  }

  /**
   * Notes that it could not be loaded anew: each failure in a row doubles the wait, up to sixteen
   * times the first.
   *
   * @param nowNanos the clock it was made on
   * @param firstWaitNanos the wait after the first failure
   */
  public void backOff(long nowNanos, long firstWaitNanos) {
    int before = failures; // a race miscounts, which is a wait of another length
    failures = Math.min(before + 1, LONGEST_WAIT_SHIFT);
    postpone(nowNanos, firstWaitNanos << before);
  }

  /**
   * Lets nobody try for a while, though nothing has failed.
   *
   * @param nowNanos the clock it was made on
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
