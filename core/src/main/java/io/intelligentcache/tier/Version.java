package io.intelligentcache.tier;

/**
 * Identifies one write in a tier that instances share, and orders it among all others: by time first, by writer
 * second. Two instances may draw the same time, so a time alone does not identify a write.
 *
 * @param time when the write began, by the clock of the tier; 0 for {@link #NONE}
 * @param writer a random number that the writing instance drew when it started
 */
public record Version(long time, long writer) implements Comparable<Version> {
  /** The version of an item that no shared tier is known to have. */
  public static final Version NONE = new Version(0, 0);

  /** {@return whether this identifies no write} */
  public boolean isNone() {
    return time == 0;
  }

  @Override
  public int compareTo(Version other) {
    int byTime = Long.compare(time, other.time);
    return byTime != 0 ? byTime : Long.compareUnsigned(writer, other.writer);
  }
}
