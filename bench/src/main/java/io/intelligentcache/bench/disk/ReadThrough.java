package io.intelligentcache.bench.disk;

import io.intelligentcache.bench.measure.CpuTime;
import io.intelligentcache.bench.measure.Zipf;
import java.time.Duration;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * The requests of a read-through cache: nine reads and a put in ten operations, with entries drawn by
 * Zipf 0.9. An entry that a read misses is put. For one thread.
 */
final class ReadThrough {
  /**
   * Requests are drawn before the measurement and repeated. There are more than the
   * fastest store serves in a second.
   */
  private static final int REQUESTS = 1 << 21;

  private static final double SKEW = 0.9;
  private static final int PUT_EVERY = 10;
  private static final int CLOCK_EVERY = 16;
  private static final int SEED = 2;
  private static final int DIGITS = 3;
  private static final double MOST = 99;
  private static final double MICRO = 1e3;
  private static final double MILLI = 1e6;
  private static final double SECOND = 1e9;

  private final StoreUnderTest store;
  private final DiskEntries entries;
  private final int[] requests = new int[REQUESTS];
  private Verified verified;
  private Histogram putNanos = new Histogram(DIGITS);
  private long operations;
  private long done;
  private long bytes;
  private long dropped;
  private long took;
  private double cpuMicrosPerOp;

  ReadThrough(StoreUnderTest store, DiskEntries entries, int filled) {
    this.store = store;
    this.entries = entries;
    this.verified = new Verified(entries);
    var random = new SplittableRandom(SEED);
    int[] shuffled = shuffled(filled, random);
    var zipf = new Zipf(filled, SKEW);
    for (int i = 0; i < REQUESTS; i++) {
      requests[i] = shuffled[zipf.next(random)];
    }
  }

  /** Shuffles the entries, so that popular ones are spread over the whole fill. */
  private static int[] shuffled(int count, SplittableRandom random) {
    var numbers = new int[count];
    for (int i = 0; i < count; i++) {
      int other = random.nextInt(i + 1);
      numbers[i] = numbers[other];
      numbers[other] = i;
    }
    return numbers;
  }

  /** Continues with the requests until so many are done or the time is over. Counts from zero. */
  void run(long most, Duration time) {
    verified = new Verified(entries);
    putNanos = new Histogram(DIGITS);
    bytes = 0;
    dropped = 0;
    long first = operations;
    var cpu = new CpuTime();
    long begun = System.nanoTime();
    while (operations - first < most
        && (operations % CLOCK_EVERY != 0 || System.nanoTime() - begun < time.toNanos())) {
      int entry = requests[(int) (operations % REQUESTS)];
      if (operations % PUT_EVERY == 0 || !verified.get(store, entry)) {
        put(entry);
      }
      operations++;
    }
    took = System.nanoTime() - begun;
    done = operations - first;
    cpuMicrosPerOp = cpu.microsPer(done);
  }

  private void put(int entry) {
    byte[] key = entries.key(entry);
    byte[] value = entries.value(entry);
    long before = System.nanoTime();
    boolean stored = store.put(entry, key, value);
    putNanos.recordValue(System.nanoTime() - before);
    if (stored) {
      bytes += key.length + value.length;
    } else {
      dropped++;
    }
  }

  double perSecond() {
    return done * SECOND / took;
  }

  double cpuMicrosPerOp() {
    return cpuMicrosPerOp;
  }

  double hitRatio() {
    return (double) verified.hits() / (verified.hits() + verified.misses());
  }

  double longestPutMillis() {
    return putNanos.getMaxValue() / MILLI;
  }

  double p99PutMicros() {
    return putNanos.getValueAtPercentile(MOST) / MICRO;
  }

  /** Bytes of keys and values that were stored. */
  long bytes() {
    return bytes;
  }

  /** Puts that the store dropped because its queue was full. */
  long dropped() {
    return dropped;
  }

  long wrong() {
    return verified.wrong();
  }
}
