package io.intelligentcache.disk.internal.log;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Operations that wait for a writer that hangs. */
final class PendingAcksTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Outcome LATE = new Outcome.Refused(Reason.LATE);

  private final FakeScheduler scheduler = new FakeScheduler();
  private final LogMonitor monitor = new LogMonitor();
  private final StoreDeadlines deadlines = new StoreDeadlines(new ObservedScheduler());
  private final PendingAcks pendingAcks = new PendingAcks(monitor, deadlines);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private volatile Runnable onRead = () -> {};

  private final class ObservedScheduler implements Scheduler {
    @Override
    public long nanos() {
      onRead.run();
      return scheduler.nanos();
    }

    @Override
    public Future<?> schedule(Runnable work, long delayNanos) {
      return scheduler.schedule(work, delayNanos);
    }
  }

  @AfterEach
  void close() {
    mayEnd.countDown();
    deadlines.close();
  }

  private CompletableFuture<Outcome> add() {
    monitor.lock();
    try {
      return pendingAcks.add(Outcome.DONE, Outcome.DONE, null, null, false);
    } finally {
      monitor.unlock();
    }
  }

  private void block() {
    begun.countDown();
    try {
      assertThat(mayEnd.await(60, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aContinuationThatBlocksDelaysNoRefusalOfALaterOperation() {
    CompletableFuture<Void> blocked = add().thenRun(this::block);
    scheduler.advanceUntil(SECOND, () -> begun.getCount() == 0);
    CompletableFuture<Outcome> later = add();
    scheduler.advanceUntil(SECOND, later::isDone);
    assertThat(later).isCompletedWithValue(LATE);
    assertThat(blocked).isNotDone();
  }

  @Test
  void whatIsTooYoungToBeRefusedIsRefusedIfTheDeadlinesAreClosedMeanwhile() {
    CompletableFuture<Outcome> young = add();
    onRead = deadlines::close; // by the thread that looks
    scheduler.advance(SECOND);
    Awaitility.await().until(young::isDone);
    assertThat(young).isCompletedWithValue(LATE);
  }
}
