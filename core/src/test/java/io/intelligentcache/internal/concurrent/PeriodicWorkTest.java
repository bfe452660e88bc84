package io.intelligentcache.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Logged;
import io.intelligentcache.tier.FakeScheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class PeriodicWorkTest {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final FakeScheduler scheduler = new FakeScheduler();
  private int runs;

  private PeriodicWork every(Executor where, Runnable work) {
    return new PeriodicWork(
        scheduler, where, PAUSE, work, LoggerFactory.getLogger(PeriodicWorkTest.class), "counting");
  }

  private void count() {
    runs++;
  }

  @Test
  void runsAfterEachPauseAndNotBefore() {
    var unused = every(Runnable::run, this::count);
    for (int run = 0; run < 3; run++) {
      scheduler.advance(PAUSE.minusNanos(1));
      assertThat(runs).isEqualTo(run);
      scheduler.advance(Duration.ofNanos(1));
      assertThat(runs).isEqualTo(run + 1);
    }
  }

  @Test
  void thePauseBeginsWhenTheRunHasEnded() {
    Queue<Runnable> given = new ArrayDeque<>();
    var unused = every(given::add, this::count);
    scheduler.advance(PAUSE.multipliedBy(10));
    assertThat(given).as("one run at a time").hasSize(1);
    given.remove().run();
    assertThat(scheduler.pending()).isEqualTo(1);
    scheduler.advance(PAUSE);
    assertThat(given).hasSize(1);
  }

  @Test
  void aRunThatFailsIsLoggedAndTheNextOneFollows() {
    Runnable failing = () -> {
      count();
      throw new StackOverflowError("run " + runs);
    };
    var unused = every(Runnable::run, failing);
    String log = Logged.during(() -> scheduler.advance(PAUSE));
    assertThat(log).contains("counting failed; going on", "run 1");
    scheduler.advance(PAUSE);
    assertThat(runs).isEqualTo(2);
  }

  @Test
  void withoutAThreadItTriesAgainAfterAPause() {
    Executor poor = task -> {
      if (scheduler.nanos() == PAUSE.toNanos()) {
        throw new OutOfMemoryError("unable to create native thread");
      }
      task.run();
    };
    var unused = every(poor, this::count);
    assertThat(Logged.during(() -> scheduler.advance(PAUSE))).contains("counting could not start");
    assertThat(runs).isZero();
    scheduler.advance(PAUSE);
    assertThat(runs).isEqualTo(1);
  }

  @Test
  void endsWithItsExecutor() {
    Executor ended = task -> {
      throw new RejectedExecutionException("shut down");
    };
    var unused = every(ended, this::count);
    assertThat(Logged.during(() -> scheduler.advance(PAUSE))).isEmpty();
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void endsWithItsScheduler() {
    Queue<Runnable> given = new ArrayDeque<>();
    var unused = every(given::add, this::count);
    scheduler.advance(PAUSE);
    scheduler.close();
    given.remove().run();
    assertThat(runs).isEqualTo(1);
    every(given::add, this::count).close();
  }

  @Test
  void leavesNothingPendingWhenItIsClosed() {
    every(Runnable::run, this::count).close();
    assertThat(scheduler.pending()).isZero();
    scheduler.advance(PAUSE);
    assertThat(runs).isZero();
  }

  @Test
  void aRunThatHasNotBegunWhenItIsClosedDoesNothing() {
    Queue<Runnable> given = new ArrayDeque<>();
    PeriodicWork work = every(given::add, this::count);
    scheduler.advance(PAUSE);
    work.close();
    given.remove().run();
    assertThat(runs).isZero();
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void theRunThatClosesItIsTheLast() {
    PeriodicWork[] work = new PeriodicWork[1];
    work[0] = every(Runnable::run, () -> {
      count();
      work[0].close();
    });
    scheduler.advance(PAUSE.multipliedBy(10));
    assertThat(runs).isEqualTo(1);
    assertThat(scheduler.pending()).isZero();
  }
}
