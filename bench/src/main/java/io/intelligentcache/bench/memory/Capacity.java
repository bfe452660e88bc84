package io.intelligentcache.bench.memory;

/**
 * A capacity for entries of mean weight.
 *
 * @param entries how many entries
 */
public record Capacity(int entries) {
  public Capacity {
    if (entries < 1) {
      throw new IllegalArgumentException("there must be room for an entry: " + entries);
    }
  }

  public long weight() {
    return (long) entries * Entries.MEAN_WEIGHT;
  }
}
