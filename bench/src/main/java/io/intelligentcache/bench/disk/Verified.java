package io.intelligentcache.bench.disk;

import org.jspecify.annotations.Nullable;

/** Reads from a store and checks every value. For one thread. */
final class Verified {
  private final DiskEntries entries;
  private long hits;
  private long misses;
  private long wrong;

  Verified(DiskEntries entries) {
    this.entries = entries;
  }

  /** Reads an entry; false if the store does not have it. */
  boolean get(StoreUnderTest store, int entry) {
    byte @Nullable [] value = store.get(entry, entries.key(entry));
    if (value == null) {
      misses++;
      return false;
    }
    hits++;
    if (!entries.isValue(entry, value)) {
      wrong++;
    }
    return true;
  }

  void add(Verified other) {
    hits += other.hits;
    misses += other.misses;
    wrong += other.wrong;
  }

  long hits() {
    return hits;
  }

  long misses() {
    return misses;
  }

  /** Values that were returned for a wrong key, or with a wrong length. */
  long wrong() {
    return wrong;
  }
}
