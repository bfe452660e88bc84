package io.intelligentcache.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Logged;
import io.intelligentcache.tier.FakeScheduler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class PeriodicWorkTest {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final FakeScheduler scheduler = new FakeScheduler();
  private int runs;

  private PeriodicWork every(Executor where, Runnable work) {
    return new PeriodicWork(
        scheduler,
        where,
        PERIOD,
        work,
        LoggerFactory.getLogger(PeriodicWorkTest.class),
        "counting");
  }

  private void count() {
    runs++;
  }

  @Test
  void runsAfterEachPeriodAndNotBefore() {
    var unused = every(Runnable::run, this::count);
    for (int run = 0; run < 3; run++) {
      scheduler.advance(PERIOD.minusNanos(1));
      assertThat(runs).isEqualTo(run);
      scheduler.advance(Duration.ofNanos(1));
      assertThat(runs).isEqualTo(run + 1);
    }
  }

  @Test
  void aRunThatTakesLongerIsNotJoinedByAnotherOne() {
    Queue<Runnable> given = new ArrayDeque<>();
    var unused = every(given::add, this::count);
    scheduler.advance(PERIOD.multipliedBy(10));
    assertThat(given).as("one run at a time").hasSize(1);
    given.remove().run();
    scheduler.advance(PERIOD);
    assertThat(given).hasSize(1);
  }

  @Test
  void aLogThatFailsDoesNotEndIt() {
    Logger failingLog = (Logger) Proxy.newProxyInstance(
        getClass().getClassLoader(), new Class<?>[] {Logger.class}, (log, method, arguments) -> {
          throw new OutOfMemoryError("Java heap space");
        });
    Runnable failing = () -> {
      count();
      throw new IllegalStateException("made to fail");
    };
    var unused =
        new PeriodicWork(scheduler, Runnable::run, PERIOD, failing, failingLog, "counting");
    scheduler.advance(PERIOD.multipliedBy(3));
    assertThat(runs).isEqualTo(3);
  }

  @Test
  void aRunThatFailsIsLoggedAndTheNextOneFollows() {
    Runnable failing = () -> {
      count();
      throw new StackOverflowError("run " + runs);
    };
    var unused = every(Runnable::run, failing);
    String log = Logged.during(() -> scheduler.advance(PERIOD));
    assertThat(log).contains("counting failed; going on", "run 1");
    scheduler.advance(PERIOD);
    assertThat(runs).isEqualTo(2);
  }

  @Test
  void withoutAThreadItTriesAgainAfterAPeriodAndThenLogsTheFailure() {
    Executor poor = task -> {
      if (scheduler.nanos() == PERIOD.toNanos()) {
        throw new OutOfMemoryError("unable to create native thread");
      }
      task.run();
    };
    var unused = every(poor, this::count);
    assertThat(Logged.during(() -> scheduler.advance(PERIOD)))
        .as("the scheduler's thread does not log")
        .isEmpty();
    assertThat(runs).isZero();
    assertThat(Logged.during(() -> scheduler.advance(PERIOD))).contains("counting could not start");
    assertThat(runs).isEqualTo(1);
  }

  @Test
  void endsWithItsExecutor() {
    Executor ended = task -> {
      throw new RejectedExecutionException("shut down");
    };
    var unused = every(ended, this::count);
    assertThat(Logged.during(() -> scheduler.advance(PERIOD))).isEmpty();
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void endsWithItsScheduler() {
    Queue<Runnable> given = new ArrayDeque<>();
    var unused = every(given::add, this::count);
    scheduler.advance(PERIOD);
    scheduler.close();
    given.remove().run();
    assertThat(runs).isEqualTo(1);
    every(given::add, this::count).close();
  }

  @Test
  void leavesNothingPendingWhenItIsClosed() {
    every(Runnable::run, this::count).close();
    assertThat(scheduler.pending()).isZero();
    scheduler.advance(PERIOD);
    assertThat(runs).isZero();
  }

  @Test
  void aRunThatHasNotBegunWhenItIsClosedDoesNothing() {
    Queue<Runnable> given = new ArrayDeque<>();
    PeriodicWork work = every(given::add, this::count);
    scheduler.advance(PERIOD);
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
    scheduler.advance(PERIOD.multipliedBy(10));
    assertThat(runs).isEqualTo(1);
    assertThat(scheduler.pending()).isZero();
  }
}
