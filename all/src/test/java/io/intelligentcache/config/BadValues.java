package io.intelligentcache.config;

import io.intelligentcache.internal.setting.Setting;
import java.math.BigInteger;
import java.net.URI;
import java.nio.CharBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Wrong values for a setting of each type, as people write them by mistake. */
final class BadValues {
  private static final List<String> NUMBERS = List.of(
      "",
      "  ",
      "-1",
      "+1",
      "1.5",
      "1e3",
      "NaN",
      "Infinity",
      "0x10",
      "ten",
      "1,000",
      "1 000",
      "1__",
      "_1",
      "99999999999999999999",
      "½",
      "٣",
      "1\u0000",
      "true",
      "1-2",
      "$1");
  private static final List<String> SIZES = List.of(
      "1.5GB",
      "-1MB",
      "1XB",
      "GB",
      "1GB GB",
      "1GBB",
      "99999999999GB",
      "9223372036854775808",
      "1PB",
      "1h",
      "MB1",
      "1M");
  private static final List<String> DURATIONS = List.of(
      "",
      "-1s",
      "-PT1S",
      "PT-1H",
      "1",
      "1 fortnight",
      "1w",
      "1.5s",
      "1e3ms",
      "NaN",
      "PT",
      "P",
      "1H",
      "s",
      "30m1h",
      "1s1s",
      "99999999999999999999s",
      "9223372036854775807d",
      "1h30",
      "½h",
      "1\u0000s",
      "true",
      "1MB");
  private static final List<String> FLAGS = List.of(
      "",
      " ",
      "yes",
      "no",
      "on",
      "off",
      "1",
      "0",
      "t",
      "f",
      "y",
      "n",
      "truee",
      "true false",
      "true;",
      "enabled",
      "null",
      "none",
      "wahr",
      "tru\u0000e",
      "!false");
  private static final List<String> CHOICES = List.of(
      "",
      " ",
      "CLOCK",
      "FIFO",
      "LRU2",
      "LR",
      "L RU",
      "LRU,LFU",
      "LRU LFU",
      "random",
      "none",
      "null",
      "true",
      "0",
      "1",
      "TinyLFU",
      "W-TinyLFU",
      "LRU\u0000",
      "EvictionPolicy.LRU",
      "adaptive!",
      "ｌｒｕ");
  private static final List<String> PATHS = List.of("", " ", "\t", "\u0000", "a\u0000b", "/\u0000");
  private static final List<String> URLS = List.of(
      "",
      " ",
      "localhost",
      "localhost:6379",
      "http://localhost",
      "redis:/localhost",
      "redis://",
      "redis://host:0",
      "redis://host:65536",
      "redis://host:abc",
      "redis://host/first",
      "redis://ho st",
      "redis://host?timeout=1s",
      "REDIS://host",
      "redis-sentinel://host",
      "//host",
      "redis://host:1:2",
      "redis://a,b",
      "redis://h\u0000",
      "redis://h/1/2",
      "redis://[::1");

  private BadValues() {}

  /** Wrong texts of a property. */
  static List<String> texts(Setting<?> setting) {
    List<String> texts = new ArrayList<>(
        switch (setting.type()) {
          case "size" -> Stream.concat(NUMBERS.stream(), SIZES.stream()).toList();
          case "whole number" ->
            Stream.concat(NUMBERS.stream(), Stream.of("1KB", "1s")).toList();
          case "duration" -> DURATIONS;
          case "boolean" -> FLAGS;
          case "choice" -> CHOICES;
          case "path" -> PATHS;
          case "URL" -> URLS;
          case "text" -> badTexts(setting);
          default -> throw new AssertionError("no bad values of type " + setting.type());
        });
    if (setting.smallest() instanceof Long smallest) {
      texts.add(Long.toString(smallest - 1));
    }
    if (setting.largest() instanceof Long largest) {
      texts.add(Long.toString(largest + 1));
    }
    if (setting.largest() instanceof Duration largest) {
      texts.add(largest.plusNanos(1).toString());
    }
    return texts;
  }

