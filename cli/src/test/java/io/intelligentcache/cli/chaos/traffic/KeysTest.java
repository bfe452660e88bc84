package io.intelligentcache.cli.chaos.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class KeysTest {
  private static Set<String> written(Keys keys, long turn) {
    var random = new SplittableRandom(1);
    return Stream.generate(() -> keys.toWrite(random, turn))
        .limit(10_000)
        .collect(Collectors.toSet());
  }

  @Test
  void everyKeyHasItsTurnAndRestsDuringTheOthers() {
    Keys keys = Keys.of(32, 16);
    List<String> written = new ArrayList<>();
    for (int turn = 0; turn < keys.groups(); turn++) {
      written.addAll(written(keys, turn));
    }

    assertThat(keys.groups()).isEqualTo(8);
    assertThat(written).hasSize(48).doesNotHaveDuplicates();
    assertThat(written(keys, keys.groups())).isEqualTo(written(keys, 0)).hasSize(6);
  }

  @Test
  void readsEveryKeyAndThoseThatAreWrittenMoreOften() {
    Keys keys = Keys.of(32, 16);
    var random = new SplittableRandom(1);

    Map<String, Long> read = Stream.generate(() -> keys.toRead(random, 1))
        .limit(10_000)
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(read).hasSize(48);
    assertThat(read.get("plain-1")).isGreaterThan(2 * read.getOrDefault("plain-5", 0L));
    assertThat(read.get("plain-0")).isGreaterThan(2 * read.getOrDefault("plain-5", 0L));
  }

  @Test
  void drawsFromTheOneKindThereIs() {
    assertThat(Keys.of(3, 0).groups()).isEqualTo(3);
    assertThat(written(Keys.of(3, 0), 4)).containsOnly("plain-1");
    assertThat(written(Keys.of(0, 1), 4)).containsOnly("row-0");
  }
}
