package io.intelligentcache.internal.memory;

import io.intelligentcache.tier.Version;

/**
 * An entry that is a copy of an item that instances share, and so may be outdated.
 *
 * @param <K> type of the key
 * @param <V> type of the value
 */
public sealed class SharedEntry<K, V> extends MemoryEntry<K, V> permits AgeingEntry {
  private final int stripe;

  /** Only grows. A race of two threads may keep the earlier of two instants, which is correct too. */
  private volatile long asOfNanos;

  private volatile boolean stampIsOlderOnDisk;

  /** The two parts of the version. The writer is set before the time, and read after it. */
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

  /** {@return the stripe in which invalidations of its key are recorded} */
  public int stripe() {
    return stripe;
  }

  /** {@return the latest instant at which it was known to be what the shared tier had} */
  public long asOfNanos() {
    return asOfNanos;
  }

  /**
   * Notes that the shared tier still has this version.
   *
   * @param nanos when the shared tier was asked
   */
  public void confirm(long nanos) {
    if (nanos - asOfNanos > 0) {
      asOfNanos = nanos;
      stampIsOlderOnDisk = true;
    }
  }

  /**
   * Notes which stamp the copy on disk has.
   *
   * @param nanos the instant as of which it says that it was right
   */
  public void onDiskAsOf(long nanos) {
    stampIsOlderOnDisk = nanos - asOfNanos < 0;
  }

  /** {@return whether the shared tier has confirmed this version since it was written to disk, if it was} */
  public boolean stampIsOlderOnDisk() {
    return stampIsOlderOnDisk;
  }

  /** A confirmation at the same moment may be lost: then the shared tier is asked once more. */
  @Override
  public void nowOnDisk() {
    stampIsOlderOnDisk = false;
    super.nowOnDisk();
  }

  /** {@return which write it is, or {@link Version#NONE} if that is not known} */
  public Version version() {
    long time = versionTime;
    return time == 0 ? Version.NONE : new Version(time, writer);
  }

  /**
   * Notes that the shared tier has stored it. Called once, and only if its version was not known.
   *
   * @param write which write it is
   */
  public void version(Version write) {
    writer = write.writer();
    versionTime = write.time();
  }
}
