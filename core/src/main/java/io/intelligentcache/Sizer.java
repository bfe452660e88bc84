package io.intelligentcache;

import io.intelligentcache.codec.ItemFormat;
import io.intelligentcache.memory.HeapSizes;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Tells how many bytes of heap an entry takes: exactly for strings, boxes and arrays of primitives,
 * by the user's weigher if there is one, else by the mean of the encoded sizes of a sample.
 */
final class Sizer<K, V> {
  /** Values that are encoded to learn from at the start, then one in so many. */
  private static final int FIRST_SAMPLES = 16;

  private static final int SAMPLE_MASK = 63;

  /**
   * Objects of a few fields take about this many bytes of heap per byte of JSON: headers, references
   * and boxes against names and punctuation.
   */
  private static final int HEAP_PER_ENCODED = 2;

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
   * @throws io.intelligentcache.codec.CodecException if the value had to be encoded and can't be
   * @throws IllegalArgumentException if the user's weigher returned less than 0
   */
  long weigh(K key, V value) {
    if (weigher != null) {
      long weight = weigher.weigh(key, value);
      if (weight < 0) {
        throw new IllegalArgumentException(
            "a weigher must return 0 bytes or more, not " + weight + ", for key " + key);
      }
      return HeapSizes.ENTRY_BYTES + weight;
    }
    long keyBytes = HeapSizes.of(key);
    long valueBytes = HeapSizes.of(value);
    return HeapSizes.ENTRY_BYTES
        + (keyBytes == HeapSizes.UNKNOWN ? HeapSizes.PLAIN_OBJECT_BYTES : keyBytes)
        + (valueBytes == HeapSizes.UNKNOWN ? estimate(value) : valueBytes);
  }

  private long estimate(V value) {
    long count = seen.getAndIncrement();
    if (count < FIRST_SAMPLES || (count & SAMPLE_MASK) == 0) {
      double sample = (double) HEAP_PER_ENCODED * format.encodedBytes(value);
      double before = mean;
      mean = count == 0 ? sample : before + (sample - before) / Math.min(count + 1, FIRST_SAMPLES);
      if (count < FIRST_SAMPLES) {
        return (long) sample;
      }
    }
    return (long) mean;
  }
}
