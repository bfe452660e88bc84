package io.intelligentcache.bench.disk;

/**
 * What a store on disk may take.
 *
 * @param bytes of all its files, or where it is not capped, of the keys and values to come
 * @param capped whether it has to drop something
 */
public record Room(long bytes, boolean capped) {
  /** So much more than keys and values those get that can't be told to have no bound. */
  private static final int GENEROSITY = 4;

  private static final long LEAST = 64_000_000;

  /** For stores that always have a bound. */
  long maximumBytes() {
    return capped ? bytes : Math.max(LEAST, GENEROSITY * bytes);
  }
}
