package io.intelligentcache.redis.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.tier.FakeScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class DeadlinesTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
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
    scheduler.advance(Duration.ofHours(1));
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
