package io.intelligentcache.internal.invalidation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyPatternTest {
  private static boolean matches(String regex, String key) {
    return KeyPattern.compile(regex).matches(key);
  }

  @Test
  void mustMatchFromTheStartAndNotToTheEnd() {
    assertThat(matches("user:", "user:1")).isTrue();
    assertThat(matches("user:", "the-user:1")).isFalse();
    assertThat(matches(".*user:", "the-user:1")).isTrue();
    assertThat(matches("user:$", "user:")).isTrue();
    assertThat(matches("user:$", "user:1")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n", "\u000b", "\f", "\u0085", "\u2028", "\u2029"})
  void aLineBreakIsACharacterLikeAnyOther(String lineBreak) {
    String key = "first" + lineBreak + "second";
    assertThat(matches(".*second", key)).isTrue();
    assertThat(matches("first.+$", key)).isTrue();
    assertThat(matches("first[^x]*second", key)).isTrue();
    assertThat(matches(".{" + key.length() + "}$", key)).isTrue();
    assertThat(matches("first$", key)).as("$ is the end of the key").isFalse();
    assertThat(matches("first$", "first" + lineBreak)).isFalse();
    assertThat(matches(".*^second", key)).as("^ is its start").isFalse();
  }

  @Test
  void aPatternMayAskForLines() {
    assertThat(matches("(?m)first$", "first\nsecond")).isTrue();
    assertThat(matches("(?m).*^second", "first\nsecond")).isTrue();
    assertThat(matches("(?-s).*second", "first\nsecond")).isFalse();
    assertThat(matches("(?i)FIRST.second", "first\nsecond")).isTrue();
  }
}
