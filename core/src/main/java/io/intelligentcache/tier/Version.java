package io.intelligentcache.tier;

/**
 * Names one write in a tier that instances share, and orders it among all others: by time first, by writer
 * second. Two instances may draw the same time, so a time alone names no write.
 *
 * @param time when the write began, as the tier counts time; 0 for {@link #NONE}
 * @param writer the instance that wrote, by a number drawn at random when it started
 */
public record Version(long time, long writer) implements Comparable<Version> {
  /** The version of what no shared tier is known to have. */
  public static final Version NONE = new Version(0, 0);

  /** {@return whether this names no write} */
  public boolean isNone() {
    return time == 0;
  }

  @Override
  public int compareTo(Version other) {
    int byTime = Long.compare(time, other.time);
    return byTime != 0 ? byTime : Long.compareUnsigned(writer, other.writer);
  }
}
