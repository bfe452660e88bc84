package io.intelligentcache.internal.memory;

import io.intelligentcache.tier.Version;

/**
 * An entry that is a copy of what instances share, and so may be out of date.
 *
 * @param <K> type of the key
 * @param <V> type of the value
 */
public sealed class SharedEntry<K, V> extends MemoryEntry<K, V> permits AgeingEntry {
  private final int stripe;

  /** Grows: a race of two threads leaves an instant that was right, too. */
  private volatile long asOfNanos;

  /** The version's two parts. The writer is set before the time, and read after it. */
  private long writer;

  private volatile long versionTime;

  SharedEntry(
      MemoryTable<K, V> table,
      K key,
      V value,
      long weight,
      long dueNanos,
      boolean onDisk,
      CopyStamp seen) {
    super(table, key, value, weight, dueNanos, onDisk);
    this.stripe = seen.stripe();
    this.asOfNanos = seen.asOfNanos();
    this.writer = seen.version().writer();
    this.versionTime = seen.version().time();
  }

  static <K, V> SharedEntry<K, V> lasting(
      MemoryTable<K, V> table, K key, V value, long weight, boolean onDisk, CopyStamp seen) {
    return new SharedEntry<>(table, key, value, weight, NEVER, onDisk, seen);
  }

  static <K, V> SharedEntry<K, V> expiring(
      MemoryTable<K, V> table,
      K key,
      V value,
      long weight,
      long deadlineNanos,
      boolean onDisk,
      CopyStamp seen) {
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

  /** {@return which write it is, or {@link Version#NONE} if that is not known} */
  public Version version() {
    long time = versionTime;
    return time == 0 ? Version.NONE : new Version(time, writer);
  }

  /**
   * The shared tier has stored it. Called once, and only if its version was not known.
   *
   * @param write which write it is
   */
  public void version(Version write) {
    writer = write.writer();
    versionTime = write.time();
  }
}
