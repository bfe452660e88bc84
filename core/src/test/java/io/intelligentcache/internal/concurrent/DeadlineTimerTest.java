package io.intelligentcache.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.FakeScheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeadlineTimerTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Executor HERE = Runnable::run;

  private final FakeScheduler scheduler = new FakeScheduler();
  private final DeadlineTimer deadlines = new DeadlineTimer(scheduler);
  private final List<String> happened = new ArrayList<>();

  @AfterEach
  void close() {
    deadlines.close();
  }

  private DeadlineTimer.Deadline after(Duration delay, String event) {
    return deadlines.after(delay.toNanos(), () -> happened.add(event));
  }

  private <T> CompletableFuture<T> limit(CompletableFuture<T> future) {
    return deadlines.limit(future, SECOND.toNanos(), HERE, () -> new IOException("late"));
  }

  private static Throwable failureOf(CompletableFuture<?> answer) {
    assertThat(answer).isCompletedExceptionally();
    return answer.handle((value, failure) -> failure).join();
  }

  @Test
  void handsOverAtTheDeadlineAndNotBefore() {
    var unused = after(SECOND, "late");
    unused = after(SECOND.dividedBy(2), "early");
    scheduler.advance(SECOND.minusNanos(1));
    assertThat(happened).containsExactly("early");
    scheduler.advance(Duration.ofNanos(1));
    assertThat(happened).containsExactly("early", "late");
    scheduler.advance(SECOND);
    assertThat(happened).hasSize(2);
  }

  @Test
  void failsTheAnswerAndLeavesTheFutureAlone() {
    var future = new CompletableFuture<String>();
    var answer = limit(future);
    scheduler.advance(SECOND.minusNanos(1));
    assertThat(answer).isNotDone();
    scheduler.advance(Duration.ofNanos(1));
    assertThat(failureOf(answer)).hasMessage("late");
    assertThat(future).isNotDone();
  }

  @Test
  void passesOnWhatComesInTimeAndLeavesNothingPending() {
    var value = new CompletableFuture<String>();
    var failure = new CompletableFuture<String>();
    var one = limit(value);
    var other = limit(failure);
    value.complete("v");
    failure.completeExceptionally(new IllegalStateException("its own"));
    assertThat(one).isCompletedWithValue("v");
    assertThat(other.handle((v, thrown) -> thrown.getMessage())).isCompletedWithValue("its own");
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void whatFollowsOnADeadlineIsNotRunByTheTimer() {
    List<Runnable> given = new ArrayList<>();
    var answer =
        deadlines.limit(new CompletableFuture<>(), SECOND.toNanos(), given::add, IOException::new);
    var unused = answer.whenComplete((value, failure) -> happened.add("user code"));
    scheduler.advance(SECOND);
    assertThat(happened).isEmpty();
    given.forEach(Runnable::run);
    assertThat(happened).containsExactly("user code");
  }

  @Test
  void aFailureThatCanNotBeMadeFailsTheAnswerAllTheSame() {
    var answer = deadlines.limit(new CompletableFuture<>(), 1, HERE, () -> {
      throw new IllegalStateException("a key without text");
    });
    scheduler.advance(SECOND);
    assertThat(failureOf(answer)).hasMessage("a key without text");
  }

  @Test
  void whatIsCalledOffDoesNotHappen() {
    after(SECOND, "cancelled").cancel();
    assertThat(scheduler.pending()).isZero();
    scheduler.advance(SECOND);
    deadlines.close();
    assertThat(happened).isEmpty();
  }

  @Test
  void closingBringsDeadlinesForwardAndThoseThatComeLaterAreAtOnce() {
    var unused = after(SECOND, "pending");
    deadlines.close();
    assertThat(happened).containsExactly("pending");
    assertThat(deadlines.isClosed()).isTrue();
    unused = after(SECOND, "later");
    assertThat(happened).containsExactly("pending", "later");
    scheduler.advance(SECOND);
    assertThat(happened).as("each once").hasSize(2);
  }

  @Test
  void closingOnePartLeavesTheDeadlinesOfOthers() {
    var others = new DeadlineTimer(scheduler);
    var unused = others.after(SECOND.toNanos(), () -> happened.add("other"));
    deadlines.close();
    assertThat(happened).isEmpty();
    scheduler.advance(SECOND);
    assertThat(happened).containsExactly("other");
  }

  @Test
  void anExecutorThatFailsWhenItIsClosedKeepsNoOtherDeadlineBack() {
    for (int i = 0; i < 10; i++) {
      var unused = deadlines.after(SECOND.toNanos(), () -> {
        happened.add("tried");
        throw new IllegalStateException("made to fail");
      });
    }
    deadlines.close();
    assertThat(happened).hasSize(10);
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void aSchedulerThatWasClosedFirstClosesTheDeadlinesToo() {
    var unused = after(SECOND, "pending");
    scheduler.close();
    assertThat(happened).isEmpty();
    unused = after(SECOND, "at once");
    assertThat(happened).containsExactlyInAnyOrder("pending", "at once");
    assertThat(deadlines.isClosed()).isTrue();
    unused = after(SECOND, "later");
    assertThat(happened).as("each once").hasSize(3).endsWith("later");
  }
}
