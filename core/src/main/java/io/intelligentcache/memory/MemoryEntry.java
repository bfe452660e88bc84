package io.intelligentcache.memory;

import static java.util.Objects.requireNonNull;

/**
 * A key with its value in memory. Immutable but for its place in the policy: a new value is a new
 * entry.
 *
 * @param <K> type of the key
 * @param <V> type of the value
 */
public final class MemoryEntry<K, V> {
  /** The slot of an entry that the policy does not know: not yet added, or no longer there. */
  static final int NO_SLOT = -1;

  private final MemoryTable<K, V> table;
  private final K key;
  private final V value;
  private final long weight;
  private final long deadlineNanos;
  private final boolean expires;
  private final boolean onDisk;

  /** Written under the engine's lock, read by hits without it: an old number does no harm. */
  int slot = NO_SLOT;

  MemoryEntry(
      MemoryTable<K, V> table,
      K key,
      V value,
      long weight,
      boolean expires,
      long deadlineNanos,
      boolean onDisk) {
    this.table = table;
    this.key = requireNonNull(key, "key");
    this.value = requireNonNull(value, "value");
    if (weight < 1) {
      throw new IllegalArgumentException("an entry weighs at least 1: " + weight);
    }
    this.weight = weight;
    this.expires = expires;
    this.deadlineNanos = deadlineNanos;
    this.onDisk = onDisk;
  }

  /** {@return the key} */
  public K key() {
    return key;
  }

  /** {@return the value} */
  public V value() {
    return value;
  }

  /** {@return what it counts against the budget} */
  public long weight() {
    return weight;
  }

  /** {@return whether it expires at all} */
  public boolean expires() {
    return expires;
  }

  /** {@return whether the disk tier held the same value when this entry was made} */
  public boolean onDisk() {
    return onDisk;
  }

  /**
   * How long it has to live.
   *
   * @param nowNanos the clock it was made on
   * @return nanoseconds, zero or negative when expired; meaningless if it does not expire
   */
  public long remainingNanos(long nowNanos) {
    return deadlineNanos - nowNanos; // a difference, so that it holds when the clock wraps
  }

  /**
   * Hands the entry, which the policy chose to leave, to its table's owner. The one who learnt of
   * it calls this, once, without holding any key's lock.
   */
  public void evict() {
    table.evicted(this);
  }
}
