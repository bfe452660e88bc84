package io.intelligentcache.disk.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.internal.file.DiskCounters;
import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class LogMaintenanceTest {
  private final FakeScheduler scheduler = new FakeScheduler();
  private final AtomicInteger asked = new AtomicInteger();
  private final LogMonitor monitor = new LogMonitor();
  private final LogMaintenance maintenance = new LogMaintenance(state(), this::nanos);

  private LogState state() {
    var manifest = new Manifest(
        new UUID(1, 1), new UUID(1, 2), 1, 1, 0, 1 << 20, false, StoreClock.Mark.NONE, null);
    var clock = new StoreClock(new FakeTime(), StoreClock.Mark.NONE, 0);
    var ring = new SegmentRing(Path.of(""), List.of(), new SegmentGeometry(1 << 20, 8), 0);
    return new LogState(
        monitor,
        ring,
        new ActiveSegment(manifest, ring, clock, null, scheduler::nanos),
        new Index(),
        new RangeTombstones(),
        new PendingAcks(monitor, new StoreDeadlines(scheduler)),
        new WritePause(scheduler::nanos, "test"),
        new DiskCounters());
  }

  private long nanos() {
    asked.incrementAndGet();
    return scheduler.nanos();
  }

  /** Wakes the thread that rests, until something has happened. */
  private void wakeUntil(Callable<Boolean> happened) {
    Awaitility.await().until(() -> {
      monitor.lock();
      try {
        monitor.segmentsAreScarce();
      } finally {
        monitor.unlock();
      }
      return happened.call();
    });
  }

  /** Wakes the thread that rests; returns when it has read the clock. */
  private void wake() {
    int before = asked.get();
    wakeUntil(() -> asked.get() > before);
  }

  @Test
  void theReclaimerRestsForASecondHoweverOftenItIsWoken() {
    CompletableFuture<Void> rest = CompletableFuture.runAsync(maintenance::rest);
    wake();
    scheduler.advance(Duration.ofSeconds(1).minusNanos(1));
    wake();
    wake();
    assertThat(rest).isNotDone();
    scheduler.advance(Duration.ofNanos(1));
    wakeUntil(rest::isDone);
  }

  @Test
  void theRestEndsWhenTheLogStops() {
    CompletableFuture<Void> rest = CompletableFuture.runAsync(maintenance::rest);
    wake();
    maintenance.stop();
    Awaitility.await().until(rest::isDone);
  }
}
