package io.intelligentcache.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Properties, read by name; remembers which names exist, to refuse the others. */
final class Settings {
  private static final Pattern SIZE = Pattern.compile("([0-9_]+)\\s*([A-Za-z]*)");
  private static final Pattern DURATION = Pattern.compile("([0-9_]+)\\s*(ms|s|m|h|d)");

  private static final Map<String, Long> SIZE_UNITS = Map.of(
      "",
      1L,
      "B",
      1L,
      "KB",
      1_000L,
      "MB",
      1_000_000L,
      "GB",
      1_000_000_000L,
      "KIB",
      1L << 10,
      "MIB",
      1L << 20,
      "GIB",
      1L << 30);

  private static final Map<String, Duration> TIME_UNITS = Map.of(
      "ms",
      Duration.ofMillis(1),
      "s",
      Duration.ofSeconds(1),
      "m",
      Duration.ofMinutes(1),
      "h",
      Duration.ofHours(1),
      "d",
      Duration.ofDays(1));

  private final Properties properties;
  private final Set<String> known = new TreeSet<>();

  Settings(Properties properties) {
    this.properties = requireNonNull(properties, "properties");
  }

  String text(String name, String otherwise) {
    String value = value(name);
    return value == null ? otherwise : value;
  }

  boolean flag(String name, boolean otherwise) {
    String value = value(name);
    if (value == null) {
      return otherwise;
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(name, value, "true or false");
    };
  }

  long bytes(String name, long otherwise) {
    String value = value(name);
    if (value == null) {
      return otherwise;
    }
    Matcher size = SIZE.matcher(value);
    Long unit = size.matches() ? SIZE_UNITS.get(size.group(2).toUpperCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw wrong(name, value, "a size such as 4096, 64KB, 100MB or 1GiB");
    }
    return checked(name, () -> Math.multiplyExact(number(size), unit));
  }

  @Nullable
  Duration duration(String name) {
    String value = value(name);
    if (value == null) {
      return null;
    }
    Matcher plain = DURATION.matcher(value);
    Duration duration;
    try {
      Duration unit = plain.matches() ? TIME_UNITS.get(plain.group(2)) : null;
      duration = unit == null ? Duration.parse(value) : unit.multipliedBy(number(plain));
    } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
      throw wrong(name, value, "a duration such as 500ms, 30s, 10m, 1h, 7d or PT1H30M");
    }
    if (duration.isZero() || duration.isNegative()) {
      throw wrong(name, value, "positive");
    }
    return duration;
  }

  <E extends Enum<E>> E constant(String name, E otherwise) {
    String value = value(name);
    if (value == null) {
      return otherwise;
    }
    E[] all = otherwise.getDeclaringClass().getEnumConstants();
    for (E constant : all) {
      if (constant.name().equalsIgnoreCase(value)) {
        return constant;
      }
    }
    throw wrong(
        name,
        value,
        Arrays.stream(all).map(Enum::name).collect(Collectors.joining(", ", "one of ", "")));
  }

  /** Adds the setting's name to what is wrong with its value. */
  <T> T checked(String name, Supplier<T> setting) {
    try {
      return setting.get();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  /** Refuses names that nobody asked for. */
  void refuseUnread() {
    Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("unknown settings " + unknown + "; there are " + known);
    }
  }

  private @Nullable String value(String name) {
    known.add(name);
    String value = properties.getProperty(name);
    return value == null ? null : value.strip();
  }

  private static long number(Matcher match) {
    return Long.parseLong(match.group(1).replace("_", ""));
  }

  private static IllegalArgumentException wrong(String name, String value, String allowed) {
    return new IllegalArgumentException(name + " must be " + allowed + ": " + value);
  }
}
