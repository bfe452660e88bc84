package io.intelligentcache.internal.concurrent;

import static java.util.concurrent.TimeUnit.DAYS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeadlineTimerTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Executor HERE = Runnable::run;

  private final DeadlineTimer deadlines = new DeadlineTimer(new TimerThread("timer"));

  @AfterEach
  void close() {
    deadlines.close();
  }

  @Test
  void failsTheAnswerAndLeavesTheFutureAlone() {
    var future = new CompletableFuture<String>();
    var answer = deadlines.limit(future, 1, HERE, () -> new IOException("late"));
    assertThat(answer).failsWithin(LONG).withThrowableThat().withMessageContaining("late");
    assertThat(future).isNotDone();
  }

  @Test
  void passesOnWhatComesInTime() {
    var value = new CompletableFuture<String>();
    var failure = new CompletableFuture<String>();
    var one = deadlines.limit(value, DAYS.toNanos(1), HERE, IOException::new);
    var other = deadlines.limit(failure, DAYS.toNanos(1), HERE, IOException::new);
    value.complete("v");
    failure.completeExceptionally(new IllegalStateException("its own"));
    assertThat(one).isCompletedWithValue("v");
    assertThat(other).isCompletedExceptionally();
    assertThat(other.handle((v, thrown) -> thrown.getMessage())).isCompletedWithValue("its own");
  }

  @Test
  void whatFollowsOnADeadlineIsNotRunByTheTimer() throws Exception {
    var threads = Executors.newSingleThreadExecutor(work -> new Thread(work, "steps"));
    try {
      var attached = new CountDownLatch(1);
      threads.execute(() -> await(attached));
      var block = new CountDownLatch(1);
      var blocked = deadlines.limit(new CompletableFuture<>(), 1, threads, IOException::new);
      var ran = blocked.handle((v, failure) -> {
        await(block);
        return Thread.currentThread().getName();
      });
      attached.countDown();
      var other = deadlines.limit(new CompletableFuture<>(), 2, HERE, IOException::new);
      assertThat(other).failsWithin(LONG);
      block.countDown();
      assertThat(ran).succeedsWithin(LONG).isEqualTo("steps");
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFailureThatCanNotBeMadeFailsTheAnswerAllTheSame() {
    var answer = deadlines.limit(new CompletableFuture<>(), 1, HERE, () -> {
      throw new IllegalStateException("a key without text");
    });
    assertThat(answer).failsWithin(LONG).withThrowableThat().withMessageContaining("without text");
  }

  @Test
  void whatIsCalledOffDoesNotHappen() {
    var happened = new CompletableFuture<Boolean>();
    deadlines.after(DAYS.toNanos(1), () -> happened.complete(true)).cancel();
    deadlines.close();
    assertThat(happened).isNotDone();
  }

  @Test
  void closingBringsDeadlinesForwardAndThoseThatComeLaterAreAtOnce() {
    var pending = new CompletableFuture<Boolean>();
    var later = new CompletableFuture<Boolean>();
    deadlines.after(DAYS.toNanos(1), () -> pending.complete(deadlines.isClosed()));
    deadlines.close();
    deadlines.after(DAYS.toNanos(1), () -> later.complete(deadlines.isClosed()));
    assertThat(pending).isCompletedWithValue(true);
    assertThat(later).isCompletedWithValue(true);
  }
}
