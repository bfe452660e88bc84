package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.KEY;
import static io.intelligentcache.disk.internal.Fixture.USERS;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.copy;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.putForSure;
import static io.intelligentcache.disk.internal.Fixture.remove;
import static io.intelligentcache.disk.internal.Fixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.Seed;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.file.StoreFiles;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.TierException;
import io.intelligentcache.tier.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that is opened with a maximum other than the one with which it was created. */
@ExtendWith(Effort.class)
final class StoreResizeTest {
  private static final int ROUNDS = Effort.of(12, 200, "rounds");
  private static final int FAULTS = Effort.of(60, 1_000, "faults");
  private static final long LARGE = 70_000_000;
  private static final long TINY = 5_000_000;
  private static final int VALUE = 9_000;
  private static final int KEYS = 700;

  @RegisterExtension
  private final Seed seed = new Seed();

  @TempDir(factory = InMemory.class)
  Path directory;

  private final FakeTime time = new FakeTime();

  private DiskTier openTier(Path where, long bytes, boolean encrypted) {
    Disk disk = Disk.at(where).maximumBytes(bytes);
    return OpenDisk.of(
        encrypted ? disk.encryptedWith(KEY) : disk, time, BOOT, SegmentOutput::toFile);
  }

  private static long random(Random random) {
    long[] some = {4_000_000, TINY, 6_000_000, 8_000_000, 16_000_000, LARGE, 300_000_000, 2L << 30};
    return some[random.nextInt(some.length)] + random.nextInt(100_000);
  }

  /** The entries that must or may be found, and how many bytes were written to the log since. */
  private static final class Model {
    private static final int HEAD = 100;

    private record Newest(String value, long position) {}

    private final Map<String, Newest> entries = new HashMap<>();
    private final Set<String> mayBeGone = new HashSet<>();
    private long written;

    void put(String key, String value) {
      written += HEAD + value.length();
      entries.put(key, new Newest(value, written));
      mayBeGone.remove(key);
    }

    void remove(String key) {
      written += HEAD;
      entries.remove(key);
    }

    /**
     * Marks entries that a store of that maximum may have evicted. It certainly keeps the last 4/10
     * of the maximum, overwritten records included.
     */
    void keptBy(long bytes) {
      entries.forEach((key, newest) -> {
        if (written - newest.position() > bytes * 4 / 10) {
          mayBeGone.add(key);
        }
      });
    }

