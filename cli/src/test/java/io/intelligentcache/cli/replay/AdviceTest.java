package io.intelligentcache.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AdviceTest {
  private static final long MB = 1_000_000;

  private static ReplayCell cell(String policy, long capacity, double hitRatio) {
    return new ReplayCell(
        "trace", policy, capacity + "", 1_000, 0, hitRatio, hitRatio, List.of(), capacity);
  }

  @Test
  void stopsWhereMoreMemoryGainsLittle() {
    var cells = List.of(
        cell("lru", 32 * MB, 0.60),
        cell("lru", 64 * MB, 0.65),
        cell("lru", 128 * MB, 0.712),
        cell("adaptive", 32 * MB, 0.66),
        cell("adaptive", 64 * MB, 0.712),
        cell("adaptive", 128 * MB, 0.731));

    assertThat(Advice.of(cells, true))
        .isEqualTo("ADAPTIVE at 64.0 MB: 71.2 % hits; half that size 66.0 %; twice 73.1 %;"
            + " LRU hits 65.0 % and needs 128.0 MB for the same."
            + " More memory gains less than two points a doubling.");
  }

  @Test
  void saysWhatIsInterpolated() {
    var cells = List.of(
        cell("lru", 10, 0.10),
        cell("lru", 160, 0.50),
        cell("lfu", 10, 0.20),
        cell("lfu", 160, 0.60));

    assertThat(Advice.of(cells, false))
        .isEqualTo("LFU at 160 entries: 60.0 % hits; half that size about 50.0 % (interpolated);"
            + " LRU hits 50.0 %, for which LFU needs about 80 entries (interpolated)."
            + " It is the largest size measured: a larger one may gain more.");
  }

  @Test
  void aLaterSizeThatGainsMuchCounts() {
    var cells = List.of(cell("lru", 10, 0.10), cell("lru", 20, 0.10), cell("lru", 40, 0.60));

    assertThat(Advice.of(cells, false)).startsWith("LRU at 40 entries: 60.0 % hits; half that");
  }

  @Test
  void oneCellIsWhatItIs() {
    assertThat(Advice.of(List.of(cell("lru", 5_000, 0.5)), false))
        .isEqualTo("LRU at 5,000 entries: 50.0 % hits. Measured at one size only:"
            + " give --size several to see what more or less would do.");
  }

  @Test
  void oneSizeComparesPolicies() {
    assertThat(Advice.of(
            List.of(cell("lru", 5, 0.5), cell("lfu", 5, 0.7), cell("adaptive", 5, 0.7)), false))
        .startsWith("LFU at 5 entries: 70.0 % hits; LRU hits 50.0 %; ADAPTIVE does as well.");
  }

  @Test
  void aTraceWithoutHitsHasAdviceToo() {
    assertThat(Advice.of(List.of(cell("lru", 1, 0), cell("lru", 2, 0)), false))
        .isEqualTo("LRU at 1 entry: 0.0 % hits; twice 0.0 %."
            + " More memory gains less than two points a doubling.");
  }
}
