package io.intelligentcache.tier;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A scheduler whose time stands until a test advances it: the test decides when a timeout comes. */
public final class FakeScheduler implements Scheduler {
  private final PriorityQueue<Pending> pending =
      new PriorityQueue<>(Comparator.comparingLong(Pending::at).thenComparingLong(Pending::order));
  private long now; // under the lock, like the fields around it
  private long made;
  private boolean closed;

  private record Pending(long at, long order, Runnable work, CompletableFuture<Void> done) {}

  @Override
  public synchronized long nanos() {
    return now;
  }

  @Override
  public synchronized Future<?> schedule(Runnable work, long delayNanos) {
    if (closed) {
      throw new RejectedExecutionException("closed");
    }
    var done = new CompletableFuture<Void>();
    pending.add(new Pending(now + Math.max(0, delayNanos), made++, work, done));
    return done;
  }

  /** Advances the time. The calling thread runs, in order, what is due by then. */
  public void advance(Duration time) {
    long until = nanos() + time.toNanos();
    for (Pending due = next(until); due != null; due = next(until)) {
      if (due.done.complete(null)) {
        due.work.run();
      }
    }
  }

  /**
   * Advances the time in steps until a condition holds. Between two steps other threads get a moment of real time.
   */
  public void advanceUntil(Duration step, Callable<Boolean> done) {
    await().until(() -> {
      advance(step);
      return done.call();
    });
  }

  private synchronized @Nullable Pending next(long until) {
    Pending first = pending.peek();
    if (first == null || first.at > until) {
      now = Math.max(now, until);
      return null;
    }
    now = Math.max(now, first.at);
    return pending.poll();
  }

  /** {@return whether work is due within a time from now, what was cancelled not counted} */
  public synchronized boolean isDueWithin(Duration time) {
    return pending.stream()
        .anyMatch(work -> !work.done.isDone() && work.at - now <= time.toNanos());
  }

  /** {@return how much work is pending, what was cancelled not counted} */
  public synchronized long pending() {
    return pending.stream().filter(work -> !work.done.isDone()).count();
  }

  /** Refuses what is scheduled from here on, and drops what is pending, as a timer does whose thread has ended. */
  public synchronized void close() {
    closed = true;
    pending.clear();
  }
}
