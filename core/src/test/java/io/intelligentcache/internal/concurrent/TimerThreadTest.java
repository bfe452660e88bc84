package io.intelligentcache.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TimerThreadTest {
  private static final long MILLI = 1_000_000;

  private final AtomicInteger missingThreads = new AtomicInteger();
  private final AtomicInteger runs = new AtomicInteger();
  private final TimerThread timer = new TimerThread(poor());

  private ThreadFactory poor() {
    ThreadFactory clean = LibraryThreads.named("t-");
    return work -> {
      if (missingThreads.getAndDecrement() > 0) {
        throw new OutOfMemoryError("unable to create native thread");
      }
      return clean.newThread(work);
    };
  }

  @AfterEach
  void close() {
    timer.close();
  }

  @Test
  void workThatFindsNoThreadIsRunWithTheNextOne() {
    missingThreads.set(1);
    assertThatThrownBy(() -> timer.schedule(runs::incrementAndGet, 1))
        .isInstanceOf(OutOfMemoryError.class);
    var unused = timer.schedule(runs::incrementAndGet, MILLI);
    await().untilAtomic(runs, org.hamcrest.Matchers.is(2));
  }

  @Test
  void aDeadlineThatFindsNoThreadComesWithTheNextOne() {
    var deadlines = new DeadlineTimer(timer);
    missingThreads.set(1);
    var unused = deadlines.after(1, runs::incrementAndGet);
    unused = deadlines.after(MILLI, runs::incrementAndGet);
    await().untilAtomic(runs, org.hamcrest.Matchers.is(2));
  }

  @Test
  void repeatsUntilItIsCancelled() {
    Future<?> repetition = timer.repeat(runs::incrementAndGet, MILLI);
    await().until(() -> runs.get() >= 3);
    repetition.cancel(false);
    assertThat(timer.thread.getQueue().size()).isZero();
  }

  @Test
  void aRepetitionThatFindsNoThreadIsNotRepeated() {
    var lost = new AtomicInteger();
    missingThreads.set(1);
    assertThatThrownBy(() -> timer.repeat(lost::incrementAndGet, 1))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(timer.thread.getQueue().size()).isZero();
    var unused = timer.repeat(runs::incrementAndGet, MILLI);
    await().until(() -> runs.get() >= 3);
    assertThat(lost).hasValue(0);
  }
}
