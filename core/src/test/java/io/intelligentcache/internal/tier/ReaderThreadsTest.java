package io.intelligentcache.internal.tier;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Unprintable;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.concurrent.SpinWait;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads for reads that hang. */
final class ReaderThreadsTest {
  private static final int THREADS = ReaderThreads.THREADS;

  /** A task that counts how often it is compared in a search. */
  private static final class Sought implements Runnable {
    int compared;

    @Override
    public void run() {}

    @Override
    public boolean equals(Object other) {
      compared++;
      return this == other;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  private final AtomicInteger failingThreads = new AtomicInteger();
  private final AtomicInteger threads = new AtomicInteger();
  private final ThreadPoolExecutor pool = new ThreadPoolExecutor(
      THREADS, THREADS, 0, SECONDS, new LinkedBlockingQueue<>(), this::thread);
  private final ReaderThreads readers = new ReaderThreads("device", pool, SpinWait::until);
  private final CountDownLatch well = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  private Thread thread(Runnable work) {
    if (failingThreads.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    threads.incrementAndGet();
    ThreadFactory clean = LibraryThreads.named("t-");
    Thread thread = clean.newThread(work);
    thread.setUncaughtExceptionHandler((ended, failure) -> {}); // or other tests get it
    return thread;
  }

  @AfterEach
  void close() {
    well.countDown();
    pool.shutdown();
  }

  private static void pass(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void hang() {
    begun.incrementAndGet();
    pass(well);
  }

  private void hangAll() {
    for (int i = 0; i < THREADS; i++) {
      assertThat(readers.add(this::hang)).isTrue();
    }
    await().until(() -> begun.get() == THREADS);
  }

  @Test
  void aReadThatWaitsTakesNoPlaceInThePool() {
    hangAll();
    for (int i = 0; i < 1_000; i++) {
      assertThat(readers.add(ended::incrementAndGet)).isTrue();
    }
    assertThat(pool.getQueue()).isEmpty();
    well.countDown();
    await().until(() -> ended.get() == 1_000);
  }

  @Test
  void readsAddedWhileAReaderSpinsAreEachRunThoughOthersHang() {
    var spins = new CountDownLatch(1);
    var hasSpun = new CountDownLatch(1);
    var spinner = new ReaderThreads("device", pool, done -> {
      spins.countDown();
      pass(hasSpun);
    });
    assertThat(spinner.add(() -> {})).isTrue();
    pass(spins);
    for (int i = 0; i < THREADS; i++) {
      assertThat(spinner.add(this::hang)).isTrue();
    }
    assertThat(begun).hasValue(0);
    hasSpun.countDown();
    await().until(() -> begun.get() == THREADS);
  }

  @Test
  void whatIsAddedFirstRunsBeforeWhatWaits() {
    var one = new CountDownLatch(1);
    List<String> ran = new CopyOnWriteArrayList<>();
    assertThat(readers.add(() -> {
          begun.incrementAndGet();
          pass(one);
        }))
        .isTrue();
    for (int i = 1; i < THREADS; i++) {
      assertThat(readers.add(this::hang)).isTrue();
    }
    await().until(() -> begun.get() == THREADS);
    for (int i = 0; i < 100; i++) {
      assertThat(readers.add(() -> ran.add("read"))).isTrue();
    }
    assertThat(readers.addFirst(() -> ran.add("first"))).isTrue();
    one.countDown();
    await().until(() -> ran.size() == 101);
    assertThat(ran).startsWith("first");
  }

  @Test
  void aReadThatIsRefusedIsNotSearchedInTheQueue() {
    hangAll();
    for (int i = 0; i < ReaderThreads.WAITING; i++) {
      assertThat(readers.add(ended::incrementAndGet)).isTrue();
    }
    var oneMore = new Sought();
    assertThat(readers.add(oneMore)).isFalse();
    assertThat(oneMore.compared).isZero();
    well.countDown();
    await().until(() -> ended.get() == ReaderThreads.WAITING);
  }

  @Test
  void aFailureThatCantBePrintedEndsNoThread() {
    for (int i = 0; i < 10 * THREADS; i++) {
      var ran = new CountDownLatch(1);
      assertThat(readers.add(() -> {
            ran.countDown();
            throw new Unprintable();
          }))
          .isTrue();
      pass(ran);
    }
    assertThat(threads).hasValueLessThanOrEqualTo(THREADS);
  }

  @Test
  void aReaderThatFailsWhileItSpinsStrandsNoRead() {
    var failing = new ReaderThreads("device", pool, done -> {
      throw new OutOfMemoryError("spinning");
    });
    for (int i = 0; i < 2 * THREADS; i++) {
      var ran = new CountDownLatch(1);
      assertThat(failing.add(ran::countDown)).isTrue();
      pass(ran);
    }
  }

  @Test
  void aReadIsRefusedWhileNoThreadCanBeMade() {
    failingThreads.set(2 * THREADS);
    for (int i = 0; i < THREADS; i++) {
      assertThat(readers.add(ended::incrementAndGet)).isFalse();
      assertThat(readers.addFirst(ended::incrementAndGet)).isFalse();
    }
    assertThat(readers.add(this::hang)).isTrue();
    await().until(() -> begun.get() == 1);
    assertThat(ended).hasValue(0);
  }

  @Test
  void refusesReadsOnceItIsClosed() {
    hangAll();
    assertThat(readers.add(ended::incrementAndGet)).isTrue();
    readers.close();
    assertThat(readers.isClosed()).isTrue();
    assertThat(readers.add(ended::incrementAndGet)).isFalse();
    well.countDown();
    await().until(() -> ended.get() == 1);
  }
}
