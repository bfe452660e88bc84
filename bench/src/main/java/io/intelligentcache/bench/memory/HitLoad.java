package io.intelligentcache.bench.memory;

import io.intelligentcache.bench.redis.RedisContender;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Measures memory hits, in a separate process. */
public final class HitLoad {
  private static final int ENTRIES = 4_096;
  private static final int REQUESTS = 1 << 20;
  private static final int SEED = 4;
  private static final int ATTEMPTS = 5;
  private static final int WARM_UPS = 3;
  private static final int MEASURED = 3;
  private static final int CLOCK_EVERY = 1_024;

  /**
   * The allowed share of misses. On a busy machine an instance may receive no answers from Redis for a
   * while, and then its memory entries are suspect.
   */
  private static final double MOST_MISSED = 0.001;

  private static final double SECOND = 1e9;

  private final CacheUnderTest cache;
  private final String[] values = Entries.values(ENTRIES);
  private final String[] keys = Entries.keys(ENTRIES);
  private final int[] requests = new int[REQUESTS]; // numbers of entries
  private int next;

  private HitLoad(CacheUnderTest cache) {
    this.cache = cache;
    var random = new SplittableRandom(SEED);
    for (int request = 0; request < REQUESTS; request++) {
      requests[request] = random.nextInt(ENTRIES);
    }
    for (int entry = 0; entry < ENTRIES; entry++) {
      put(entry);
    }
  }

  /** Puts an entry, and retries if a busy machine refused it. */
  private void put(int entry) {
    String key = keys[entry];
    String value = values[entry];
    @Nullable String answer = null;
    for (int attempt = 0; attempt < ATTEMPTS && !value.equals(answer); attempt++) {
      cache.put(key, value);
      answer = cache.get(key);
    }
    if (!value.equals(answer)) {
      throw new IllegalStateException(key + " is " + answer + " instead of " + value);
    }
  }

  /**
   * Prints the reads per second.
   *
   * @param args contender, URL of Redis, and milliseconds per measurement
   */
  public static void main(String[] args) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[2]));
    CacheUnderTest cache = RedisContender.valueOf(args[0]).openCache(args[1]);
    System.out.println(new HitLoad(cache).best(nanos));
    System.out.flush();
    // On an orderly end JetCache would log an error for each message that it has not sent.
    Runtime.getRuntime().halt(0);
  }

  /** The fastest of some measurements, because slower ones were disturbed. */
  private double best(long nanos) {
    for (int warmUp = 0; warmUp < WARM_UPS; warmUp++) {
      run(nanos);
    }
    double best = 0;
    for (int measured = 0; measured < MEASURED; measured++) {
      best = Math.max(best, run(nanos));
    }
    return best;
  }

  private double run(long nanos) {
    long begun = System.nanoTime();
    long took = 0;
    long done = 0;
    long missed = 0;
    while (took < nanos) {
      for (int i = 0; i < CLOCK_EVERY; i++) {
        if (cache.get(keys[requests[next]]) == null) {
          missed++;
          put(requests[next]); // else the lost key would miss again and again
        }
        next = (next + 1) & (REQUESTS - 1);
      }
      done += CLOCK_EVERY;
      took = System.nanoTime() - begun;
    }
    if (missed > done * MOST_MISSED) {
      throw new IllegalStateException(missed + " of " + done + " reads missed");
    }
    return done * SECOND / took;
  }
}
