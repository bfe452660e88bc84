package io.intelligentcache.bench.memory;

import java.lang.ref.Reference;

/**
 * Measures the heap that a cache takes in addition to its keys and values: the used bytes after a full
 * collection, with the filled cache minus before it was created. Runs in a separate process, with a
 * collector that compacts the whole heap.
 */
public final class Footprint {
  static final int ENTRIES = 1_000_000;

  /** Extra capacity, a twentieth: some caches divide their capacity and fill the parts unevenly. */
  private static final int SLACK_PART = 20;

  /** One collection may leave objects that only the next one can free, such as those held by cleaners. */
  private static final int COLLECTIONS = 3;

  private Footprint() {}

  /**
   * Prints the bytes per entry.
   *
   * @param args the contender, and how many entries
   */
  public static void main(String[] args) {
    System.out.println(bytesPerEntry(Contender.valueOf(args[0]), Integer.parseInt(args[1])));
    System.exit(0); // threads of a cache must not keep it alive
  }

  static double bytesPerEntry(Contender contender, int entries) {
    String[] keys = Entries.keys(entries);
    String[] values = Entries.values(entries);
    initialise(contender);
    long before = used();
    try (CacheUnderTest cache = contender.open(new Capacity(entries + entries / SLACK_PART))) {
      for (int i = 0; i < entries; i++) {
        cache.put(keys[i], values[i]);
      }
      cache.settle();
      requireAll(cache, keys);
      cache.settle();
      return (double) (used() - before) / entries;
    } finally {
      Reference.reachabilityFence(keys);
      Reference.reachabilityFence(values);
    }
  }

  /** Loads the library. Objects that it has once per process are not a cost of an entry. */
  private static void initialise(Contender contender) {
    try (CacheUnderTest cache = contender.open(new Capacity(2))) {
      cache.put("key", "value");
      requireAll(cache, new String[] {"key"});
    }
  }

  private static void requireAll(CacheUnderTest cache, String[] keys) {
    for (String key : keys) {
      if (cache.get(key) == null) {
        throw new IllegalStateException("a miss although every key was put: " + key);
      }
    }
  }

  /** Bytes of reachable objects on the heap. */
  public static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
