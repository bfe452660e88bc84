package io.intelligentcache.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class KeysTest {
  private static Map<String, Long> drawn(Keys keys) {
    var random = new SplittableRandom(1);
    return Stream.generate(() -> keys.any(random))
        .limit(10_000)
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  @Test
  void drawsEveryKeyAndAFewOfThemMoreOften() {
    Keys keys = Keys.of(32, 16);

    Map<String, Long> drawn = drawn(keys);

    assertThat(drawn.keySet()).containsExactlyInAnyOrderElementsOf(keys.all());
    assertThat(drawn.get("plain-0")).isGreaterThan(4 * drawn.getOrDefault("plain-31", 0L));
    assertThat(drawn.get("row-0")).isGreaterThan(2 * drawn.getOrDefault("row-15", 0L));
  }

  @Test
  void drawsFromTheOneKindThereIs() {
    assertThat(drawn(Keys.of(3, 0))).containsOnlyKeys("plain-0", "plain-1", "plain-2");
    assertThat(drawn(Keys.of(0, 2))).containsOnlyKeys("row-0", "row-1");
  }
}
