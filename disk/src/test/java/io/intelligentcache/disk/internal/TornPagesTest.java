package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.Seed;
import io.intelligentcache.disk.internal.FaultyFiles.Access;
import io.intelligentcache.disk.internal.FaultyFiles.HalfWritten;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Cuts the power of a full store that was opened several times. */
@ExtendWith(Effort.class)
@Timeout(7_200)
final class TornPagesTest {
  private static final int CUTS = Effort.of(30, 1_000, "power cuts");
  private static final long CAPACITY = 4_000_000;
  private static final UUID NEXT_BOOT = new UUID(7, 7);

  @RegisterExtension
  private final Seed seed = new Seed();

  @TempDir(factory = InMemory.class)
  Path parent;

  private final FakeTime time = new FakeTime();

  /** Whether some writes fail, so that old records are marked dead in place. */
  private volatile boolean failing;

  @Test
  void noPageThatStaysOldBringsBackAnOldValue() throws IOException {
    long found = 0;
    Random random = seed.random();
    for (int cut = 0; cut < CUTS; cut++) {
      found += run(parent.resolve("cut" + cut), random, "seed " + seed + ", cut " + cut);
    }
    assertThat(found).as("values found, after %s cuts", CUTS).isGreaterThan(CUTS / 5);
  }

  private int run(Path directory, Random random, String what) throws IOException {
    Path live = directory.resolve("live");
    Path left = directory.resolve("left");
    Files.createDirectories(live);
    var files = new FaultyFiles(live);
    var power = new PowerCut(live);
    var chance = new Random(random.nextLong());
    files.fault((access, file) -> {
      power.before(access, file);
      if (failing && access == Access.WRITE && chance.nextBoolean()) {
        throw new HalfWritten("made to fail: " + file);
      }
    });
    var ledger = new Ledger("users", 15);
    int sessions = 1 + random.nextInt(4);
    boolean inTheMidst = random.nextInt(3) == 0;
    for (int session = 1; session <= sessions; session++) {
      DiskTier tier = Fixture.open(files.path(live), CAPACITY, time, BOOT, SegmentOutput::toFile);
      for (int step = random.nextInt(60); step >= 0; step--) {
        failing = random.nextInt(10) == 0;
        step(tier, ledger, random);
      }
      failing = false;
      if (inTheMidst && session == sessions) {
        power.cut(left, random);
      }
      tier.close();
      ledger.crashed(); // nothing is promised for failed writes
    }
    if (!inTheMidst) {
      power.cut(left, random);
    }
    int there = recover(left, ledger, random, what);
    delete(directory);
    return there;
  }

  private void step(DiskTier tier, Ledger ledger, Random random) {
    if (random.nextInt(6) == 0) {
      time.advance(Duration.ofSeconds(31));
    }
    int key = random.nextInt(ledger.keys());
    int kind = random.nextInt(100);
    if (kind == 0) {
      ledger.clear(tier);
    } else if (kind < 20) {
      ledger.remove(tier, key);
    } else {
      ledger.put(tier, key, random.nextInt(random.nextBoolean() ? 1_000 : 110_000));
    }
  }

  /** Opens the rest of the store twice more, and checks it. */
  private int recover(Path left, Ledger ledger, Random random, String what) {
    int there;
    try (DiskTier tier = Fixture.open(left, CAPACITY, time, NEXT_BOOT, SegmentOutput::toFile)) {
      there = ledger.check(tier, what);
      for (int step = 0; step < 20; step++) {
        step(tier, ledger, random);
      }
      ledger.check(tier, what);
      time.advance(Duration.ofMinutes(11));
      assertThat(ledger.overwrite(tier, 0, 10)).as(what).isEqualTo(Outcome.DONE);
    }
    try (DiskTier tier = Fixture.open(left, CAPACITY, time, NEXT_BOOT, SegmentOutput::toFile)) {
      ledger.check(tier, what);
      assertThat(ledger.has(tier, 0, what)).as(what).isTrue();
      return there;
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
