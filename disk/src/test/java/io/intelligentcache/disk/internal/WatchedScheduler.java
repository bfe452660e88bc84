package io.intelligentcache.disk.internal;

import io.intelligentcache.tier.Scheduler;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** Delegates every call to another scheduler, and records what it was asked. */
final class WatchedScheduler implements Scheduler {
  private final Scheduler scheduler;
  private final List<Duration> delays = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final ThreadLocal<Duration> read = ThreadLocal.withInitial(() -> Duration.ZERO);

  WatchedScheduler(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  @Override
  public long nanos() {
    long nanos = scheduler.nanos();
    read.set(Duration.ofNanos(nanos));
    asked.incrementAndGet();
    return nanos;
  }

  @Override
  public Future<?> schedule(Runnable work, long delayNanos) {
    Future<?> scheduled = scheduler.schedule(work, delayNanos);
    delays.add(Duration.ofNanos(delayNanos)); // last: a test that counts it may advance the time
    return scheduled;
  }

  /** How often work was scheduled with a delay. */
  int count(Duration delay) {
    return Collections.frequency(delays, delay);
  }

  /** The time at which the calling thread last read the clock. */
  Duration lastRead() {
    return read.get();
  }

  /** Waits until the writer has looked several times whether it is time to write. */
  void awaitLooks() {
    int before = asked.get();
    Awaitility.await().until(() -> asked.get() >= before + 6);
  }
}
