package io.intelligentcache.internal.concurrent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pool loses no task, whatever its tasks do. */
final class ElasticPoolTest {
  private final DeadlineTimer deadlines = new DeadlineTimer(new TimerThread("timer"));
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
  void growsWhileAllThreadsAreBlockedUpToTheLimit() {
    ElasticPool pool = pool(2, 12);
    for (int i = 0; i < 20; i++) {
      pool.execute(this::block);
    }
    await().until(() -> begun.get() == 12);
    assertThat(pool.waiting()).isEqualTo(8);
    mayEnd.countDown();
    await().until(() -> begun.get() == 20);
  }

  @Test
  void growsAgainAfterSomeHaveBlockedForLong() {
    ElasticPool pool = pool(1, 10);
    for (int round = 1; round <= 8; round++) {
      pool.execute(this::block);
      int all = round;
      await().until(() -> begun.get() == all && pool.waiting() == 0);
    }
    var ran = new CountDownLatch(1);
    pool.execute(ran::countDown);
    await().until(() -> ran.getCount() == 0);
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
    await().until(() -> ran.getCount() == 0);
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
