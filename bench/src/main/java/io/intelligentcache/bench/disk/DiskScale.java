package io.intelligentcache.bench.disk;

import java.time.Duration;

/**
 * How many entries are put, and how long they are read.
 *
 * @param entries small entries; the mix, whose values are larger, has three tenths of that
 * @param time how long each measurement of reads takes
 */
record DiskScale(int entries, Duration time) {
  static final int FEWEST_ENTRIES = 10_000;
  static final int MOST_ENTRIES = 20_000_000;
  static final int MOST_SECONDS = 600;

  private static final int QUICK_ENTRIES = 20_000;
  private static final Duration QUICK_TIME = Duration.ofMillis(200);
  private static final Duration START = Duration.ofSeconds(4);

  /** The longest time of a fill. A slower contender continues with the entries that it has by then. */
  static final Duration FILL_LIMIT = Duration.ofMinutes(1);

  private static final int MEASUREMENTS = 2;

  /** The mean size of an entry of the mix, with its key. */
  private static final long MEAN_BYTES = 3_800;

  /** The disk space of the contender that needs most, per byte of keys and values; measured. */
  private static final double DISK_FACTOR = 4.5;

  DiskScale {
    if (entries < FEWEST_ENTRIES || entries > MOST_ENTRIES) {
      throw new IllegalArgumentException(
          "the entries must be " + FEWEST_ENTRIES + " to " + MOST_ENTRIES + ": " + entries);
    }
    if (time.isNegative() || time.isZero() || time.toSeconds() > MOST_SECONDS) {
      throw new IllegalArgumentException(
          "the seconds must be 1 to " + MOST_SECONDS + ": " + time.toSeconds());
    }
  }

  /** A scale that only shows that everything works. Its figures mean nothing. */
  static DiskScale quick() {
    return new DiskScale(QUICK_ENTRIES, QUICK_TIME);
  }

  int entriesOf(DiskWorkload workload) {
    return workload.isMixed() ? (int) (entries * 3L / 10) : entries;
  }

  /** The approximate disk space that a run may need. */
  long diskBytes() {
    return (long) (entriesOf(DiskWorkload.MIX) * MEAN_BYTES * DISK_FACTOR);
  }

  /** The approximate time of a contender. */
  Duration of(DiskWorkload workload, DiskContender contender) {
    Duration fill = Duration.ofMillis(
        1_000L * entriesOf(workload) / contender.putsPerSecond(workload.isMixed()));
    return START
        .plus(fill.compareTo(FILL_LIMIT) > 0 ? FILL_LIMIT : fill)
        .plus(workload == DiskWorkload.REOPEN ? START : time.multipliedBy(MEASUREMENTS));
  }
}
