package io.intelligentcache.internal.concurrent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.tier.FakeScheduler;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pool loses no task, whatever its tasks do. */
final class ElasticPoolTest {
  private static final Duration STALLED = Duration.ofMillis(ElasticPool.STALLED_MILLIS);

  private final FakeScheduler scheduler = new FakeScheduler();
  private final DeadlineTimer deadlines = new DeadlineTimer(scheduler);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();

  @AfterEach
  void close() {
    mayEnd.countDown();
    deadlines.close();
  }

  private ElasticPool pool(int least, int most) {
    return new ElasticPool(LibraryThreads.named("t-"), least, most, deadlines);
  }

  private void block() {
    begun.incrementAndGet();
    try {
      assertThat(mayEnd.await(60, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void doublesWhileAllThreadsAreBlockedUpToTheLimit() {
    ElasticPool pool = pool(2, 12);
    for (int i = 0; i < 20; i++) {
      pool.execute(this::block);
    }
    for (int threads : new int[] {4, 8, 12, 12}) {
      int before = pool.waiting();
      scheduler.advance(STALLED.minusNanos(1));
      assertThat(pool.waiting()).as("not yet").isEqualTo(before);
      scheduler.advance(Duration.ofNanos(1));
      await().until(() -> begun.get() == threads);
      assertThat(pool.waiting()).isEqualTo(20 - threads);
    }
    mayEnd.countDown();
    await().until(() -> begun.get() == 20);
  }

  @Test
  void growsAgainAfterSomeHaveBlockedForLong() {
    ElasticPool pool = pool(1, 10);
    for (int round = 1; round <= 8; round++) {
      pool.execute(this::block);
      int all = round;
      scheduler.advanceUntil(STALLED, () -> begun.get() == all && pool.waiting() == 0);
    }
    var ran = new CountDownLatch(1);
    pool.execute(ran::countDown);
    scheduler.advanceUntil(STALLED, () -> ran.getCount() == 0);
  }

  @Test
  void doesNotGrowWhileTasksEnd() {
    ElasticPool pool = pool(1, 12);
    var more = new Semaphore(0);
    for (int i = 0; i < 10; i++) {
      pool.execute(() -> {
        begun.incrementAndGet();
        more.acquireUninterruptibly();
      });
    }
    for (int ended = 1; ended <= 5; ended++) {
      int next = ended + 1;
      more.release();
      await().until(() -> begun.get() == next);
      scheduler.advance(STALLED);
      assertThat(pool.waiting()).isEqualTo(10 - next);
    }
    more.release(10);
  }

  @Test
  void doesNotGrowAnyMoreOnceTheDeadlinesAreClosed() {
    ElasticPool pool = pool(1, 12);
    deadlines.close();
    for (int i = 0; i < 5; i++) {
      pool.execute(this::block);
    }
    assertThat(pool.waiting()).isEqualTo(4);
    mayEnd.countDown();
    await().until(() -> begun.get() == 5);
  }

  @Test
  void losesNoTaskWhileNoThreadCanBeMade() {
    var failures = new AtomicInteger(3);
    ThreadFactory clean = LibraryThreads.named("t-");
    ThreadFactory poor = work -> {
      if (failures.getAndDecrement() > 0) {
        throw new OutOfMemoryError("unable to create native thread");
      }
      return clean.newThread(work);
    };
    var ran = new CountDownLatch(2);
    var pool = new ElasticPool(poor, 1, 2, deadlines);
    pool.execute(ran::countDown);
    pool.execute(ran::countDown);
    scheduler.advanceUntil(STALLED, () -> ran.getCount() == 0);
  }

  @Test
  void runsWhatComesAfterItsEnd() {
    ElasticPool pool = pool(1, 2);
    pool.close();
    var ran = new CountDownLatch(1);
    pool.execute(ran::countDown);
    await().until(() -> ran.getCount() == 0);
  }
}
