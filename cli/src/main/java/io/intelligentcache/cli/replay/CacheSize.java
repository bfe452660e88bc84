package io.intelligentcache.cli.replay;

import io.intelligentcache.cli.console.Failure;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The size of a replayed cache.
 *
 * @param text as it was written
 * @param amount the number in the text; positive
 * @param unit the unit of the number
 */
record CacheSize(String text, double amount, Unit unit) {
  private static final Pattern FORM =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(%|B|KB|MB|GB|)", Pattern.CASE_INSENSITIVE);

  /** The unit of a size. */
  enum Unit {
    PERCENT("%", 0),
    /** Bytes, or entries if the trace has no sizes. */
    PLAIN("", 1),
    BYTES("B", 1),
    KILOBYTES("KB", 1_000),
    MEGABYTES("MB", 1_000_000),
    GIGABYTES("GB", 1_000_000_000);

    private final String suffix;
    private final long factor;

    Unit(String suffix, long factor) {
      this.suffix = suffix;
      this.factor = factor;
    }

    private static Unit of(String suffix) {
      for (Unit unit : values()) {
        if (unit.suffix.equals(suffix.toUpperCase(Locale.ROOT))) {
          return unit;
        }
      }
      throw new IllegalArgumentException("no unit: " + suffix);
    }
  }

  static CacheSize parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw Failure.usage("--size must be like 1%, 64MB (B, KB, MB, GB) or 5000: " + text);
    }
    var size = new CacheSize(text, Double.parseDouble(form.group(1)), Unit.of(form.group(2)));
    if (size.amount <= 0) {
      throw Failure.usage("--size must be more than 0: " + text);
    }
    if (size.unit == Unit.PERCENT && size.amount > 100) {
      throw Failure.usage("--size must be at most 100%: " + text);
    }
    return size;
  }

  @Override
  public String toString() {
    return text;
  }

  /** Whether the other size is the same for every trace. */
  boolean same(CacheSize other) {
    return (unit == Unit.PERCENT) == (other.unit == Unit.PERCENT)
        && (unit == Unit.PLAIN) == (other.unit == Unit.PLAIN)
        && amount * Math.max(1, unit.factor) == other.amount * Math.max(1, other.unit.factor);
  }

  /** The capacity that this size means for a trace, in the unit of the trace's weights; at least 1. */
  long capacityFor(Trace trace) {
    if (unit == Unit.PERCENT) {
      long all = trace.hasSizes() ? trace.uniqueBytes() : trace.uniqueKeys();
      return Math.max(1, (long) (all * amount / 100));
    }
    if (unit != Unit.PLAIN && !trace.hasSizes()) {
      throw Failure.usage("--size " + text
          + " is in bytes, but the trace has no sizes: give entries (5000) or per cent (1%)");
    }
    return Math.max(1, (long) (amount * unit.factor));
  }
}
