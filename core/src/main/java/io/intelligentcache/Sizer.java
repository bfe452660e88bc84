package io.intelligentcache;

import io.intelligentcache.codec.ItemFormat;
import io.intelligentcache.memory.HeapSizes;
import io.intelligentcache.memory.size.HeapSize;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Tells how many bytes of heap an entry takes: by the user's weigher if there is one, else as
 * measured; where parts of a value can't be looked into, at least what its encoded size suggests.
 */
final class Sizer<K, V> {
  /** The answer for an encoded size that nobody knows yet. */
  static final int NOT_ENCODED = -1;

  /** Of the values that can't be measured, one in so many is encoded to learn from. */
  private static final int SAMPLE_EVERY = 16;

  /** Of the first values each is a sample, and each later one moves the mean by this share. */
  private static final int FIRST_SAMPLES = 16;

  /**
   * Objects of a few fields take about this many bytes of heap per byte of JSON: headers, references
   * and boxes against names and punctuation.
   */
  private static final int HEAP_PER_ENCODED = 2;

  /** What a value counts as that can neither be measured nor encoded: a guess. */
  private static final long GUESS_BYTES = 1_024;

  /** More than any budget, and little enough that the cache's own overhead can be added. */
  private static final long MOST_BYTES = Long.MAX_VALUE / 2;

  private final @Nullable Weigher<? super K, ? super V> weigher;
  private final ItemFormat<V> format;
  private final AtomicLong seen = new AtomicLong();

  /** Mean heap bytes of the sampled values; raced on purpose, it is an estimate. */
  private volatile double mean;

  Sizer(@Nullable Weigher<? super K, ? super V> weigher, ItemFormat<V> format) {
    this.weigher = weigher;
    this.format = format;
  }

  /**
   * Weighs an entry, the cache's own overhead included.
   *
   * @param encodedBytes bytes the value takes when encoded, or {@link #NOT_ENCODED}
   * @throws IllegalArgumentException if the user's weigher returned less than 0
   */
  long weigh(K key, V value, int encodedBytes) {
    if (weigher != null) {
      long weight = weigher.weigh(key, value);
      if (weight < 0) {
        throw new IllegalArgumentException("a weigher must return 0 bytes or more, not " + weight
            + ", for key " + Failures.text(key));
      }
      return HeapSizes.ENTRY_BYTES + Math.min(weight, MOST_BYTES);
    }
    HeapSize measured = HeapSizes.of(value);
    long valueBytes = measured.whole()
        ? measured.bytes()
        : Math.max(measured.bytes(), estimate(value, encodedBytes));
    return HeapSizes.ENTRY_BYTES + HeapSizes.of(key).bytes() + valueBytes;
  }

  /** Weighs an entry that has no value. */
  long weighAlone(K key) {
    return HeapSizes.ENTRY_BYTES + HeapSizes.of(key).bytes();
  }

  private long estimate(V value, int encodedBytes) {
    if (encodedBytes != NOT_ENCODED) {
      return (long) HEAP_PER_ENCODED * encodedBytes;
    }
    long count = seen.getAndIncrement();
    if (count >= FIRST_SAMPLES && count % SAMPLE_EVERY != 0) {
      return (long) mean;
    }
    long sample = sample(value);
    double before = mean;
    mean = before + (sample - before) / Math.min(count + 1, FIRST_SAMPLES);
    return sample;
  }

  private long sample(V value) {
    try {
      return (long) HEAP_PER_ENCODED * format.encodedBytes(value);
    } catch (Throwable unwritable) { // whether that matters is for others
      return GUESS_BYTES;
    }
  }
}
