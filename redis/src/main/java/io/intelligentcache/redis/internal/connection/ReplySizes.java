package io.intelligentcache.redis.internal.connection;

/**
 * Estimates the size of a value before it is read: a moving mean of the sizes that were read or written lately. The
 * size of a reply is not known before it arrives, but its memory counts from the moment at which the command is sent.
 *
 * <p>If two threads update the mean at the same time, one of their sizes may be lost. That is acceptable for an
 * estimate.
 */
public final class ReplySizes {
  private static final int WEIGHT = 16;
  private static final long FIRST_GUESS = 1024;

  private volatile long mean = FIRST_GUESS;

  public void seen(int bytes) {
    long before = mean;
    long after = before + (bytes - before) / WEIGHT;
    if (after != before) { // values of equal size do not write
      mean = after;
    }
  }

  public long expected() {
    return mean;
  }

  /** How many such values fit into this number of bytes: at least one, at most {@code most}. */
  public int fitting(long bytes, int most) {
    return (int) Math.max(1, Math.min(most, bytes / Math.max(1, mean)));
  }
}
