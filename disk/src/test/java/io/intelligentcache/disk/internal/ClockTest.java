package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.copy;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wall clocks that are set while the disk has entries that expire. */
final class ClockTest {
  @TempDir
  Path directory;

  private final FakeTime time = new FakeTime();

  private DiskTier openTier(Path where) {
    return open(where, SMALL, time, BOOT, SegmentOutput::toFile);
  }

  private void putFor(DiskTier tier, String key, Duration ttl) {
    long expiry = time.epochMillis() + ttl.toMillis();
    byte[] value = {1};
    await(tier.put(key(key), new Item(value, 1, false, 7, expiry)));
  }

  /** How long a caller that reads the entry may keep it, by the caller's clock. */
  private Duration remaining(DiskTier tier, String key) {
    Lookup answer = await(tier.get(key(key)));
    assertThat(answer).as(key).isInstanceOf(Lookup.Hit.class);
    return Duration.ofMillis(((Lookup.Hit) answer).item().expiresAtMillis() - time.epochMillis());
  }

  @Test
  void aSmallStepBackRevivesNothingWhileOpen() {
    try (DiskTier tier = openTier(directory)) {
      putFor(tier, "k", Duration.ofSeconds(9));
      time.advance(Duration.ofSeconds(10));
      put(tier, "other", "x"); // the store sees the time; nobody has read k
      assertThat(get(tier, "other")).isEqualTo("x");
      time.jumpWallClock(Duration.ofSeconds(-50));
      assertThat(get(tier, "k")).isNull();
    }
  }

  @Test
  void aSmallStepBackWhileClosedRevivesNothing() {
    try (DiskTier tier = openTier(directory)) {
      putFor(tier, "k", Duration.ofSeconds(10));
      put(tier, "forever", "x");
      time.advance(Duration.ofSeconds(10));
    }
    time.jumpWallClock(Duration.ofSeconds(-50));
    try (DiskTier tier = openTier(directory)) {
      assertThat(get(tier, "k")).isNull();
      assertThat(get(tier, "forever")).isEqualTo("x");
    }
  }

  @Test
  void aSmallStepBackLeavesAliveWhatHasNotExpired() {
    try (DiskTier tier = openTier(directory)) {
      putFor(tier, "k", Duration.ofMinutes(10));
    }
    time.jumpWallClock(Duration.ofSeconds(-50));
    try (DiskTier tier = openTier(directory)) {
      assertThat(get(tier, "k")).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 50, 7_200, 34_560_000})
  void aStepBackWhileOpenNeitherRevivesNorKills(long seconds) throws IOException {
    Path live = directory.resolve("live");
    Path killed = directory.resolve("killed");
    try (DiskTier tier = openTier(live)) {
      putFor(tier, "expired", Duration.ofMinutes(30));
      putFor(tier, "alive", Duration.ofHours(2));
      put(tier, "forever", "x");
      time.advance(Duration.ofHours(1));
      time.jumpWallClock(Duration.ofSeconds(-seconds));
      assertThat(get(tier, "expired")).isNull();
      assertThat(remaining(tier, "alive")).isEqualTo(Duration.ofHours(1));
      putFor(tier, "after", Duration.ofMinutes(90));
      put(tier, "after too", "in the file");
      time.advance(Duration.ofMinutes(20));
      assertThat(remaining(tier, "alive")).isEqualTo(Duration.ofMinutes(40));
      assertThat(remaining(tier, "after")).isEqualTo(Duration.ofMinutes(70));
      put(tier, "after too", "answered when it is in the file");
      copy(live, killed);
    }
    time.advance(Duration.ofMinutes(30));
    for (Path left : new Path[] {live, killed}) {
      try (DiskTier tier = openTier(left)) {
        assertThat(get(tier, "expired")).isNull();
        assertThat(remaining(tier, "alive")).isEqualTo(Duration.ofMinutes(10));
        assertThat(remaining(tier, "after")).isEqualTo(Duration.ofMinutes(40));
        assertThat(get(tier, "forever")).isEqualTo("x");
      }
    }
    try (DiskTier tier = openTier(live)) {
      time.advance(Duration.ofMinutes(10));
      assertThat(get(tier, "alive")).isNull();
      time.advance(Duration.ofMinutes(30).minusMillis(1));
      assertThat(get(tier, "after")).isNotNull();
      time.advance(Duration.ofMillis(1));
      assertThat(get(tier, "after")).isNull();
    }
  }

