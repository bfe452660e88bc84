package io.intelligentcache.internal.setting;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * How values of a setting are written in properties.
 *
 * @param name the kind of the values
 * @param lead the text of a message before the allowed values
 * @param examples the text after them
 * @param secret whether no message may show a value
 * @param reader fails with an IllegalArgumentException, a DateTimeException or an ArithmeticException if a
 *     text is not a value
 */
record SettingType<T>(
    String name,
    String lead,
    String examples,
    boolean secret,
    Function<String, T> reader,
    Function<T, String> writer) {
  /** A whole number: digits, with optional underscores between them for readability. */
  static final String DIGITS = "([0-9]+(?:_+[0-9]+)*)";

  static final SettingType<Long> SIZE = new SettingType<>(
      "size",
      "a size of ",
      ", such as 4096, 64KB, 100MB or 1GiB",
      false,
      Sizes::read,
      Sizes::write);

  static final SettingType<Duration> DURATION = new SettingType<>(
      "duration",
      "a duration of ",
      ", such as 500ms, 30s, 1h30m, 7d or PT1H30M",
      false,
      Durations::read,
      Durations::write);

  static final SettingType<Long> COUNT =
      plain("whole number", "a whole number, ", SettingType::number, String::valueOf);

  static final SettingType<Double> NUMBER =
      plain("number", "a number, ", Double::valueOf, String::valueOf);

  static final SettingType<Boolean> FLAG =
      plain("boolean", "", SettingType::readFlag, String::valueOf);

  static final SettingType<Path> PATH = plain("path", "", Path::of, Path::toString);

  static final SettingType<String> TEXT = plain("text", "", text -> text, text -> text);

  static final SettingType<String> URL = plain("URL", "", text -> text, text -> text);

  static final SettingType<String> SECRET =
      new SettingType<>("text", "", "", true, text -> text, text -> text);

  /** One of these names, in any case. */
  static SettingType<String> choice(List<String> names) {
    return plain(
        "choice",
        "",
        text -> names.stream()
            .filter(text::equalsIgnoreCase)
            .findFirst()
            .orElseThrow(IllegalArgumentException::new),
        text -> text);
  }

  private static <T> SettingType<T> plain(
      String name, String lead, Function<String, T> reader, Function<T, String> writer) {
    return new SettingType<>(name, lead, "", false, reader, writer);
  }

  /** Whether any text may be a value. */
  boolean anyText() {
    return name.equals("text");
  }

  T read(String text) {
    return reader.apply(text);
  }

  String write(T value) {
    return writer.apply(value);
  }

  /** Reads {@link #DIGITS}. */
  static long number(String digits) {
    if (!digits.matches(DIGITS)) {
      throw new IllegalArgumentException();
    }
    try {
      return Long.parseLong(digits.replace("_", ""));
    } catch (NumberFormatException tooMany) {
      throw new ArithmeticException();
    }
  }

  private static boolean readFlag(String text) {
    if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
      throw new IllegalArgumentException();
    }
    return Boolean.parseBoolean(text);
  }
}
