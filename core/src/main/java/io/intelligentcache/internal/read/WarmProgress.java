package io.intelligentcache.internal.read;

import io.intelligentcache.WarmReport;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which keys of a warm-up are done, and how. */
final class WarmProgress {
  /** What became of a key. */
  enum Outcome {
    LOADED,
    PRESENT,
    ABSENT,
    FAILED
  }

  private final long skipped;
  private final long[] counts = new long[Outcome.values().length];

  /** The positions of keys that were taken and are not done. */
  private final TreeSet<Long> undone = new TreeSet<>();

  private long taken;
  private long total = -1;

  /**
   * Begins with no key.
   *
   * @param skipped how many keys are left out
   */
  WarmProgress(long skipped) {
    this.skipped = skipped;
  }

  /** Records how many keys there are, those that are left out included; negative if that is not known. */
  synchronized void total(long all) {
    total = all < 0 ? -1 : Math.max(0, all - skipped);
  }

  /** Returns the position of the key that was just taken; negative if it is left out. */
  synchronized long take() {
    long position = taken++;
    if (position < skipped) {
      return -1;
    }
    undone.add(position);
    return position;
  }

  /** Counts a key. Returns false if it was counted already. */
  synchronized boolean count(long position, Outcome outcome) {
    if (!undone.remove(position)) {
      return false;
    }
    counts[outcome.ordinal()]++;
    return true;
  }

  private long count(Outcome outcome) {
    return counts[outcome.ordinal()];
  }

  /**
   * What is done so far.
   *
   * @param last whether no more follows
   */
  synchronized WarmReport report(long elapsedNanos, boolean last) {
    return new Report(
        count(Outcome.LOADED),
        count(Outcome.PRESENT),
        count(Outcome.ABSENT),
        count(Outcome.FAILED),
        total < 0 ? OptionalLong.empty() : OptionalLong.of(total),
        Duration.ofNanos(elapsedNanos),
        undone.isEmpty() ? taken : undone.first(),
        last);
  }

  private record Report(
      long loaded,
      long present,
      long absent,
      long failed,
      OptionalLong total,
      Duration elapsed,
      long position,
      boolean last)
      implements WarmReport {
    @Override
    public @Nullable Duration timeLeft() {
      if (last) {
        return Duration.ZERO;
      }
      if (total.isEmpty() || done() == 0) {
        return null;
      }
      double perKey = elapsed.toNanos() / (double) done();
      return Duration.ofNanos((long) (perKey * Math.max(0, total.getAsLong() - done())));
    }

    @Override
    public String toString() {
      String all = total.isPresent() ? " of " + total.getAsLong() : "";
      String counts = done() + all + " keys: " + loaded + " loaded, " + present + " present, "
          + absent + " absent, " + failed + " failed";
      double seconds = elapsed.toNanos() / 1e9;
      String speed = seconds == 0 ? "" : ", " + Math.round(done() / seconds) + " per second";
      Duration left = timeLeft();
      return counts
          + speed
          + (left == null || last ? "" : ", about " + left.toSeconds() + " s left");
    }
  }
}