  private static List<String> badTexts(Setting<?> setting) {
    return setting.property().equals("l3.namespace")
        ? List.of("", " ", "x".repeat(129), "\ud800", "shop\udc00")
        : List.of("", " ", "\t", "\u2003");
  }

  /** Objects that code puts into properties, although only strings are read from there. */
  static List<Object> objects() {
    return List.of(
        5_000_000,
        5_000_000L,
        0.5,
        new BigInteger("5"),
        new AtomicLong(5),
        true,
        'x',
        Duration.ofSeconds(5),
        Path.of("cache"),
        URI.create("redis://host"),
        TimeUnit.SECONDS,
        Optional.of("true"),
        List.of("true"),
        CharBuffer.wrap("true"),
        new byte[] {1},
        new char[] {'1'},
        new String[] {"true"},
        String.class,
        new Object(),
        new Thread("true"));
  }

  /** Wrong arguments of a builder's method, for a parameter of this type. */
  static Stream<Object> arguments(Setting<?> setting, Class<?> parameter, long unit) {
    if (parameter == long.class) {
      return numbers(setting, unit).boxed().map(number -> number);
    }
    if (parameter == int.class) {
      return numbers(setting, 1).filter(number -> number == (int) number).mapToObj(number ->
          (int) number);
    }
    if (parameter == double.class) {
      return Stream.of(
          -0.1,
          0.51,
          1.0,
          -1.0,
          100.0,
          Double.NaN,
          Double.MAX_VALUE,
          -Double.MIN_VALUE,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY);
    }
    if (parameter == Duration.class) {
      return durations(setting);
    }
    if (parameter == String.class) {
      List<String> texts = setting.type().equals("URL") ? URLS : badTexts(setting);
      return texts.stream().filter(text -> text.isEmpty() || !text.isBlank()).map(text -> text);
    }
    return parameter == Path.class ? Stream.of(Path.of("")) : Stream.of();
  }

  private static LongStream numbers(Setting<?> setting, long unit) {
    long smallest = (Long) Objects.requireNonNull(setting.smallest());
    long largest = (Long) Objects.requireNonNull(setting.largest());
    LongStream least = LongStream.of(
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        Integer.MIN_VALUE,
        -1_000_000_007,
        -65_537,
        -4_096,
        -1_024,
        -1_000,
        -100,
        -60,
        -10,
        -5,
        -3,
        -2,
        -1);
    LongStream edges = LongStream.of(
        Math.floorDiv(smallest - 1, unit),
        largest / unit + 1,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE / 1_000_000,
        Long.MAX_VALUE / 1_000_000 + 1,
        largest / unit + 1_000_000);
    return LongStream.concat(least, edges)
        .filter(number -> number > largest / unit || number < -Math.floorDiv(-smallest, unit));
  }

  private static Stream<Object> durations(Setting<?> setting) {
    List<Duration> bad = new ArrayList<>(List.of(
        Duration.ofNanos(-1),
        Duration.ofNanos(-999),
        Duration.ofMillis(-1),
        Duration.ofMillis(-500),
        Duration.ofSeconds(-1),
        Duration.ofSeconds(-30),
        Duration.ofMinutes(-1),
        Duration.ofMinutes(-90),
        Duration.ofHours(-1),
        Duration.ofHours(-25),
        Duration.ofDays(-1),
        Duration.ofDays(-365),
        Duration.ofSeconds(Long.MIN_VALUE),
        Duration.ofSeconds(Long.MIN_VALUE, 1),
        Duration.ofSeconds(-Long.MAX_VALUE)));
    if (setting.smallest() instanceof Duration smallest && !smallest.isZero()) {
      bad.add(smallest.minusNanos(1));
    }
    if (setting.largest() instanceof Duration largest) {
      bad.addAll(List.of(
          largest.plusNanos(1),
          largest.plusDays(1),
          largest.multipliedBy(2),
          Duration.ofDays(36_501),
          Duration.ofSeconds(Long.MAX_VALUE)));
    }
    return bad.stream().map(duration -> duration);
  }
}
