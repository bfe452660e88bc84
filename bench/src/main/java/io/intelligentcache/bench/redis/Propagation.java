package io.intelligentcache.bench.redis;

import io.intelligentcache.bench.measure.WrongAnswerException;
import io.intelligentcache.bench.memory.CacheUnderTest;
import io.intelligentcache.bench.memory.Entries;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Measures the time from a put at one instance until a second instance returns the new value. */
final class Propagation {
  private static final int KEYS = 64;
  private static final int DIGITS = 3;
  private static final double HALF = 50;
  private static final double MOST = 99;
  private static final double MICRO = 1e3;

  /** The shortest pause of the operating system, some 50 microseconds. */
  private static final long PAUSE_NANOS = 1;

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String[] keys = Entries.keys(KEYS);
  private final Histogram seenNanos = new Histogram(DIGITS);
  private final Histogram putNanos = new Histogram(DIGITS);

  /**
   * Changes entries that the reader has in memory, one after the other.
   *
   * @param first the number of the first change; a number is never used twice
   */
  void run(CacheUnderTest writer, CacheUnderTest reader, int first, int changes)
      throws WrongAnswerException {
    for (int change = first; change < first + changes; change++) {
      String key = keys[change % KEYS];
      hold(reader, key);
      String value = "value " + change;
      long begun = System.nanoTime();
      writer.put(key, value);
      putNanos.recordValue(System.nanoTime() - begun);
      await(reader, key, value, begun);
      seenNanos.recordValue(System.nanoTime() - begun);
    }
  }

  /**
   * Makes the reader hold the entry in memory: the first read fetches it, the
   * second one finds it in memory.
   */
  private static void hold(CacheUnderTest reader, String key) {
    if (reader.get(key) != null) {
      var unused = reader.get(key);
    }
  }

  private static void await(CacheUnderTest reader, String key, String value, long begun)
      throws WrongAnswerException {
    while (!value.equals(reader.get(key))) {
      if (System.nanoTime() - begun > LIMIT_NANOS) {
        throw new WrongAnswerException(reader.get(key) + " is still answered instead of " + value);
      }
      LockSupport.parkNanos(PAUSE_NANOS); // invalidation threads may need this core
    }
  }

  /** The number of measured changes. */
  long changes() {
    return seenNanos.getTotalCount();
  }

  double p50Micros() {
    return seenNanos.getValueAtPercentile(HALF) / MICRO;
  }

  double p99Micros() {
    return seenNanos.getValueAtPercentile(MOST) / MICRO;
  }

  double mostMicros() {
    return seenNanos.getMaxValue() / MICRO;
  }

  /** The median time until put returned. */
  double p50PutMicros() {
    return putNanos.getValueAtPercentile(HALF) / MICRO;
  }
}
