package io.intelligentcache.internal.setting;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as text, in bytes or in a unit: {@code 4096}, {@code 64KB}, {@code 1GiB}. */
final class Sizes {
  private record Unit(String name, long bytes) {}

  /** The largest first. */
  private static final List<Unit> UNITS = List.of(
      new Unit("TiB", 1L << 40),
      new Unit("TB", 1_000_000_000_000L),
      new Unit("GiB", 1L << 30),
      new Unit("GB", 1_000_000_000L),
      new Unit("MiB", 1L << 20),
      new Unit("MB", 1_000_000L),
      new Unit("KiB", 1L << 10),
      new Unit("KB", 1_000L),
      new Unit("B", 1L));

  private static final Pattern TEXT = Pattern.compile(SettingType.DIGITS + "\\s*([A-Za-z]*)");

  private Sizes() {}

  static long read(String text) {
    Matcher size = TEXT.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException();
    }
    return Math.multiplyExact(SettingType.number(size.group(1)), unit(size.group(2)));
  }

  private static long unit(String name) {
    return UNITS.stream()
        .filter(unit -> unit.name().equalsIgnoreCase(name.isEmpty() ? "B" : name))
        .findFirst()
        .orElseThrow(IllegalArgumentException::new)
        .bytes();
  }

  /** Writes a size in the largest unit that divides it. */
  static String write(long bytes) {
    return UNITS.stream()
        .filter(unit -> bytes != 0 && bytes % unit.bytes() == 0)
        .findFirst()
        .map(unit -> bytes / unit.bytes() + unit.name())
        .orElse("0B");
  }
}
