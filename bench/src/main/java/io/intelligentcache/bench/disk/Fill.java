package io.intelligentcache.bench.disk;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/** Puts entries, one after the other, until all are stored or the time is over. */
final class Fill {
  /** After this many retries a store counts as stuck, not as slow. */
  private static final int MOST_RETRIES = 1_000;

  private static final int CLOCK_EVERY = 64;
  private static final int DIGITS = 3;
  private static final double MILLI = 1e6;
  private static final double SECOND = 1e9;

  private final StoreUnderTest store;
  private final DiskEntries entries;
  private final Histogram nanos = new Histogram(DIGITS);
  private int filled;
  private long retries;
  private long bytes;
  private long took;

  private Fill(StoreUnderTest store, DiskEntries entries) {
    this.store = store;
    this.entries = entries;
  }

  /** Fills at full speed: no put is timed individually. */
  static Fill of(StoreUnderTest store, DiskEntries entries, Duration limit) {
    var fill = new Fill(store, entries);
    long begun = System.nanoTime();
    while (fill.filled < entries.count()
        && (fill.filled % CLOCK_EVERY != 0 || System.nanoTime() - begun < limit.toNanos())) {
      fill.put();
    }
    store.settle();
    fill.took = System.nanoTime() - begun;
    return fill;
  }

  /** Fills and times each put. */
  static Fill timed(StoreUnderTest store, DiskEntries entries, Duration limit) {
    var fill = new Fill(store, entries);
    long begun = System.nanoTime();
    long before = begun;
    while (fill.filled < entries.count() && before - begun < limit.toNanos()) {
      fill.put();
      long after = System.nanoTime();
      fill.nanos.recordValue(after - before);
      before = after;
    }
    store.settle();
    fill.took = System.nanoTime() - begun;
    return fill;
  }

  /**
   * Puts the next entry. If the queue of the store is full, the put is retried, so that all
   * stores get the same entries.
   */
  private void put() {
    byte[] key = entries.key(filled);
    byte[] value = entries.value(filled);
    for (int tries = 0; !store.put(filled, key, value); tries++) {
      retries++;
      if (tries == MOST_RETRIES) {
        throw new IllegalStateException("a put was refused " + tries + " times: " + filled);
      }
    }
    bytes += key.length + value.length;
    filled++;
  }

  int filled() {
    return filled;
  }

  /** Bytes of keys and values. */
  long bytes() {
    return bytes;
  }

  long retries() {
    return retries;
  }

  double seconds() {
    return took / SECOND;
  }

  double longestPutMillis() {
    return nanos.getMaxValue() / MILLI;
  }
}
