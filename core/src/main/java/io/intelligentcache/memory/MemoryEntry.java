package io.intelligentcache.memory;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.tier.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A key with its value in memory. Immutable but for its place in the policy: a new value is a new
 * entry. Its fields are packed, because every entry in memory pays for them: 56 bytes.
 *
 * @param <K> type of the key
 * @param <V> type of the value
 */
public final class MemoryEntry<K, V> {
  /** The slot of an entry that the engine has not booked yet. */
  static final int PENDING = -1;

  /** The slot of an entry that the engine has taken out of its books, or refused. */
  static final int GONE = -2;

  private static final VarHandle NEXT = field("next", MemoryEntry.class);
  private static final VarHandle MARK = field("mark", long.class);
  private static final long NEVER = ExpiryWheel.NEVER;
  private static final int ON_DISK = 1 << 31;
  private static final int LARGE = 1 << 30;
  private static final int READ = 1 << 29;
  private static final int WEIGHT_MASK = READ - 1;
  private static final int LARGE_SHIFT = 16;

  private final MemoryTable<K, V> table;
  private final K key;
  private final V value;

  /** When it expires, or {@link #NEVER}. */
  private final long deadlineNanos;

  /**
   * Whether the disk has it (bit 31); whether it was read (bit 29, the only one that changes); the
   * weight (bits 0 to 28), if bit 30 is set in 64 KiB.
   */
  private int packed;

  private final int hash;

  /** The policy's; read and written through {@link #MARK}. A race loses a hit's record. */
  @SuppressWarnings("UnusedVariable")
  private long mark;

  /** The entry after this one in its table's chain; read and written through {@link #NEXT}. */
  @SuppressWarnings("UnusedVariable")
  private @Nullable MemoryEntry<K, V> next;

  /** Written under the engine's lock, read by hits without it: an old number does no harm. */
  int slot = PENDING;

  private static VarHandle field(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(MemoryEntry.class, name, type);
    } catch (ReflectiveOperationException never) {
      throw new ExceptionInInitializerError(never);
    }
  }

  private MemoryEntry(
      MemoryTable<K, V> table, K key, V value, long weight, long deadlineNanos, boolean onDisk) {
    this.table = table;
    this.key = requireNonNull(key, "key");
    this.value = requireNonNull(value, "value");
    if (weight < 1) {
      throw new IllegalArgumentException("an entry weighs at least 1: " + weight);
    }
    this.packed = pack(weight) | (onDisk ? ON_DISK : 0);
    this.deadlineNanos = deadlineNanos;
    this.hash = (int) table.hash(key);
  }

  static <K, V> MemoryEntry<K, V> lasting(
      MemoryTable<K, V> table, K key, V value, long weight, boolean onDisk) {
    return new MemoryEntry<>(table, key, value, weight, NEVER, onDisk);
  }

  static <K, V> MemoryEntry<K, V> expiring(
      MemoryTable<K, V> table, K key, V value, long weight, long deadlineNanos, boolean onDisk) {
    long deadline = deadlineNanos == NEVER ? NEVER + 1 : deadlineNanos;
    return new MemoryEntry<>(table, key, value, weight, deadline, onDisk);
  }

  private static int pack(long weight) {
    if (weight <= WEIGHT_MASK) {
      return (int) weight;
    }
    long units = ((weight - 1) >> LARGE_SHIFT) + 1;
    return LARGE | (int) Math.min(units, WEIGHT_MASK);
  }

  /** {@return the key} */
  public K key() {
    return key;
  }

  /** {@return the value} */
  public V value() {
    return value;
  }

  /** {@return what it counts against the budget; from 512 MiB on in steps of 64 KiB} */
  public long weight() {
    long weight = packed & WEIGHT_MASK;
    return (packed & LARGE) == 0 ? weight : weight << LARGE_SHIFT;
  }

  /** {@return whether it expires at all} */
  public boolean expires() {
    return deadlineNanos != NEVER;
  }

  /**
   * Whether it has expired. The exact time is asked for near the deadline only, because that takes
   * longer than everything else that a hit does.
   *
   * @param time the clock it was made on
   * @return whether its deadline has come
   */
  public boolean isExpired(TimeSource time) {
    return deadlineNanos != NEVER
        && deadlineNanos - time.roughNanos() <= TimeSource.ROUGH_WITHIN_NANOS
        && remainingNanos(time.nanos()) <= 0;
  }

  /** {@return whether the disk tier held the same value when this entry was made} */
  public boolean onDisk() {
    return packed < 0;
  }

  /** {@return whether it was read since it came into memory} */
  public boolean wasRead() {
    return (packed & READ) != 0;
  }

  /** Any thread: all of them write the same. */
  void read() {
    int known = packed;
    if ((known & READ) == 0) {
      packed = known | READ;
    }
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

  int hash() {
    return hash;
  }

  long mark() {
    return (long) MARK.getOpaque(this);
  }

  void mark(long policys) {
    MARK.setOpaque(this, policys);
  }

  boolean isOf(K other, int otherHash) {
    return hash == otherHash && (key == other || key.equals(other));
  }

  @SuppressWarnings("unchecked") // nothing else is put there
  @Nullable
  MemoryEntry<K, V> next() {
    return (MemoryEntry<K, V>) NEXT.getAcquire(this);
  }

  void next(@Nullable MemoryEntry<K, V> entry) {
    NEXT.setRelease(this, entry);
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** Hands the entry, which is to leave, to its table's owner; without any lock. */
  void leave() {
    table.leaves(this);
  }

  boolean isInItsTable() {
    return table.peek(key) == this;
  }
}
