package io.intelligentcache.disk.internal.admission;

import java.util.function.LongSupplier;

/**
 * Remembers which keys were seen recently, by two Bloom filters. When the younger filter has as
 * many keys as it is made for, it becomes the older one, and the former older one is discarded. Up
 * to one key in sixteen is reported as seen although it was not. Not thread-safe.
 */
final class Doorkeeper {
  private static final int BITS_PER_KEY = 8;
  private static final int PROBES = 3;
  private static final int FEWEST = 1 << 10;
  private static final int MOST = 1 << 24;

  private long[] younger = new long[words(FEWEST)];
  private long[] older = younger.clone();
  private int taken;

  /** The length of a filter for a number of keys, which is a power of two. */
  private static int words(int keys) {
    return keys / Long.SIZE * BITS_PER_KEY;
  }

  /**
   * Returns whether a key was seen, and remembers it.
   *
   * @param memory how many keys to remember; read at each change of filters, for the next filter
   */
  boolean seen(long hash, LongSupplier memory) {
    boolean again = add(hash);
    boolean seen = again || has(older, hash);
    if (taken >= younger.length * Long.SIZE / BITS_PER_KEY) {
      older = younger;
      int keys = (int) Math.max(FEWEST, Math.min(MOST, memory.getAsLong()));
      younger = new long[words(Integer.highestOneBit(keys))];
      taken = 0;
    }
    return seen;
  }

  private static boolean has(long[] filter, long hash) {
    for (int probe = 0; probe < PROBES; probe++) {
      int bit = bit(filter, hash, probe);
      if ((filter[bit >>> 6] & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Adds a key to the younger filter; returns whether the filter had it. */
  private boolean add(long hash) {
    boolean there = true;
    for (int probe = 0; probe < PROBES; probe++) {
      int bit = bit(younger, hash, probe);
      there &= (younger[bit >>> 6] & 1L << bit) != 0;
      younger[bit >>> 6] |= 1L << bit;
    }
    taken += there ? 0 : 1;
    return there;
  }

  /**
   * The bit of a probe. A well-mixed hash serves as two: the first position, and the step to the
   * next.
   */
  private static int bit(long[] filter, long hash, int probe) {
    int step = (int) (hash >>> 32) | 1;
    return ((int) hash + probe * step) & (filter.length * Long.SIZE - 1);
  }
}
