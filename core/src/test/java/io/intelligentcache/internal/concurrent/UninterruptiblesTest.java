package io.intelligentcache.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.tier.FakeScheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class UninterruptiblesTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final FakeScheduler scheduler = new FakeScheduler();
  private final CompletableFuture<?> event = new CompletableFuture<>();
  private final CompletableFuture<Boolean> came = new CompletableFuture<>();
  private final AtomicBoolean interrupted = new AtomicBoolean();

  private Thread waiting() {
    var thread = new Thread(() -> {
      came.complete(Uninterruptibles.await(event, scheduler, HOUR.toNanos()));
      interrupted.set(Thread.currentThread().isInterrupted());
    });
    thread.start();
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    return thread;
  }

  @Test
  void theSchedulerEndsTheWaitAtTheDeadlineAndNotBefore() throws Exception {
    Thread thread = waiting();
    scheduler.advance(HOUR.minusNanos(1));
    assertThat(scheduler.pending()).isEqualTo(1);
    scheduler.advance(Duration.ofNanos(1));
    thread.join();
    assertThat(came).isCompletedWithValue(false);
  }

  @Test
  void theEventEndsTheWaitAndLeavesNothingPending() throws Exception {
    Thread thread = waiting();
    event.complete(null);
    thread.join();
    assertThat(came).isCompletedWithValue(true);
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void anInterruptIsKeptAndDoesNotEndTheWait() throws Exception {
    Thread thread = waiting();
    thread.interrupt();
    await().until(() -> !thread.isInterrupted());
    assertThat(came).isNotDone();
    event.complete(null);
    thread.join();
    assertThat(came).isCompletedWithValue(true);
    assertThat(interrupted).isTrue();
  }

  @Test
  void withoutItsSchedulerTheWaitTakesAsMuchRealTime() {
    scheduler.close();
    assertThat(Uninterruptibles.await(event, scheduler, 1_000)).isFalse();
  }
}
