package io.intelligentcache.redis.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Effort;
import io.intelligentcache.internal.concurrent.TimerThread;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Effort.class)
final class DeadlinesTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration TICK = Duration.ofMillis(10);

  private final FakeScheduler scheduler = new FakeScheduler();
  private final Deadlines deadlines = new Deadlines(scheduler, Runnable::run);
  private final List<String> came = new ArrayList<>();

  @Test
  void comesAtItsTimeAndAtMostATickLater() {
    scheduler.advance(Duration.ofMillis(3));
    var unused = deadlines.after(SECOND, () -> came.add("a"));
    scheduler.advance(SECOND.minusNanos(1));
    assertThat(came).isEmpty();
    scheduler.advance(TICK);
    assertThat(came).containsExactly("a");
    scheduler.advance(SECOND);
    assertThat(came).hasSize(1);
  }

  @Test
  void thoseOfOneTickShareATaskOfTheScheduler() {
    for (int i = 0; i < 1_000; i++) {
      var unused = deadlines.after(SECOND, () -> came.add("a"));
    }
    assertThat(scheduler.pending()).isEqualTo(1);
    scheduler.advance(SECOND);
    assertThat(came).hasSize(1_000);
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void oneWithALongDelayComesAtMostAHundredthOfItLater() {
    scheduler.advance(Duration.ofMillis(3));
    var unused = deadlines.after(MINUTE, () -> came.add("a"));
    scheduler.advance(MINUTE.minusNanos(1));
    assertThat(came).isEmpty();
    scheduler.advance(MINUTE.dividedBy(100));
    assertThat(came).containsExactly("a");
  }

  @Test
  void thoseWithALongDelayNeedFewTasksOfTheScheduler() {
    for (int i = 0; i < 60_000; i++) {
      deadlines.after(MINUTE.plusMillis(i % 7), () -> came.add("cancelled")).cancel();
      scheduler.advance(Duration.ofMillis(1));
    }
    assertThat(scheduler.pending()).isLessThanOrEqualTo(200);
    scheduler.advance(MINUTE.multipliedBy(2));
    assertThat(scheduler.pending()).isZero();
    assertThat(came).isEmpty();
  }

  @Test
  void oneWithTheLongestDelayDoesNotComeAtOnce() {
    scheduler.advance(SECOND);
    var unused = deadlines.after(Long.MAX_VALUE, () -> came.add("a"));
    scheduler.advance(Duration.ofDays(10_000));
    assertThat(came).isEmpty();
  }

  @Test
  void oneThatIsCancelledDoesNotCome() {
    var kept = deadlines.after(SECOND, () -> came.add("kept"));
    deadlines.after(SECOND, () -> came.add("cancelled")).cancel();
    scheduler.advance(SECOND);
    assertThat(came).containsExactly("kept");
    kept.cancel();
  }

  @Test
  void oneThatFailsDoesNotKeepTheOthersFromComing() {
    for (int i = 0; i < 3; i++) {
      var unused = deadlines.after(SECOND, () -> {
        came.add("a");
        throw new StackOverflowError();
      });
    }
    scheduler.advance(SECOND);
    assertThat(came).hasSize(3);
  }

  @Test
  void closingBringsForwardWhatIsPendingAndTakesNothingMore() {
    var unused = deadlines.after(SECOND, () -> came.add("a"));
    deadlines.close();
    assertThat(came).containsExactly("a");
    assertThat(scheduler.pending()).isZero();
    assertThatThrownBy(() -> deadlines.after(SECOND, () -> came.add("b")))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(deadlines.within(SECOND, new CompletableFuture<>())).isCompletedExceptionally();
    scheduler.advance(SECOND);
    assertThat(came).hasSize(1);
  }

  @Test
  void aSchedulerThatIsClosedLeavesNothingPending() {
    scheduler.close();
    assertThatThrownBy(() -> deadlines.after(SECOND, () -> came.add("a")))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> deadlines.after(SECOND, () -> came.add("b")))
        .as("on the same tick")
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void aSchedulerThatFailsOnceDoesNotLoseLaterDeadlinesOfTheTick() {
    AtomicBoolean fails = new AtomicBoolean(true);
    Deadlines some = new Deadlines(
        scheduling((work, nanos) -> {
          if (fails.getAndSet(false)) {
            throw new InternalError("no thread");
          }
          return scheduler.schedule(work, nanos);
        }),
        Runnable::run);
    assertThat(some.within(SECOND, new CompletableFuture<>()))
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withRootCauseInstanceOf(InternalError.class);
    assertThatThrownBy(() -> {
          fails.set(true);
          var unused = some.after(SECOND, () -> came.add("a"));
        })
        .isInstanceOf(RejectedExecutionException.class);
    var unused = some.after(SECOND, () -> came.add("b"));
    scheduler.advance(SECOND);
    assertThat(came).containsExactly("b");
  }

  @Test
  void anExecutorThatFailsDoesNotKeepADeadlineFromComing() {
    Deadlines some = new Deadlines(scheduler, work -> {
      throw new InternalError("no thread");
    });
    var unused = some.after(SECOND, () -> came.add("a"));
    scheduler.advance(SECOND);
    assertThat(came).containsExactly("a");
  }

  @Test
  void closingBringsForwardWhatIsNotHandedOverYet() {
    List<Deadlines> closing = new ArrayList<>();
    Deadlines some = new Deadlines(scheduler, work -> {
      closing.get(0).close();
      assertThat(came).containsExactly("a");
      throw new RejectedExecutionException("closed");
    });
    closing.add(some);
    var unused = some.after(SECOND, () -> came.add("a"));
    scheduler.advance(SECOND);
    assertThat(came).containsExactly("a");
  }

  @Test
  void closingWhileATaskIsScheduledLeavesNoTaskPending() {
    List<Deadlines> closing = new ArrayList<>();
    Deadlines some = new Deadlines(
        scheduling((work, nanos) -> {
          closing.get(0).close();
          return scheduler.schedule(work, nanos);
        }),
        Runnable::run);
    closing.add(some);
    var unused = some.after(SECOND, () -> came.add("a"));
    assertThat(came).containsExactly("a");
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void eachComesOnceWhileOthersAreAddedAndCancelledAndTheyAreClosed() throws Exception {
    int rounds = Effort.of(40, 2_000, "rounds with deadlines of several threads");
    TimerThread timer = new TimerThread("deadlines-test");
    try {
      for (int round = 0; round < rounds; round++) {
        new Race(timer, round).run();
      }
    } finally {
      timer.close();
    }
  }

  /** Three threads add and cancel deadlines until these are closed. */
  private static final class Race {
    private final TimerThread timer;
    private final int seed;
    private final ExecutorService where = Executors.newSingleThreadExecutor();
    private final Deadlines deadlines;
    private final Queue<AtomicInteger> added = new ConcurrentLinkedQueue<>();
    private final Queue<AtomicInteger> cancelled = new ConcurrentLinkedQueue<>();
    private final AtomicInteger early = new AtomicInteger();
    private volatile boolean closing;

    Race(TimerThread timer, int seed) {
      this.timer = timer;
      this.seed = seed;
      this.deadlines = new Deadlines(timer, where);
    }

    void run() throws Exception {
      CountDownLatch fired = new CountDownLatch(1);
      var unused = deadlines.after(new Random(seed).nextInt(20_000_000), fired::countDown);
      List<CompletableFuture<Void>> threads = new ArrayList<>();
      for (int i = 1; i <= 3; i++) {
        Random random = new Random(seed * 10L + i);
        threads.add(CompletableFuture.runAsync(
            () -> addUntilClosed(random), work -> new Thread(work).start()));
      }
      assertThat(fired.await(10, TimeUnit.SECONDS)).isTrue();
      closing = true;
      deadlines.close();
      where.shutdown();
      for (CompletableFuture<Void> thread : threads) {
        thread.get(10, TimeUnit.SECONDS);
      }
      assertThat(where.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      CountDownLatch idle = new CountDownLatch(1);
      var ignored = timer.schedule(idle::countDown, 0);
      assertThat(idle.await(10, TimeUnit.SECONDS)).isTrue();

      assertThat(added)
          .as("seed %s", seed)
          .allSatisfy(times -> assertThat(times).hasValue(1));
      assertThat(cancelled).allSatisfy(times -> assertThat(times).hasValueBetween(0, 1));
      assertThat(early).hasValue(0);
    }

    private void addUntilClosed(Random random) {
      try {
        while (true) {
          for (int i = 0; i < 50; i++) {
            AtomicInteger times = new AtomicInteger();
            Deadlines.Deadline deadline = add(random, times::incrementAndGet);
            if (random.nextInt(3) == 0) {
              deadline.cancel();
              cancelled.add(times);
            } else {
              added.add(times);
            }
          }
          CountDownLatch pause = new CountDownLatch(1);
          var unused = add(random, pause::countDown);
          assertThat(pause.await(10, TimeUnit.SECONDS)).isTrue();
        }
      } catch (RejectedExecutionException closed) {
        // The round is over.
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private Deadlines.Deadline add(Random random, Runnable work) {
      long delay =
          random.nextInt(4) == 0 ? random.nextInt(2_000) - 1_000 : random.nextInt(15_000_000);
      long due = timer.nanos() + delay;
      return deadlines.after(delay, () -> {
        if (timer.nanos() < due && !closing) {
          early.incrementAndGet();
        }
        work.run();
      });
    }
  }

  private interface Scheduling {
    Future<?> schedule(Runnable work, long nanos);
  }

  private Scheduler scheduling(Scheduling how) {
    return new Scheduler() {
      @Override
      public long nanos() {
        return scheduler.nanos();
      }

      @Override
      public Future<?> schedule(Runnable work, long delayNanos) {
        return how.schedule(work, delayNanos);
      }
    };
  }

  @Test
  void aFutureThatIsLateFailsAndOneThatIsInTimeDoesNot() {
    CompletableFuture<String> late = deadlines.within(SECOND, new CompletableFuture<>());
    CompletableFuture<String> inTime = deadlines.within(SECOND, new CompletableFuture<>());
    inTime.complete("v");
    scheduler.advance(SECOND);
    assertThat(inTime).isCompletedWithValue("v");
    assertThat(late)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void aWaitIsEndedByTheScheduler() throws Exception {
    CompletableFuture<String> shared = new CompletableFuture<>();
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread waiting = new Thread(() -> {
      try {
        end.complete(new AssertionError(deadlines.await(shared, Duration.ofHours(1))));
      } catch (Exception e) {
        end.complete(e);
      }
    });
    waiting.start();
    await().until(() -> scheduler.pending() == 1);
    scheduler.advance(Duration.ofHours(2));
    assertThat(end.join()).isInstanceOf(TimeoutException.class);
    waiting.join();
    assertThat(shared).isNotDone();
    assertThat(deadlines.await(CompletableFuture.completedFuture("v"), SECOND)).isEqualTo("v");
  }

  @Test
  void aWaitEndsThoughTheTimeOfTheSchedulerStands() {
    assertThatThrownBy(() -> deadlines.await(new CompletableFuture<>(), TICK))
        .isInstanceOf(TimeoutException.class);
  }
}
