package io.intelligentcache.internal.concurrent;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.concurrent.CountDownLatch;

/** Waits that an interrupt does not shorten. */
public final class Uninterruptibles {
  private Uninterruptibles() {}

  /**
   * Waits for a latch. If the thread is interrupted, it stays interrupted after the wait has ended.
   *
   * @param latch what to wait for
   * @param deadline until when, on the clock of {@code System.nanoTime()}
   * @return whether it was released by then
   */
  public static boolean await(CountDownLatch latch, long deadline) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return latch.await(deadline - System.nanoTime(), NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
