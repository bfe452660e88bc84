package io.intelligentcache.internal.runtime;

import io.intelligentcache.Weigher;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.memory.HeapSizes;
import io.intelligentcache.internal.memory.size.HeapSize;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Computes how many bytes of heap an entry takes: by the user's weigher if there is one, else by measuring. An object
 * that can't be measured weighs more than any budget. So its entry does not stay in memory, and is handled like all
 * entries that do not fit.
 */
final class EntryWeigher<K, V> {
  /** More than any budget, but so little that the cache's own overhead can be added. */
  static final long MOST_BYTES = Long.MAX_VALUE / 4;

  private final @Nullable Weigher<? super K, ? super V> weigher;
  private final LongSupplier budget;
  private final FailureLog failureLog;

  /**
   * Creates it.
   *
   * @param budget of the memory tier, in bytes
   */
  EntryWeigher(
      @Nullable Weigher<? super K, ? super V> weigher, LongSupplier budget, FailureLog failureLog) {
    this.weigher = weigher;
    this.budget = budget;
    this.failureLog = failureLog;
  }

  /**
   * Weighs an entry, the cache's own overhead included.
   *
   * @throws IllegalArgumentException if the user's weigher returned less than 0
   */
  long weigh(K key, V value) {
    if (weigher == null) {
      return weighAlone(key) + measured(value);
    }
    long weight = weigher.weigh(key, value);
    if (weight < 0) {
      throw new IllegalArgumentException("a weigher must return 0 bytes or more, not " + weight
          + ", for key " + Failures.text(key));
    }
    return HeapSizes.ENTRY_BYTES + Math.min(weight, MOST_BYTES);
  }

  /** Weighs an entry that has no value. */
  long weighAlone(K key) {
    return HeapSizes.ENTRY_BYTES + measured(key);
  }

  private long measured(Object object) {
    HeapSize size = HeapSizes.of(object, budget.getAsLong());
    String missing = size.missing();
    if (missing == null) {
      return Math.min(size.bytes(), MOST_BYTES);
    }
    failureLog.unmeasured(object.getClass(), missing);
    return MOST_BYTES;
  }
}
