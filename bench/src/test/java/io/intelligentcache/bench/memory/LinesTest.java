package io.intelligentcache.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.bench.measure.Sample;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class LinesTest {
  private static final List<Sample> CAFFEINE =
      List.of(new Sample(10, 24, 0.9), new Sample(2, 30, 0.8), new Sample(8, 20, 0.7));
  private static final List<Sample> LRU =
      List.of(new Sample(16, 8, Double.NaN), new Sample(12, 9, Double.NaN));

  @Test
  void aLineTellsTheMedianOfTheRoundsAndHalfTheirRange() {
    var block = new Block(Workload.LOADING, 2, List.of(Contender.LRU, Contender.CAFFEINE));
    assertThat(TimedLine.of(block, Map.of(Contender.CAFFEINE, CAFFEINE, Contender.LRU, LRU)))
        .containsExactly(
            new TimedLine("loading", 2, "lru", 2, 14, 2, 1.75, 8.5, null),
            new TimedLine("loading", 2, "caffeine", 3, 8, 4, 1.0, 24, 0.8));
  }

  @Test
  void withoutCaffeineThereIsNoRatio() {
    var block = new Block(Workload.READ, 1, List.of(Contender.LRU));
    assertThat(new JsonMapper()
            .writeValueAsString(TimedLine.of(block, Map.of(Contender.LRU, LRU)).get(0)))
        .isEqualTo("{\"workload\":\"read\",\"threads\":1,\"contender\":\"lru\",\"rounds\":2,"
            + "\"opsPerMicrosecond\":14.0,\"error\":2.0,\"bytesPerOp\":8.5}");
  }

  @Test
  void metadataIsToldBesideCaffeines() {
    var block = new Block(Workload.METADATA, 1, List.of(Contender.MAP, Contender.CAFFEINE));
    assertThat(MetadataLine.of(block, Map.of(Contender.MAP, 40.0, Contender.CAFFEINE, 100.0)))
        .containsExactly(
            new MetadataLine("metadata", "map", 1_000_000, 40, 0.4),
            new MetadataLine("metadata", "caffeine", 1_000_000, 100, 1.0));
  }
}
