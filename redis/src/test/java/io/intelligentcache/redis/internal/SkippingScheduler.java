package io.intelligentcache.redis.internal;

import io.intelligentcache.internal.concurrent.TimerThread;
import io.intelligentcache.tier.Scheduler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A scheduler that follows real time, as real servers do, and skips a pause when the test says so: what is due by then
 * is run at once.
 */
public final class SkippingScheduler implements Scheduler, AutoCloseable {
  private final TimerThread real = new TimerThread("test-timer");
  private final AtomicLong skippedNanos = new AtomicLong();
  private final Set<Task> pending = ConcurrentHashMap.newKeySet();

  private final class Task extends CompletableFuture<Void> implements Runnable {
    final long atNanos;
    final Runnable work;

    Task(long atNanos, Runnable work) {
      this.atNanos = atNanos;
      this.work = work;
    }

    void start() {
      var unused = real.schedule(this, Math.max(0, atNanos - nanos()));
    }

    @Override
    public void run() {
      if (pending.remove(this) && !isCancelled()) {
        work.run();
      }
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      pending.remove(this);
      return super.cancel(mayInterrupt);
    }
  }

  @Override
  public long nanos() {
    return System.nanoTime() + skippedNanos.get();
  }

  @Override
  public Future<?> schedule(Runnable work, long delayNanos) {
    Task task = new Task(nanos() + delayNanos, work);
    pending.add(
        task); // before it looks at the time: skip() sees it, or it sees the time that was skipped
    task.start();
    return task;
  }

  /** Continues as if this time had passed. */
  public void skip(Duration time) {
    skippedNanos.addAndGet(time.toNanos());
    pending.forEach(Task::start);
  }

  @Override
  public void close() {
    real.close();
  }
}
