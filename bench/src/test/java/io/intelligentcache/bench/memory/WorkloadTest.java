package io.intelligentcache.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WorkloadTest {
  @Test
  void keysAreDifferentAndOfOneLength() {
    String[] keys = Workload.WRITE.keys();
    assertThat(new HashSet<>(Arrays.asList(keys)).size()).isEqualTo(keys.length);
    assertThat(Arrays.stream(keys)).allMatch(key -> key.length() == Entries.KEY_CHARACTERS);
  }

  @Test
  void valuesWeighTheMeanOnAverage() {
    double mean = Arrays.stream(Entries.values(37_000))
        .mapToInt(value -> Entries.KEY_CHARACTERS + value.length())
        .average()
        .orElseThrow();
    assertThat(mean).isCloseTo(Entries.MEAN_WEIGHT, within(0.001));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "METADATA")
  void asksForTheSameInEveryRun(Workload workload) {
    String[] keys = workload.keys();
    String[] requests = workload.requests(keys);
    assertThat(requests.length).isEqualTo(Workload.REQUESTS);
    assertThat(Arrays.equals(requests, workload.requests(keys))).isTrue();
  }

  @Test
  void writesAskForEveryKeyOnce() {
    String[] keys = Workload.WRITE.keys();
    String[] requests = Workload.WRITE.requests(keys);
    assertThat(new HashSet<>(Arrays.asList(requests)).size()).isEqualTo(keys.length);
    assertThat(Arrays.equals(requests, keys)).isFalse();
  }

  @Test
  void readsFollowTheLawOfZipf() {
    String[] keys = Workload.READ.keys();
    var counts = new HashMap<String, Integer>();
    for (String key : Workload.READ.requests(keys)) {
      counts.merge(key, 1, Integer::sum);
    }
    double sum = 0;
    for (int i = 1; i <= keys.length; i++) {
      sum += Math.pow(i, -0.99);
    }
    int[] sorted = counts.values().stream().mapToInt(Integer::intValue).sorted().toArray();
    double most = (double) sorted[sorted.length - 1] / Workload.REQUESTS;
    assertThat(most).isCloseTo(1 / sum, within(0.002));
    assertThat(sorted[sorted.length - 10] / (double) sorted[sorted.length - 1])
        .isCloseTo(Math.pow(10, -0.99), within(0.01));
  }
}
