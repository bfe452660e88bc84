package io.intelligentcache.internal.coherence;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Some threads report changes, while others ask whether copies are valid. */
@ExtendWith(Effort.class)
final class CopyValidityConcurrencyTest {
  private static final Duration TIME = Effort.of(Duration.ofMillis(500), Duration.ofSeconds(20));
  private static final int ROUNDS = Effort.of(100, 10_000, "rounds");
  private static final Space SPACE = new Space("c", "");
  private static final TierKey KEY = key(1);
  private static final TierKey OTHER = key(2);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  private static TierKey key(int id) {
    return new TierKey(SPACE, new byte[] {(byte) id});
  }

  /** Runs each work in a thread of its own. A failure in one of them fails the test. */
  private void together(List<Callable<?>> works) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (Callable<?> work : works) {
      running.add(threads.submit(work));
    }
    for (Future<?> one : running) {
      var unused = one.get(60, SECONDS);
    }
  }

  /** A clock that advances by one each time it is read. A thread that reads it can be stopped at that point. */
  private static final class Ticks implements TimeSource {
    private final AtomicLong ticks = new AtomicLong();
    private final Runnable afterReading;

    Ticks(Runnable afterReading) {
      this.afterReading = afterReading;
    }

    @Override
    public long nanos() {
      long now = ticks.incrementAndGet();
      afterReading.run();
      return now;
    }

    @Override
    public long epochMillis() {
      return 0;
    }

    void advance(long by) {
      ticks.addAndGet(by);
    }
  }

  /** An action that runs once, when the clock is read next. */
  private static final class Meanwhile implements Runnable {
    private final AtomicReference<@Nullable Runnable> next = new AtomicReference<>();

    @Override
    public void run() {
      Runnable now = next.getAndSet(null);
      if (now != null) {
        now.run();
      }
    }
  }

  @Test
  void aChangeThatIsToldWithTheNewsThatTheLineIsAliveMakesACopySuspect() {
    var meanwhile = new Meanwhile();
    var time = new Ticks(meanwhile);
    var validity = new CopyValidity(time, Duration.ofNanos(100));
    int stripe = CopyValidity.stripe(KEY);
    long asOf = time.nanos();
    time.advance(1_000);
    meanwhile.next.set(() -> {
      validity.changed(KEY);
      validity.receivedUntil(time.nanos());
    });
    assertThat(validity.isValid(stripe, asOf)).isFalse();
  }

  @Test
  void ofTwoChangesThatAreToldAtOnceTheLaterOneStays() {
    var meanwhile = new Meanwhile();
    var time = new Ticks(meanwhile);
    var validity = new CopyValidity(time, Duration.ofNanos(100));
    int stripe = CopyValidity.stripe(KEY);
    validity.receivedUntil(time.nanos());
    for (Runnable change : List.<Runnable>of(() -> validity.changed(KEY), validity::missed)) {
      var asOf = new AtomicLong();
      meanwhile.next.set(() -> {
        asOf.set(time.nanos());
        validity.changed(KEY);
      });
      change.run();
      assertThat(validity.isValid(stripe, asOf.get())).isFalse();
      assertThat(validity.isValid(stripe, time.nanos())).isTrue();
    }
  }

  @Test
  void ofTheFirstChangesNoneIsLost() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      var time = new Ticks(() -> {});
      var validity = new CopyValidity(time, Duration.ofNanos(1_000));
      long asOf = time.nanos();
      validity.receivedUntil(time.nanos());
      var ready = new AtomicInteger();
      List<Callable<?>> changes = new ArrayList<>();
      for (TierKey key : List.of(KEY, OTHER)) {
        changes.add(() -> {
          ready.incrementAndGet();
          while (ready.get() < 2) {
            Thread.onSpinWait();
          }
          validity.changed(key);
          return null;
        });
      }
      together(changes);
      assertThat(validity.isValid(CopyValidity.stripe(KEY), asOf))
          .as("round %s", round)
          .isFalse();
      assertThat(validity.isValid(CopyValidity.stripe(OTHER), asOf))
          .as("round %s", round)
          .isFalse();
      assertThat(validity.isValid(CopyValidity.stripe(key(3)), asOf))
          .as("untouched")
          .isTrue();
    }
  }

  @Test
  void noReaderTakesTheNewsThatTheLineIsAliveForNewsOfItsCopy() throws Exception {
    long bound = 1_000;
    var time = new Ticks(() -> {});
    var validity = new CopyValidity(time, Duration.ofNanos(bound));
    int stripe = CopyValidity.stripe(KEY);
    validity.changed(KEY);
    long end = System.nanoTime() + TIME.toNanos();
    var overtaken = new AtomicLong();
    List<Callable<?>> works = new ArrayList<>();
    works.add(() -> {
      while (System.nanoTime() < end) {
        long asOf = time.nanos();
        time.advance(2 * bound); // it is overtaken, and the connection dead
        overtaken.set(asOf);
        validity.changed(KEY);
        validity.receivedUntil(time.nanos());
      }
      return null;
    });
    // More threads than can run at once, so that they are interrupted at any point.
    for (int i = Runtime.getRuntime().availableProcessors(); i >= 0; i--) {
      works.add(() -> {
        while (System.nanoTime() < end) {
          for (int asked = 0; asked < 1_000; asked++) {
            assertThatIsFalse(validity.isValid(stripe, overtaken.get()));
          }
        }
        return null;
      });
    }
    together(works);
  }

  /** Like the assertion of AssertJ, but so fast that it does not slow down the threads that must collide. */
  private static void assertThatIsFalse(boolean condition) {
    if (condition) {
      throw new AssertionError("a copy was trusted that had been overtaken");
    }
  }

  @Test
  void whoWaitsIsToldWhoeverElseComesAndGoes() throws Exception {
    var validity = new CopyValidity(new Ticks(() -> {}), Duration.ofSeconds(1));
    var over = new AtomicBoolean();
    List<Callable<?>> works = new ArrayList<>();
    works.add(() -> {
      try {
        long end = System.nanoTime() + TIME.toNanos();
        while (System.nanoTime() < end) {
          CompletableFuture<?> change = validity.nextChange(KEY);
          validity.changed(KEY);
          assertThat(change.isDone()).isTrue();
        }
      } finally {
        over.set(true);
      }
      return null;
    });
    for (int i = 0; i < 3; i++) {
      works.add(() -> {
        while (!over.get()) {
          var unused = validity.nextChange(OTHER);
        }
        return null;
      });
      works.add(() -> {
        while (!over.get()) {
          validity.changed(OTHER);
        }
        return null;
      });
    }
    together(works);
  }

  @Test
  void noCopyHoldsThatWasOvertakenByAChangeThatWasToldOrIsOlderThanTheBound() throws Exception {
    var run = new Run();
    List<Callable<?>> works = new ArrayList<>();
    for (int i = 0; i < Run.WRITERS; i++) {
      int writer = i;
      works.add(() -> run.untilOver(() -> run.write(writer)));
    }
    works.add(() -> run.untilOver(run::beat));
    works.add(() -> run.untilOver(run::read));
    works.add(() -> run.untilOver(run::read));
    together(works);
    assertThat(run.held).as("copies that were trusted").hasPositiveValue();
    assertThat(run.suspect).as("copies that were not").hasPositiveValue();
  }

  /**
   * A shared tier with a few stripes. Some threads change it and report the changes, one thread sends heartbeats, and
   * some read copies.
   */
  private static final class Run {
    static final int WRITERS = 2;
    private static final int STRIPES = 2;
    private static final int CHANGES = 1 << 18;
    private static final int BOUND = 500;

    private final Ticks time = new Ticks(Run::dawdle);
    private final CopyValidity validity = new CopyValidity(time, Duration.ofNanos(BOUND));
    private final AtomicLongArray versions = new AtomicLongArray(STRIPES);

    /** By stripe and version: when that change was acknowledged, and when its report had ended; 0 before that. */
    private final AtomicLongArray acknowledged = new AtomicLongArray(STRIPES * CHANGES);

    private final AtomicLongArray told = new AtomicLongArray(STRIPES * CHANGES);

    /** By writer: since when it has a change that is not yet reported; the maximum if it has none. */
    private final AtomicLongArray untold = new AtomicLongArray(WRITERS);

    private final AtomicLong held = new AtomicLong();
    private final AtomicLong suspect = new AtomicLong();
    private final long start = System.nanoTime();
    private volatile boolean over;

    Run() {
      for (int writer = 0; writer < WRITERS; writer++) {
        untold.set(writer, Long.MAX_VALUE);
      }
    }

    /** Lets other threads run between the reading of the clock and the use of the instant. */
    private static void dawdle() {
      int luck = ThreadLocalRandom.current().nextInt(64);
      if (luck == 0) {
        letPass(5_000);
      } else if (luck < 8) {
        letPass(20 * luck);
      }
    }

    private static void letPass(int spins) {
      for (int i = 0; i < spins; i++) {
        Thread.onSpinWait();
      }
    }

    private @Nullable Void untilOver(Runnable work) {
      try {
        while (!over && goesOn(System.nanoTime() - start)) {
          work.run();
        }
      } finally {
        over = true;
      }
      return null;
    }

    /** Goes on for longer if some threads have hardly begun. */
    private boolean goesOn(long nanos) {
      return nanos < TIME.toNanos()
          || (nanos < SECONDS.toNanos(30) && (held.get() == 0 || suspect.get() == 0));
    }

    private static int random(int below) {
      return ThreadLocalRandom.current().nextInt(below);
    }

    /** Makes a change, which is acknowledged before it is reported. */
    void write(int writer) {
      int stripe = random(STRIPES);
      untold.set(writer, time.nanos());
      int version = (int) versions.incrementAndGet(stripe);
      if (version >= CHANGES - WRITERS) {
        over = true;
        return;
      }
      acknowledged.set(stripe * CHANGES + version, time.nanos());
      if (random(4) == 0) {
        letPass(random(2_000));
      }
      validity.changed(stripe);
      told.set(stripe * CHANGES + version, time.nanos());
      untold.set(writer, Long.MAX_VALUE);
      letPass(random(2_000));
    }

    /** Reports an instant before which all acknowledged changes have been reported. */
    void beat() {
      long until = time.nanos();
      for (int writer = 0; writer < WRITERS; writer++) {
        while (untold.get(writer) < until && !over) {
          Thread.onSpinWait();
        }
      }
      if (!over) {
        validity.receivedUntil(until);
        letPass(random(4_000)); // sometimes so long that the connection seems dead
      }
    }

    /** Makes a copy, and asks several times whether it may be answered. */
    void read() {
      int stripe = random(STRIPES);
      long asOf = time.nanos();
      int next = stripe * CHANGES + (int) versions.get(stripe) + 1;
      for (int i = random(20); i >= 0; i--) {
        long asked = time.nanos();
        if (!validity.isValid(stripe, asOf)) {
          suspect.incrementAndGet();
          continue;
        }
        held.incrementAndGet();
        long toldOfNext = told.get(next);
        long nextAcknowledged = acknowledged.get(next);
        assertThat(toldOfNext == 0 || toldOfNext > asked)
            .as("trusted at %s, told of its change at %s", asked, toldOfNext)
            .isTrue();
        assertThat(nextAcknowledged == 0 || asked - nextAcknowledged <= BOUND)
            .as("trusted at %s, its change acknowledged at %s", asked, nextAcknowledged)
            .isTrue();
      }
    }
  }
}
