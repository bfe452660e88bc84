package io.intelligentcache.bench.disk;

/**
 * The disk space that a store may use.
 *
 * @param bytes the limit for all its files; if it is not capped, the expected size of keys and values
 * @param capped whether the store has to drop entries
 */
public record Room(long bytes, boolean capped) {
  /** The factor over keys and values for stores that always need a bound, where none is wanted. */
  private static final int GENEROSITY = 4;

  private static final long LEAST = 64_000_000;

  /** The bound for stores that always need one. */
  long maximumBytes() {
    return capped ? bytes : Math.max(LEAST, GENEROSITY * bytes);
  }
}
