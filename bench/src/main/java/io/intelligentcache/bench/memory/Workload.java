package io.intelligentcache.bench.memory;

import io.intelligentcache.bench.measure.Zipf;
import java.util.Locale;
import java.util.SplittableRandom;

/** The workloads of the caches. */
public enum Workload {
  READ("100 % reads of 65,536 keys by Zipf 0.99, all present", 1, 2),
  MIXED("75 % reads, 25 % overwrites of 65,536 keys by Zipf 0.99, all present", 1, 2),
  WRITE("100 % puts of 1,048,576 keys in turn, capacity for 65,536", 16, 1),
  LOADING("reads of 131,072 keys by Zipf 0.99, a put after each miss; capacity for 65,536", 2, 1),
  METADATA("heap beyond keys and values, at 1,000,000 entries", 0, 0);

  /** Requests are drawn before the measurement and repeated; there are many more requests than entries. */
  static final int REQUESTS = 1 << 20;

  private static final int UNIT = 1 << 16;
  private static final double SKEW = 0.99;
  private static final int SEED = 1;

  private final String description;
  private final int keyUnits;
  private final int roomUnits;

  Workload(String description, int keyUnits, int roomUnits) {
    this.description = description;
    this.keyUnits = keyUnits;
    this.roomUnits = roomUnits;
  }

  String description() {
    return description;
  }

  /** Whether operations are timed, on one or more threads. */
  boolean isTimed() {
    return this != METADATA;
  }

  /** Whether a contender without bounds would do the same work as the others. */
  boolean needsBounds() {
    return this == WRITE || this == LOADING;
  }

  Capacity capacity() {
    return new Capacity(roomUnits * UNIT);
  }

  /** The keys, in the order of their numbers. */
  String[] keys() {
    return Entries.keys(keyUnits * UNIT);
  }

  /** The requested keys of all threads, {@value #REQUESTS} in all, the same in every run. */
  String[] requests(String[] keys) {
    var random = new SplittableRandom(SEED);
    // Shuffled, so that popular keys are neither similar nor adjacent in memory.
    String[] shuffled = shuffled(keys, random);
    if (this == WRITE) {
      return shuffled;
    }
    var zipf = new Zipf(keys.length, SKEW);
    var requests = new String[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      requests[i] = shuffled[zipf.next(random)];
    }
    return requests;
  }

  private static String[] shuffled(String[] keys, SplittableRandom random) {
    String[] shuffled = keys.clone();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      String key = shuffled[i];
      shuffled[i] = shuffled[other];
      shuffled[other] = key;
    }
    return shuffled;
  }

  /** The name on the command line, and of the JMH method. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
