package io.intelligentcache.redis.internal.connection;

/**
 * How many bytes a value that is asked for will probably take: a moving mean of those that were
 * read or written lately. A reply's size is not known before it is there, but its memory has to be
 * reckoned with when it is asked for.
 *
 * <p>Two threads at the same time may lose one of their sizes: it is an estimate.
 */
public final class ReplySizes {
  private static final int WEIGHT = 16;
  private static final long FIRST_GUESS = 1024;

  private volatile long mean = FIRST_GUESS;

  public void seen(int bytes) {
    long before = mean;
    long after = before + (bytes - before) / WEIGHT;
    if (after != before) { // values of one size write nothing
      mean = after;
    }
  }

  public long expected() {
    return mean;
  }

  /** How many of them fit into so many bytes, at least one, at most so many. */
  public int fitting(long bytes, int most) {
    return (int) Math.max(1, Math.min(most, bytes / Math.max(1, mean)));
  }
}
