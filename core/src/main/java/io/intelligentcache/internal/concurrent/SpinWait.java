package io.intelligentcache.internal.concurrent;

import java.util.function.BooleanSupplier;

/**
 * Waits without sleeping for an event that is likely to come sooner than a thread can be put to sleep and woken.
 *
 * <p>The bound is on the clock of the JDK, not of a scheduler: a test may stop the scheduler's clock; the spin would
 * then not end.
 */
public final class SpinWait {
  private static final int BUSY_ROUNDS = 100;
  private static final long LONGEST_NANOS = 50_000;

  private SpinWait() {}

  /** Returns when {@code done} is true, or after 50 microseconds. Yields the core after the first rounds. */
  @SuppressWarnings("ThreadPriorityCheck") // on few cores the awaited thread needs one
  public static void until(BooleanSupplier done) {
    for (int round = 0; round < BUSY_ROUNDS; round++) {
      if (done.getAsBoolean()) {
        return;
      }
      Thread.onSpinWait();
    }
    long end = System.nanoTime() + LONGEST_NANOS;
    while (!done.getAsBoolean() && System.nanoTime() - end < 0) {
      Thread.yield();
    }
  }
}
