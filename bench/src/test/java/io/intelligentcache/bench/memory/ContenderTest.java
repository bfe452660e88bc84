package io.intelligentcache.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every contender does the measured work. */
final class ContenderTest {
  private static final int ENTRIES = 10_000;

  /**
   * A cache above this share of its bound counts as unbounded: the weights of the remaining entries
   * vary a little around the mean.
   */
  private static final double TOLERANCE = 1.05;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @ParameterizedTest
  @EnumSource
  void returnsTheLastValueThatWasPut(Contender contender) {
    try (CacheUnderTest cache = contender.open(new Capacity(ENTRIES))) {
      assertThat(cache.get("key")).isNull();
      cache.put("key", "value");
      assertThat(cache.get("key")).isEqualTo("value");
      cache.put("key", "another");
      assertThat(cache.get("key")).isEqualTo("another");
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsEverythingThatFitsInHalfItsCapacity(Contender contender) {
    String[] keys = Entries.keys(ENTRIES);
    String[] values = Entries.values(ENTRIES);
    try (CacheUnderTest cache = contender.open(new Capacity(2 * ENTRIES))) {
      for (int turn = 0; turn < 3; turn++) {
        for (int i = 0; i < ENTRIES; i++) {
          cache.put(keys[i], values[(i + turn) % ENTRIES]);
        }
      }
      assertThat(keys).allMatch(key -> cache.get(key) != null);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MAP")
  void holdsAsMuchAsItsCapacityAndNoMore(Contender contender) {
    String[] keys = Entries.keys(16 * ENTRIES);
    String[] values = Entries.values(1_024);
    var capacity = new Capacity(ENTRIES);
    try (CacheUnderTest cache = contender.open(capacity)) {
      for (int i = 0; i < keys.length; i++) {
        cache.put(keys[i], values[i % values.length]);
      }
      Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
        cache.settle();
        assertThat(held(cache, keys)).isBetween((long) (capacity.weight() / TOLERANCE), (long)
            (capacity.weight() * TOLERANCE));
      });
    }
  }

  private static long held(CacheUnderTest cache, String[] keys) {
    long weight = 0;
    for (String key : keys) {
      String value = cache.get(key);
      weight += value == null ? 0 : Entries.weight(key, value);
    }
    return weight;
  }
}
