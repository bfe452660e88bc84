package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.open;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.tier.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Threads that are interrupted all the time while they read, put and remove. Other threads are not
 * interrupted.
 */
@ExtendWith(Effort.class)
final class InterruptTest {
  private static final Duration TIME = Effort.of(Duration.ofMillis(600), Duration.ofSeconds(5));
  private static final long CAP = 400_000_000; // nothing is evicted
  private static final int INTERRUPTED = 3;
  private static final int OTHERS = 2;
  private static final int KEYS = 40;

  @TempDir(factory = InMemory.class)
  Path directory;

  private final AtomicBoolean done = new AtomicBoolean();
  private final CountDownLatch started = new CountDownLatch(INTERRUPTED + OTHERS);
  private final AtomicLong operations = new AtomicLong();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  /** One thread with its own keys, so it knows which values it must find. */
  private Thread thread(DiskTier tier, String name) {
    var thread = new Thread(() -> work(tier, name), name);
    thread.setUncaughtExceptionHandler((of, failure) -> failures.add(failure));
    thread.start();
    return thread;
  }

  private void work(DiskTier tier, String name) {
    var ledger = new Ledger(name, KEYS);
    var random = new Random(name.hashCode());
    started.countDown();
    while (!done.get()) {
      boolean before = Thread.currentThread().isInterrupted();
      int key = random.nextInt(KEYS);
      boolean removal = random.nextInt(5) == 0;
      Outcome outcome =
          removal ? ledger.remove(tier, key) : ledger.put(tier, key, random.nextInt(3_000));
      assertThat(outcome).as(name).isInstanceOf(Outcome.Done.class);
      for (int i = 0; i < 5; i++) {
        assertThat(ledger.has(tier, key, name)).as("%s, a hit", name).isEqualTo(!removal);
      }
      assertThat(!before || Thread.currentThread().isInterrupted())
          .as("%s, its flag is still up", name)
          .isTrue();
      operations.incrementAndGet();
    }
  }

  /** Whether to continue: for a longer time if the threads have hardly begun. */
  private boolean goesOn(long nanos) {
    return nanos < TIME.toNanos() || (operations.get() <= 100 && nanos < SECONDS.toNanos(30));
  }

  @Test
  void nobodyFailsNorMissesAndTheFlagStaysUp() throws Exception {
    List<Thread> interrupted = new ArrayList<>();
    List<Thread> others = new ArrayList<>();
    try (DiskTier tier = open(directory, CAP)) {
      for (int i = 0; i < INTERRUPTED; i++) {
        interrupted.add(thread(tier, "interrupted" + i));
      }
      for (int i = 0; i < OTHERS; i++) {
        others.add(thread(tier, "other" + i));
      }
      assertThat(started.await(10, SECONDS)).isTrue();
      long start = System.nanoTime();
      while (failures.isEmpty() && goesOn(System.nanoTime() - start)) {
        interrupted.forEach(Thread::interrupt);
      }
      done.set(true);
      for (Thread thread : interrupted) {
        thread.join(10_000);
      }
      for (Thread thread : others) {
        thread.join(10_000);
      }
      assertThat(failures).isEmpty();
      assertThat(operations.get()).isGreaterThan(100);
      assertThat(tier.stats().damaged()).isZero();
      assertThat(tier.stats().refused()).isZero();
      assertThat(tier.stats().available()).isTrue();
    }
  }
}
