package io.intelligentcache.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MemoryEntryTest {
  private final MemoryTable<String, String> table =
      new MemoryEngine(1_000, Policies.lru(), () -> 0, Runnable::run).newTable(entry -> {});

  /** Clocks of which the rough one is behind. */
  private static final class Clocks implements TimeSource {
    long now;
    long behind;
    int exactReads;

    @Override
    public long nanos() {
      exactReads++;
      return now;
    }

    @Override
    public long roughNanos() {
      return now - behind;
    }

    @Override
    public long epochMillis() {
      return 0;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 4_999})
  void expiresOnTimeHoweverFarBehindTheRoughClockMayBe(long behindMillis) {
    var clocks = new Clocks();
    clocks.behind = Duration.ofMillis(behindMillis).toNanos();
    long deadline = Duration.ofHours(1).toNanos();
    var entry = table.expiring("k", "v", 1, deadline, false);
    clocks.now = deadline - 1;
    assertThat(entry.isDue(clocks)).isFalse();
    clocks.now = deadline;
    assertThat(entry.isDue(clocks)).isTrue();
  }

  @Test
  void asksForTheExactTimeOnlyNearTheDeadline() {
    var clocks = new Clocks();
    var entry = table.expiring("k", "v", 1, Duration.ofHours(1).toNanos(), false);
    assertThat(entry.isDue(clocks)).isFalse();
    assertThat(clocks.exactReads).isZero();
    clocks.now = Duration.ofMinutes(59).plusSeconds(56).toNanos();
    assertThat(entry.isDue(clocks)).isFalse();
    assertThat(clocks.exactReads).isOne();
  }

  @Test
  void aLastingEntryNeverExpiresWhateverTheClocksSay() {
    var clocks = new Clocks();
    var entry = table.lasting("k", "v", 1, false);
    for (long now : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
      clocks.now = now;
      assertThat(entry.isDue(clocks)).as("at %d", now).isFalse();
    }
    assertThat(entry.expires()).isFalse();
  }

  @Test
  void aDeadlineThatLooksLikeNeverExpiresAllTheSame() {
    var entry = table.expiring("k", "v", 1, Long.MIN_VALUE, false);
    assertThat(entry.expires()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 1_000_000, (1 << 28) - 1})
  void weighsExactlyWhatItWasGiven(long weight) {
    assertThat(table.lasting("k", "v", weight, true).weight()).isEqualTo(weight);
    assertThat(table.lasting("k", "v", weight, true).onDisk()).isTrue();
    assertThat(table.lasting("k", "v", weight, false).onDisk()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 28, 1L << 29, 1L << 30, (1L << 30) + 1, 123_456_789_012L})
  void weighsGiantsInStepsOf64KiBRoundedUp(long weight) {
    var entry = table.lasting("k", "v", weight, true);
    assertThat(entry.weight()).isBetween(weight, weight + (1 << 16) - 1);
    assertThat(entry.onDisk()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, (1 << 29) - 1, 1L << 29, 123_456_789_012L})
  void knowsWhetherItWasReadWhateverItWeighs(long weight) {
    var entry = table.lasting("k", "v", weight, true);
    long before = entry.weight();
    assertThat(entry.wasRead()).isFalse();
    table.touch(entry);
    assertThat(entry.wasRead()).isTrue();
    assertThat(entry.weight()).isEqualTo(before);
    assertThat(entry.onDisk()).isTrue();
  }
}
