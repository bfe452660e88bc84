package io.intelligentcache.bench;

/**
 * Room for entries of mean weight.
 *
 * @param entries how many
 */
record Capacity(int entries) {
  Capacity {
    if (entries < 1) {
      throw new IllegalArgumentException("there must be room for an entry: " + entries);
    }
  }

  long weight() {
    return (long) entries * Entries.MEAN_WEIGHT;
  }
}
