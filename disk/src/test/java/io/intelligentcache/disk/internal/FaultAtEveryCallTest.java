package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.copy;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.Seed;
import io.intelligentcache.disk.internal.FaultyFiles.Access;
import io.intelligentcache.disk.internal.FaultyFiles.Fault;
import io.intelligentcache.disk.internal.FaultyFiles.HalfWritten;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.TierException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Makes each access to a file fail, one run per access: opening, closing, reading, writing, for all
 * kinds of files. The usual effort tries a part of the accesses, another one in each run.
 */
@ExtendWith(Effort.class)
@Timeout(7_200)
final class FaultAtEveryCallTest {
  private static final int STRIDE = Effort.of(37, 1, "accesses from one fault to the next");

  private static final long CAPACITY = 4_000_000;
  private static final int KEYS = 12;
  private static final int STEPS = 45;

  @RegisterExtension
  private final Seed seed = new Seed();

  @TempDir(factory = InMemory.class)
  Path parent;

  private final PrintStream err = System.err;
  private final Random random = seed.random();
  private FakeTime time = new FakeTime();
  private Path directory = Path.of("");
  private @Nullable DiskTier tier;
  private int gaveUpOpening;

  /** How accesses fail, starting with the n-th. */
  enum Failing {
    ONCE,
    ONCE_IN_ITS_MIDDLE,
    FOR_A_WHILE,
    FOR_GOOD,
    WRITES_FOR_GOOD,
    READS_FOR_GOOD;

    Fault from(int n, AtomicInteger count) {
      return (access, file) -> {
        int now = count.incrementAndGet();
        if (now >= n && fails(access, now - n)) {
          throw this == ONCE_IN_ITS_MIDDLE || this == WRITES_FOR_GOOD
              ? new HalfWritten("made to fail: " + access + " " + file)
              : new IOException("made to fail: " + access + " " + file);
        }
      };
    }

    private boolean fails(Access access, int after) {
      return switch (this) {
        case ONCE, ONCE_IN_ITS_MIDDLE -> after == 0;
        case FOR_A_WHILE -> after < 25;
        case FOR_GOOD -> true;
        case WRITES_FOR_GOOD -> access == Access.WRITE || access == Access.FORCE;
        case READS_FOR_GOOD -> access == Access.READ;
      };
    }
  }

  /** Silences the log. Every failure is logged, and here there are thousands. */
  @BeforeEach
  void quiet() {
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
  }

  @AfterEach
  void loud() {
    System.setErr(err);
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsWrongOldOrThrownAndItComesBackByItself(Failing failing) throws IOException {
    var accesses = new AtomicInteger();
    int there = run((access, file) -> accesses.incrementAndGet(), 1, "no fault");
    assertThat(there).isGreaterThan(KEYS / 3);
    assertThat(accesses.get()).isGreaterThan(100);
    int runs = 0;
    for (int n = 1 + random.nextInt(STRIDE); n <= accesses.get(); n += STRIDE) {
      run(failing.from(n, new AtomicInteger()), random.nextLong(), failing + " at access " + n);
      runs++;
    }
    assertThat(gaveUpOpening).isLessThan(runs);
  }

  private int run(Fault fault, long stepsSeed, String what) throws IOException {
    directory = Files.createTempDirectory(parent, "run");
    Path live = directory.resolve("live");
    Path killed = directory.resolve("killed");
    time = new FakeTime();
    var files = new FaultyFiles(live);
    Path faulty = files.path(live);
    var ledger = new Ledger("trouble", KEYS);
    Ledger beforeKill = new Ledger("trouble", KEYS);
    var steps = new Random(stepsSeed);
    try {
      files.fault(fault);
      for (int session = 0; session < 2; session++) {
        DiskTier open = openOrGiveUp(faulty);
        if (open == null) {
          continue;
        }
        ledger.check(open, what);
        for (int step = 0; step < STEPS; step++) {
          step(open, ledger, steps, what);
        }
        ledger.check(open, what);
        assertThat(open.stats().damaged()).as("%s, taken for damage", what).isZero();
        if (session == 1) {
          copy(live, killed);
          beforeKill = ledger.afterCrash();
          if (steps.nextBoolean()) {
            files.fault((access, file) -> {});
            comesBack(open, ledger, what);
          }
        }
        open.close();
        ledger.crashed();
      }
      files.fault((access, file) -> {});
      int there = reopened(faulty, ledger, what);
      if (Files.exists(killed)) {
        try (DiskTier copy = Fixture.open(killed, CAPACITY)) {
          beforeKill.check(copy, what + ", killed");
        }
      }
      return there;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what, e);
    } finally {
      closeAndDelete();
    }
  }

  private @Nullable DiskTier openOrGiveUp(Path faulty) {
    try {
      DiskTier opened = Fixture.open(faulty, CAPACITY, time, BOOT, SegmentOutput::toFile);
      tier = opened;
      return opened;
    } catch (TierException e) { // the only exception that the contract allows
      gaveUpOpening++;
      return null;
    }
  }

  private void step(DiskTier open, Ledger ledger, Random steps, String what) {
    int key = steps.nextInt(KEYS);
    int kind = steps.nextInt(60);
    if (kind == 0) {
      ledger.clear(open);
    } else if (kind < 10) {
      ledger.remove(open, key);
    } else if (kind < 25) {
      ledger.putSome(open, key, 5, 3_000);
    } else {
      ledger.put(open, key, steps.nextInt(4) == 0 ? steps.nextInt(50) : 100_000);
    }
    if (steps.nextInt(12) == 0) {
      time.advance(Duration.ofSeconds(31));
    }
    ledger.has(open, key, what);
    ledger.has(open, steps.nextInt(KEYS), what);
  }

  private int reopened(Path faulty, Ledger ledger, String what) {
    try (DiskTier open = Fixture.open(faulty, CAPACITY, time, BOOT, SegmentOutput::toFile)) {
      ledger.check(open, what);
      comesBack(open, ledger, what);
    }
    try (DiskTier open = Fixture.open(faulty, CAPACITY, time, BOOT, SegmentOutput::toFile)) {
      assertThat(ledger.has(open, 0, what)).as(what).isTrue();
      return ledger.check(open, what);
    }
  }

  /** Checks the open tier when no access fails any more and the longest write pause is over. */
  private void comesBack(DiskTier open, Ledger ledger, String what) {
    time.advance(Duration.ofMinutes(11));
    assertThat(ledger.overwrite(open, 0, 10)).as(what).isEqualTo(Outcome.DONE);
    assertThat(ledger.has(open, 0, what)).as(what).isTrue();
    assertThat(open.stats().available()).as(what).isTrue();
  }

  private void closeAndDelete() throws IOException {
    DiskTier open = tier;
    tier = null;
    if (open != null) {
      open.close();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
