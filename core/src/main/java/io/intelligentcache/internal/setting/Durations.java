package io.intelligentcache.internal.setting;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as text: {@code 1h30m}, or in the format of ISO 8601, {@code PT1H30M}. */
final class Durations {
  private record Unit(String name, Duration length) {}

  private static final List<Unit> UNITS = List.of(
      new Unit("d", Duration.ofDays(1)),
      new Unit("h", Duration.ofHours(1)),
      new Unit("m", Duration.ofMinutes(1)),
      new Unit("s", Duration.ofSeconds(1)),
      new Unit("ms", Duration.ofMillis(1)));

  private static final Pattern PART =
      Pattern.compile("\\s*" + SettingType.DIGITS + "\\s*(ms|[smhd])");

  private Durations() {}

  static Duration read(String text) {
    return Character.isDigit(text.isEmpty() ? ' ' : text.charAt(0))
        ? readParts(text)
        : Duration.parse(text);
  }

  /** Reads a text in which each unit occurs at most once, the longest first. */
  private static Duration readParts(String text) {
    Duration sum = Duration.ZERO;
    int next = 0;
    Matcher part = PART.matcher(text);
    for (int at = 0; at < text.length(); at = part.end()) {
      if (!part.region(at, text.length()).lookingAt()) {
        throw new IllegalArgumentException();
      }
      int unit = indexOf(part.group(2));
      if (unit < next) {
        throw new IllegalArgumentException();
      }
      next = unit + 1;
      sum = sum.plus(UNITS.get(unit).length().multipliedBy(SettingType.number(part.group(1))));
    }
    return sum;
  }

  private static int indexOf(String name) {
    int index = 0;
    while (!UNITS.get(index).name().equals(name)) {
      index++;
    }
    return index;
  }

  static String write(Duration duration) {
    var text = new StringBuilder();
    Duration rest = duration;
    for (Unit unit : UNITS) {
      long count = rest.dividedBy(unit.length());
      if (count > 0) {
        text.append(count).append(unit.name());
        rest = rest.minus(unit.length().multipliedBy(count));
      }
    }
    return duration.isZero() ? "0s" : rest.isZero() ? text.toString() : duration.toString();
  }
}
