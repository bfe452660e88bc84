package io.intelligentcache.tier;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Work that is repeated on a scheduler: each run schedules the next one. Cancelling it ends it. */
final class Repetition extends CompletableFuture<Void> implements Runnable {
  private final Scheduler scheduler;
  private final Runnable work;
  private final long pauseNanos;
  private volatile @Nullable Future<?> next;

  Repetition(Scheduler scheduler, Runnable work, long pauseNanos) {
    this.scheduler = scheduler;
    this.work = work;
    this.pauseNanos = pauseNanos;
  }

  /** Schedules the next run. */
  void pause() {
    next = scheduler.schedule(this, pauseNanos);
    if (isCancelled()) {
      cancelNext();
    }
  }

  @Override
  public void run() {
    if (isCancelled()) {
      return;
    }
    work.run();
    if (isCancelled()) {
      return;
    }
    try {
      pause();
    } catch (RejectedExecutionException ended) {
      cancel(false);
    }
  }

  private void cancelNext() {
    Future<?> scheduled = next;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    boolean cancelled = super.cancel(mayInterrupt);
    cancelNext();
    return cancelled;
  }
}
