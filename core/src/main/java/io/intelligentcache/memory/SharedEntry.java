package io.intelligentcache.memory;

/**
 * An entry that is a copy of what instances share, and so may be out of date.
 *
 * @param <K> type of the key
 * @param <V> type of the value
 */
public sealed class SharedEntry<K, V> extends MemoryEntry<K, V> permits AgeingEntry {
  private final int stripe;

  // Two fields that grow: a race of two writers leaves an instant or a version that was right, too.
  private volatile long asOfNanos;
  private volatile long version;

  SharedEntry(
      MemoryTable<K, V> table,
      K key,
      V value,
      long weight,
      long dueNanos,
      boolean onDisk,
      Seen seen) {
    super(table, key, value, weight, dueNanos, onDisk);
    this.stripe = seen.stripe();
    this.asOfNanos = seen.asOfNanos();
    this.version = seen.version();
  }

  static <K, V> SharedEntry<K, V> lasting(
      MemoryTable<K, V> table, K key, V value, long weight, boolean onDisk, Seen seen) {
    return new SharedEntry<>(table, key, value, weight, NEVER, onDisk, seen);
  }

  static <K, V> SharedEntry<K, V> expiring(
      MemoryTable<K, V> table,
      K key,
      V value,
      long weight,
      long deadlineNanos,
      boolean onDisk,
      Seen seen) {
    return new SharedEntry<>(table, key, value, weight, notNever(deadlineNanos), onDisk, seen);
  }

  /** {@return where changes of its key are noted} */
  public int stripe() {
    return stripe;
  }

  /** {@return as of when it was what the shared tier had} */
  public long asOfNanos() {
    return asOfNanos;
  }

  /**
   * The shared tier still has it.
   *
   * @param nanos when it was asked
   */
  public void confirm(long nanos) {
    if (nanos - asOfNanos > 0) {
      asOfNanos = nanos;
    }
  }

  /** {@return which write it is, or 0 if that is not known} */
  public long version() {
    return version;
  }

  /**
   * The shared tier has taken it.
   *
   * @param write which write it is
   */
  public void version(long write) {
    version = write;
  }
}
