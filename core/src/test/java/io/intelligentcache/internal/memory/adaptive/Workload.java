package io.intelligentcache.internal.memory.adaptive;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToLongFunction;

/** Generated sequences of keys, the same in each run. */
final class Workload {
  private Workload() {}

  /** Round and round over so many keys. */
  static long[] loop(int requests, int keys) {
    return generate(requests, i -> i % keys);
  }

  /** Popular keys by Zipf's law, exponent 0.9. */
  static long[] zipf(int requests, int keys, int seed) {
    double[] upTo = new double[keys];
    double sum = 0;
    for (int k = 0; k < keys; k++) {
      sum += 1 / Math.pow(k + 1, 0.9);
      upTo[k] = sum;
    }
    double total = sum;
    Random random = new Random(seed);
    return generate(requests, i -> {
      int at = Arrays.binarySearch(upTo, random.nextDouble() * total);
      return at < 0 ? Math.min(keys - 1, -at - 1) : at;
    });
  }

  /** Popular keys, and now and then a scan over keys that nobody asks for again. */
  static long[] zipfAndScans(int requests, int keys, int seed) {
    long[] popular = zipf(requests, keys, seed);
    return generate(requests, i -> i / 5_000 % 3 == 2 ? 1_000_000L + i : popular[i]);
  }

  /** Keys come back soon or never: a window of interest that moves on. */
  static long[] recent(int requests, int window, int seed) {
    Random random = new Random(seed);
    return generate(requests, i -> {
      double back = random.nextDouble();
      return Math.max(0, i / 4 - (long) (back * back * window));
    });
  }

  private static long[] generate(int requests, IntToLongFunction key) {
    long[] keys = new long[requests];
    for (int i = 0; i < requests; i++) {
      keys[i] = key.applyAsLong(i);
    }
    return keys;
  }

  /** The hit ratio of LRU, with entries of one size. */
  static double lru(long[] keys, int capacity) {
    Map<Long, Boolean> entries = new LinkedHashMap<>(16, 0.75f, true);
    int hits = 0;
    for (long key : keys) {
      if (entries.get(key) != null) {
        hits++;
        continue;
      }
      if (entries.size() == capacity) {
        entries.remove(entries.keySet().iterator().next());
      }
      entries.put(key, true);
    }
    return (double) hits / keys.length;
  }

  /** The hit ratio of the adaptive policy, with entries of one size. */
  static double adaptive(long[] keys, int capacity) {
    return run(new CacheModel(capacity, new AdaptivePolicy()), keys, 0, keys.length);
  }

  /** The hit ratio of a cache over part of a sequence, with entries of one size. */
  static double run(CacheModel cache, long[] keys, int from, int to) {
    long before = cache.hits();
    for (int i = from; i < to; i++) {
      cache.get(keys[i]);
    }
    return (double) (cache.hits() - before) / (to - from);
  }

  /** The same sequence over other keys. */
  static long[] shifted(long[] keys, long by) {
    return Arrays.stream(keys).map(key -> key + by).toArray();
  }
}