    void check(DiskTier tier, String what) {
      for (int i = 0; i < KEYS; i++) {
        String key = "k" + i;
        String found = get(tier, key);
        Newest newest = entries.get(key);
        if (newest == null) {
          assertThat(found).as("%s: %s", what, key).isNull();
        } else if (found != null || !mayBeGone.contains(key)) {
          assertThat(newest.value().equals(found)).as("%s: %s", what, key).isTrue();
        } else {
          entries.remove(key); // it must not come back later
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsTheNewestAndNothingOlderThroughManyMaxima(boolean encrypted) throws IOException {
    Random random = seed.random();
    Model model = new Model();
    long bytes = LARGE;
    Path here = directory.resolve("0");
    for (int round = 1; round <= ROUNDS; round++) {
      String what = "seed " + seed + ", round " + round + ", " + bytes + " bytes";
      Path killed = directory.resolve(Integer.toString(round));
      boolean kill = random.nextInt(3) == 0;
      try (DiskTier tier = openTier(here, bytes, encrypted)) {
        model.keptBy(bytes);
        model.check(tier, what);
        change(tier, model, random, round);
        model.keptBy(bytes);
        put(tier, "last", "1");
        put(tier, "last", "2"); // an overwrite is acknowledged when all before is in the file
        assertThat(Fixture.bytes(here)).as(what).isLessThanOrEqualTo(bytes);
        if (kill) {
          copy(here, killed);
        }
      }
      assertThat(Fixture.bytes(here)).as(what).isLessThanOrEqualTo(bytes);
      here = kill ? killed : here;
      bytes = random(random);
    }
  }

  private static void change(DiskTier tier, Model model, Random random, int round) {
    int steps = random.nextInt(1_500);
    for (int step = 0; step < steps; step++) {
      String key = "k" + random.nextInt(KEYS);
      int what = random.nextInt(100);
      if (what == 0 && step % 7 == 0) {
        await(tier.clear(USERS));
        model.entries.clear();
      } else if (what == 1) {
        String end = Integer.toString(random.nextInt(100));
        await(tier.removeMatching(USERS, name -> new String(name, UTF_8).endsWith(end)));
        List.copyOf(model.entries.keySet()).stream()
            .filter(name -> name.endsWith(end))
            .forEach(model::remove);
      } else if (what < 20) {
        remove(tier, key);
        model.remove(key);
      } else {
        String value = value(key + "/" + round + "/" + step, random.nextInt(2 * VALUE));
        putForSure(tier, key, value);
        model.put(key, value);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fillsTheSmallerStoreWithTheNewest(boolean encrypted) throws IOException {
    try (DiskTier tier = openTier(directory, LARGE, encrypted)) {
      for (int i = 0; i < 2_000; i++) {
        putForSure(tier, "k" + i, value("v" + i, VALUE));
      }
    }
    try (DiskTier tier = openTier(directory, TINY, encrypted)) {
      assertThat(Fixture.bytes(directory)).isLessThanOrEqualTo(TINY);
      int oldest = 2_000;
      while (get(tier, "k" + (oldest - 1)) != null) {
        oldest--;
      }
      assertThat(2_000 - oldest).isGreaterThan((int) (TINY * 6 / 10 / VALUE));
      for (int i = 0; i < oldest; i++) {
        assertThat(get(tier, "k" + i))
            .as("k%s, though k%s is gone", i, oldest - 1)
            .isNull();
      }
      for (int i = 0; i < 1_000; i++) {
        putForSure(tier, "l" + i, value("w" + i, VALUE));
        assertThat(Fixture.bytes(directory)).isLessThanOrEqualTo(TINY);
      }
    }
    assertThat(directory.resolve("resize")).doesNotExist();
  }

  @Test
  void aMuchLargerStoreHasFewFilesAndTakesLargeEntries() throws IOException {
    try (DiskTier tier = openTier(directory, TINY, false)) {
      for (int i = 0; i < 400; i++) {
        putForSure(tier, "k" + i, value("v" + i, VALUE));
      }
      assertThat(put(tier, "large", value("v", 1_000_000))).isInstanceOf(Outcome.Refused.class);
    }
    try (DiskTier tier = openTier(directory, 1L << 40, false)) {
      for (int i = 0; i < 400; i++) {
        assertThat(get(tier, "k" + i)).isEqualTo(value("v" + i, VALUE));
      }
      assertThat(put(tier, "large", value("v", 1_000_000))).isEqualTo(Outcome.DONE);
    }
    assertThat(Fixture.segments(directory)).hasSizeLessThan(3);
    assertThat(directory.resolve("resize")).doesNotExist();
  }

  @Test
  void keepsWhatEntriesAreAndWhenTheyExpire() {
    Item shared = new Item(new byte[] {1, 2, 3}, 900, true, -5, Item.NEVER, new Version(7, 8), 9);
    Item brief = new Item(
        new byte[100], 100, false, 7, time.epochMillis() + Duration.ofHours(1).toMillis());
    try (DiskTier tier = openTier(directory, LARGE, false)) {
      await(tier.put(key("shared"), shared));
      await(tier.put(key("brief"), brief));
      await(tier.put(key("expired"), brief.expiringAt(time.epochMillis() + 1_000)));
      time.advance(Duration.ofMinutes(10));
      time.jumpWallClock(Duration.ofSeconds(-30)); // so that the store's time differs
    }
    time.advance(Duration.ofMinutes(10));
    try (DiskTier tier = openTier(directory, TINY, false)) {
      assertThat(await(tier.get(key("shared")))).isEqualTo(new Lookup.Hit(shared));
      Item found = ((Lookup.Hit) await(tier.get(key("shared")))).item();
      assertThat(found.version()).isEqualTo(new Version(7, 8));
      assertThat(found.stamp()).isEqualTo(9);
      assertThat(get(tier, "expired")).isNull();
      time.advance(Duration.ofMinutes(40).minusMillis(1));
      assertThat(await(tier.get(key("brief")))).isInstanceOf(Lookup.Hit.class);
      time.advance(Duration.ofMillis(1));
      assertThat(get(tier, "brief")).isNull();
    }
  }

  @Test
  void leavesOutWhatIsTooLargeForTheSmallerSegments() {
    try (DiskTier tier = openTier(directory, 300_000_000, false)) {
      put(tier, "small", value("v", VALUE));
      put(tier, "large", value("v", 1_000_000));
      put(tier, "small too", value("v", VALUE));
    }
    try (DiskTier tier = openTier(directory, TINY, false)) {
      assertThat(get(tier, "large")).isNull();
      assertThat(get(tier, "small")).isNotNull();
      assertThat(get(tier, "small too")).isNotNull();
    }
  }

  /** The disk fails from some access on. For the directory this is the same as a killed process. */
  @Test
  void aCrashAtAnyMomentBringsBackNothingOld() throws IOException {
    Path made = directory.resolve("made");
    try (DiskTier tier = openTier(made, LARGE, false)) {
      for (int generation = 0; generation < 3; generation++) {
        for (int i = 0; i < 100; i++) {
          putForSure(tier, "k" + i, value("k" + i + "/" + generation, VALUE));
        }
      }
      for (int i = 0; i < 100; i += 10) {
        remove(tier, "k" + i);
      }
    }
    int calls = calls(made, "counted", Integer.MAX_VALUE);
    Random random = seed.random();
    int whole = 0;
    for (int i = 0; i < FAULTS; i++) {
      int dead = i < FAULTS / 3 ? Math.max(0, calls - i) : random.nextInt(calls);
      String what = "dead from access " + dead + " of " + calls;
      Path copy = directory.resolve("dead-" + i);
      calls(made, copy.getFileName().toString(), dead);
      for (long bytes : new long[] {TINY, LARGE}) {
        try (DiskTier tier = open(copy, bytes)) {
          int found = 0;
          for (int k = 0; k < 100; k++) {
            String newest = k % 10 == 0 ? null : value("k" + k + "/2", VALUE);
            String there = get(tier, "k" + k);
            assertThat(there).as(what).isIn(null, newest);
            found += there == null ? 0 : 1;
          }
          assertThat(found).as(what).isIn(0, 90);
          whole += found == 90 && bytes == TINY ? 1 : 0;
        }
        assertThat(copy.resolve("resize")).as(what).doesNotExist();
      }
      for (Path file : StoreFiles.list(copy, file -> true)) {
        Files.delete(file);
      }
    }
    assertThat(whole).as("of %s openings, seed %s", FAULTS, seed).isGreaterThan(FAULTS / 2);
  }

  /** Opens a copy of a store with a smaller maximum, on a disk that dies; returns its accesses. */
  private int calls(Path from, String name, int dead) throws IOException {
    Path to = directory.resolve(name);
    copy(from, to);
    var files = new FaultyFiles(to);
    var calls = new AtomicInteger();
    files.fault((access, file) -> {
      if (calls.getAndIncrement() >= dead) {
        throw new IOException("made to fail");
      }
    });
    try {
      open(files.path(to), TINY, time, BOOT, SegmentOutput::toFile).close();
      return calls.get();
    } catch (TierException e) {
      return calls.get();
    }
  }
}
