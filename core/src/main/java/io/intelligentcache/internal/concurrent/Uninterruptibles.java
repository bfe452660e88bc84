package io.intelligentcache.internal.concurrent;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.intelligentcache.tier.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/** Waits that an interrupt does not shorten. */
public final class Uninterruptibles {
  private Uninterruptibles() {}

  /**
   * Waits for an event. If the thread is interrupted, it stays interrupted after the wait has ended.
   *
   * <p>The scheduler ends the wait at the deadline. If it does not, because it was closed or can't start its thread,
   * or because a test has stopped its clock, the wait ends when as much real time has passed.
   *
   * @param event what to wait for
   * @param deadline until when, on the clock of the scheduler
   * @return whether the event has come by then
   */
  public static boolean await(CompletableFuture<?> event, Scheduler scheduler, long deadline) {
    if (event.isDone()) {
      return true;
    }
    var end = new CountDownLatch(1);
    var unused = event.whenComplete((value, failure) -> end.countDown());
    Future<?> alarm = alarm(scheduler, deadline - scheduler.nanos(), end);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          boolean unusedToo = end.await(deadline - scheduler.nanos(), NANOSECONDS);
          return event.isDone();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      alarm.cancel(false);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Future<?> alarm(Scheduler scheduler, long nanos, CountDownLatch end) {
    try {
      return scheduler.schedule(end::countDown, nanos);
    } catch (RejectedExecutionException | OutOfMemoryError closedOrNoThread) {
      return CompletableFuture.completedFuture(null);
    }
  }
}
