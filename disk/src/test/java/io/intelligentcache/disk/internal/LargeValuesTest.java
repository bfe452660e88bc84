package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.putForSure;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.internal.file.ReadBuffers;
import io.intelligentcache.disk.internal.format.KeyHash;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.log.WriteBuffer;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values from empty to the largest accepted size, together in one store. */
final class LargeValuesTest {
  @TempDir(factory = InMemory.class)
  Path directory;

  /** The documented limit: a quarter of a segment, key included. */
  private static int largest(long cap, String key) {
    return SegmentGeometry.of(cap).maxRecordBytes()
        - RecordHeader.BYTES
        - StoredKey.of(key(key), KeyHash.seeded(0)).bytes().length;
  }

  private static String value(int i, int length) {
    return Character.toString('a' + i % 26).repeat(length);
  }

  private static List<Integer> sizes(int largest) {
    List<Integer> sizes = new ArrayList<>(List.of(0, 1, 2, 7, 8, 9));
    for (int size = 16; size < largest; size *= 3) {
      sizes.addAll(List.of(size - 1, size, size + 1));
    }
    sizes.addAll(List.of(
        ReadBuffers.BYTES, WriteBuffer.BYTES - 100, WriteBuffer.BYTES, WriteBuffer.BYTES + 1));
    sizes.removeIf(size -> size > largest);
    sizes.addAll(List.of(largest - 8, largest - 1, largest));
    return sizes;
  }

  @ParameterizedTest
  @ValueSource(longs = {4_000_000, 100_000_000, 1_000_000_000})
  void allSizesUpToTheLimitComeBackUnchanged(long cap) {
    List<Integer> sizes = sizes(largest(cap, "k00"));
    try (DiskTier tier = open(directory, cap)) {
      for (int round = 0; round < 2; round++) { // the second one overwrites
        for (int i = 0; i < sizes.size(); i++) {
          int size = sizes.get(sizes.size() - 1 - i);
          putForSure(tier, name(i), value(i, size));
        }
      }
      assertAll(tier, sizes);
    }
    try (DiskTier tier = open(directory, cap)) {
      assertAll(tier, sizes);
      assertThat(tier.stats().damaged()).isZero();
    }
  }

  private static void assertAll(Tier tier, List<Integer> sizes) {
    for (int i = 0; i < sizes.size(); i++) {
      int size = sizes.get(sizes.size() - 1 - i);
      String found = get(tier, name(i));
      assertThat(found == null ? -1 : found.length()).isEqualTo(size);
      assertThat(value(i, size).equals(found)).as("%s bytes", size).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4_000_000, 123_904",
    "8_000_000, 248_832",
    "16_000_000, 262_144",
    "64_000_000, 262_144",
    "1_000_000_000, 3_905_536",
    "100_000_000_000, 16_777_208"
  })
  void theLimitFollowsFromTheMaximum(String maximum, String limit) {
    long bytes = Long.parseLong(maximum.replace("_", ""));
    assertThat(SegmentGeometry.of(bytes).maxRecordBytes())
        .isEqualTo(Integer.parseInt(limit.replace("_", "")));
  }

  @ParameterizedTest
  @ValueSource(longs = {4_000_000, 100_000_000})
  void oneByteMoreIsRefusedCountedAndTakesAlongWhatWasThere(long cap) {
    String tooLarge = value(0, largest(cap, "k") + 1);
    try (DiskTier tier = open(directory, cap)) {
      put(tier, "k", "old");
      put(tier, "l", value(1, largest(cap, "l")));
      assertThat(put(tier, "k", tooLarge)).isEqualTo(new Outcome.Refused(Reason.TOO_LARGE));
      assertThat(tier.stats().refused()).isEqualTo(1);
      assertThat(get(tier, "k")).isNull();
      assertThat(put(tier, "absent", tooLarge)).isEqualTo(new Outcome.Refused(Reason.TOO_LARGE));
      assertThat(tier.stats().refused()).isEqualTo(2);
    }
    try (DiskTier tier = open(directory, cap)) {
      assertThat(get(tier, "k")).isNull();
      assertThat(get(tier, "l")).isEqualTo(value(1, largest(cap, "l")));
      put(tier, "k", "old");
      put(tier, "k", "older");
      assertThat(put(tier, "k", tooLarge)).isInstanceOf(Outcome.Refused.class);
      assertThat(get(tier, "k")).isNull();
    }
  }

  @Test
  void nobodyWaitsForMoreThanAFewOfTheLargestWrites() throws Exception {
    long cap = 400_000_000; // nothing is evicted
    String large = value(3, largest(cap, "large0"));
    AtomicInteger written = new AtomicInteger();
    AtomicBoolean done = new AtomicBoolean();
    List<Integer> waited = new ArrayList<>();
    try (DiskTier tier = open(directory, cap)) {
      put(tier, "small", "value");
      var other = CompletableFuture.runAsync(() -> {
        for (int i = 0; i < 200; i++) {
          await(tier.put(key("large" + i % 5), item(large)).thenRun(written::incrementAndGet));
        }
        done.set(true);
      });
      while (!done.get()) {
        // Acknowledged when the file has it. The callback takes the count, so sleeps of this thread
        // don't increase it.
        var answer = tier.put(key("small"), item("value")).thenApply(outcome -> {
          assertThat(outcome).isEqualTo(Outcome.DONE);
          return written.get();
        });
        int before = written.get();
        waited.add(await(answer) - before);
      }
      await(other);
    }
    Collections.sort(waited);
    assertThat(waited).hasSizeGreaterThan(20);
    assertThat(waited.get(waited.size() / 2)).as("median").isLessThanOrEqualTo(2);
    assertThat(waited.get(waited.size() - 1)).as("most").isLessThanOrEqualTo(10);
  }

  private static String name(int i) {
    return String.format(Locale.ROOT, "k%02d", i);
  }
}
