package io.intelligentcache.bench.memory;

import java.lang.ref.Reference;

/**
 * The heap that a cache takes beyond the keys and values in it: used bytes after a full collection,
 * with the filled cache and before there was one. Runs in a process of its own, with a collector
 * that compacts all at once.
 */
public final class Footprint {
  static final int ENTRIES = 1_000_000;

  /** Room that is left over, for those who split it and fill the parts unevenly: a twentieth. */
  private static final int SLACK_PART = 20;

  /** One collection may leave what only the next can free, such as what cleaners hold. */
  private static final int COLLECTIONS = 3;

  private Footprint() {}

  /**
   * Prints the bytes per entry.
   *
   * @param args the contender, and how many entries
   */
  public static void main(String[] args) {
    System.out.println(bytesPerEntry(Contender.valueOf(args[0]), Integer.parseInt(args[1])));
    System.exit(0); // the threads of a cache don't keep the process
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

  /** What a library keeps once per process is not a cost of an entry. */
  private static void initialise(Contender contender) {
    try (CacheUnderTest cache = contender.open(new Capacity(2))) {
      cache.put("key", "value");
      requireAll(cache, new String[] {"key"});
    }
  }

  private static void requireAll(CacheUnderTest cache, String[] keys) {
    for (String key : keys) {
      if (cache.get(key) == null) {
        throw new IllegalStateException("a miss where everything is there: " + key);
      }
    }
  }

  /** Bytes of heap that are reachable. */
  public static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