  @Test
  void aStepBackIsWrittenDownWithTheNextWrite() throws IOException {
    Path killed = directory.resolve("killed");
    try (DiskTier tier = openTier(directory.resolve("live"))) {
      putFor(tier, "k", Duration.ofHours(2));
      time.jumpWallClock(Duration.ofHours(-3));
      put(tier, "other", "x");
      put(tier, "other", "answered when it is in the file");
      copy(directory.resolve("live"), killed);
    }
    time.advance(Duration.ofMinutes(30));
    try (DiskTier tier = openTier(killed)) {
      assertThat(remaining(tier, "k")).isEqualTo(Duration.ofMinutes(90));
    }
  }

  /** A suspended machine looks the same: only its wall clock advances. */
  @Test
  void aStepForwardWhileOpenCountsAsTimeThatPassedAndOnlyOnce() {
    try (DiskTier tier = openTier(directory)) {
      putFor(tier, "k", Duration.ofHours(1));
      putFor(tier, "long", Duration.ofDays(9));
      time.jumpWallClock(Duration.ofHours(1));
      assertThat(get(tier, "k")).isNull();
      time.jumpWallClock(Duration.ofHours(-1));
      assertThat(get(tier, "k")).isNull();
      putFor(tier, "after", Duration.ofHours(1));
      time.jumpWallClock(Duration.ofHours(1));
      assertThat(remaining(tier, "after")).isEqualTo(Duration.ofHours(1));
      time.advance(Duration.ofMinutes(59));
      assertThat(get(tier, "after")).isNotNull();
      time.advance(Duration.ofMinutes(1));
      assertThat(get(tier, "after")).isNull();
      assertThat(remaining(tier, "long")).isEqualTo(Duration.ofDays(9).minusHours(2));
    }
  }

  @Test
  void aLargeStepBackWhileClosedRevivesNothing() {
    try (DiskTier tier = openTier(directory)) {
      putFor(tier, "expired", Duration.ofHours(1));
      put(tier, "forever", "x");
      time.advance(Duration.ofHours(2));
    }
    time.jumpWallClock(Duration.ofHours(-2));
    for (int round = 0; round < 2; round++) {
      try (DiskTier tier = openTier(directory)) {
        assertNoneButForever(tier);
      }
      time.advance(Duration.ofMinutes(30));
    }
  }

  /**
   * The store drops the wrong time when the clock is right again: entries that are put then live as
   * long as they should.
   */
  @Test
  void aClockThatWasFarAheadDoesNotExpireEverythingForGood() {
    time.jumpWallClock(Duration.ofDays(3_650));
    try (DiskTier tier = openTier(directory)) {
      putFor(tier, "wrong", Duration.ofHours(1));
      put(tier, "forever", "x");
    }
    time.jumpWallClock(Duration.ofDays(-3_650));
    for (int round = 0; round < 3; round++) {
      try (DiskTier tier = openTier(directory)) {
        assertThat(get(tier, "wrong")).as("it would live for ten years").isNull();
        assertThat(get(tier, "forever")).isEqualTo("x");
        if (round == 0) {
          putFor(tier, "right", Duration.ofHours(1));
        }
        assertThat(get(tier, "right")).isNotNull();
      }
    }
    time.advance(Duration.ofHours(1));
    try (DiskTier tier = openTier(directory)) {
      assertThat(get(tier, "right")).isNull();
    }
  }

  @Test
  void aKilledStoreKnowsTheTimeFromItsSegments() throws IOException {
    Path killed = directory.resolve("killed");
    try (DiskTier tier = openTier(directory.resolve("live"))) {
      putFor(tier, "k", Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(30));
      for (int i = 0; i < 300; i++) {
        put(tier, "fill" + i, Fixture.value("v" + i, 9_000)); // until another segment begins
      }
      put(tier, "fill0", "again");
      copy(directory.resolve("live"), killed);
    }
    time.jumpWallClock(Duration.ofSeconds(-30));
    try (DiskTier tier = openTier(killed)) {
      assertThat(get(tier, "k")).isNull();
    }
  }

  private static void assertNoneButForever(DiskTier tier) {
    assertThat(get(tier, "expired")).isNull();
    assertThat(get(tier, "forever")).isEqualTo("x");
  }
}
