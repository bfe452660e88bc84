package io.intelligentcache.internal.memory;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.tier.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A key with its value in memory. Immutable, except for what the policy stores in it: another value is another
 * entry. Its fields are packed, because every entry in memory pays for them: 56 bytes. A copy of an item that
 * instances share is a {@link SharedEntry}. An entry with more stages of life than one deadline is an {@link
 * AgeingEntry}.
 *
 * @param <K> type of the key
 * @param <V> type of the value
 */
public sealed class MemoryEntry<K, V> permits SharedEntry {
  /** The slot of an entry that the engine has not accounted yet. */
  static final int PENDING = -1;

  /** The slot of an entry that the engine has removed from its accounting, or refused. */
  static final int GONE = -2;

  private static final VarHandle NEXT = field("next", MemoryEntry.class);
  private static final VarHandle MARK = field("mark", long.class);
  private static final VarHandle DUE = field("dueNanos", long.class);
  private static final VarHandle PACKED = field("packed", int.class);
  static final long NEVER = ExpiryWheel.NEVER;
  private static final int ON_DISK = 1 << 31;
  private static final int LARGE = 1 << 30;
  private static final int READ = 1 << 29;
  private static final int SEEN = 1 << 28;
  private static final int WEIGHT_MASK = SEEN - 1;
  private static final int LARGE_SHIFT = 16;

  final MemoryTable<K, V> table;
  private final K key;
  private final V value;

  /**
   * The instant from which a hit must check more than the value, or {@link #NEVER}; accessed through {@link
   * #DUE}. For a plain entry that is its expiry.
   */
  @SuppressWarnings("UnusedVariable")
  private long dueNanos;

  /**
   * Packed flags and weight. Bit 31: the disk has it. Bit 29: it was read. Bit 28: it was seen. Read and seen
   * are never cleared. Bits 0 to 27: the weight, in units of 64 KiB if bit 30 is set.
   */
  private int packed;

  private final int hash;

  /** The policy's mark; accessed through {@link #MARK}. A race loses the record of a hit. */
  @SuppressWarnings("UnusedVariable")
  private long mark;

  /** The next entry in the chain of its table; accessed through {@link #NEXT}. */
  @SuppressWarnings("UnusedVariable")
  private @Nullable MemoryEntry<K, V> next;

  /** Written under the engine's lock, read by hits without it: an outdated slot does no harm. */
  int slot = PENDING;

  private static VarHandle field(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(MemoryEntry.class, name, type);
    } catch (ReflectiveOperationException never) {
      throw new ExceptionInInitializerError(never);
    }
  }

  MemoryEntry(MemoryTable<K, V> table, K key, V value, long weight, long dueNanos, boolean onDisk) {
    this.table = table;
    this.key = requireNonNull(key, "key");
    this.value = requireNonNull(value, "value");
    if (weight < 1) {
      throw new IllegalArgumentException("an entry weighs at least 1: " + weight);
    }
    this.packed = pack(weight) | (onDisk ? ON_DISK : 0);
    this.dueNanos = dueNanos;
    this.hash = (int) table.hash(key);
  }

  static <K, V> MemoryEntry<K, V> lasting(
      MemoryTable<K, V> table, K key, V value, long weight, boolean onDisk) {
    return new MemoryEntry<>(table, key, value, weight, NEVER, onDisk);
  }

  static <K, V> MemoryEntry<K, V> expiring(
      MemoryTable<K, V> table, K key, V value, long weight, long deadlineNanos, boolean onDisk) {
    return new MemoryEntry<>(table, key, value, weight, notNever(deadlineNanos), onDisk);
  }

  /** A deadline that is not equal to {@link #NEVER}. */
  static long notNever(long deadlineNanos) {
    return deadlineNanos == NEVER ? NEVER + 1 : deadlineNanos;
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

  /** {@return its weight in the budget; from 256 MiB on in steps of 64 KiB} */
  public long weight() {
    long weight = packed & WEIGHT_MASK;
    return (packed & LARGE) == 0 ? weight : weight << LARGE_SHIFT;
  }

  /** {@return whether it expires at all} */
  public boolean expires() {
    return due() != NEVER;
  }

  /**
   * Whether a hit must check more than the value: the entry has expired, or, if it is an {@link AgeingEntry},
   * its next stage of life has come. The exact time is read only near that instant, because reading it takes
   * longer than the rest of a hit.
   *
   * @param time the clock of the entry's deadlines
   * @return whether that instant has come
   */
  public final boolean isDue(TimeSource time) {
    long due = due();
    return due != NEVER
        && due - time.roughNanos() <= TimeSource.ROUGH_WITHIN_NANOS
        && due - time.nanos() <= 0; // a difference, so that it holds when the clock wraps
  }

  /**
   * The stage of its life.
   *
   * @param nowNanos on the clock of the entry's deadlines
   * @return fresh until its TTL is over; a plain entry is gone then
   */
  public Stage stage(long nowNanos) {
    return expires() && remainingNanos(nowNanos) <= 0 ? Stage.GONE : Stage.FRESH;
  }

  /** The stages of an entry's life. */
  public enum Stage {
    /** Within its TTL and its time to idle. */
    FRESH,
    /** Past its TTL, and kept for callers that accept stale values. */
    STALE,
    /** Must not be returned to any caller. */
    GONE
  }

  /** {@return whether it says that there is no value; then {@link #value} must not be asked for} */
  public boolean isAbsence() {
    return false;
  }

  /** {@return whether the disk tier has held the same value at some time since this entry was made} */
  public boolean onDisk() {
    return packed < 0;
  }

  /**
   * Notes that the disk tier holds the same value. A race with {@link #read} may lose the note; then the value
   * is written once more than needed.
   */
  public void nowOnDisk() {
    int unused = (int) PACKED.getAndBitwiseOr(this, ON_DISK);
  }

  /**
   * Notes that a periodic pass has seen it.
   *
   * @return whether that was noted before
   */
  public boolean noteSeen() {
    return (packed & SEEN) != 0 // then no write: the cache line stays shared
        || ((int) PACKED.getAndBitwiseOr(this, SEEN) & SEEN) != 0;
  }

  /** {@return whether reads extend its life, so that a copy on disk written before them expires too early} */
  public boolean livesOnReads() {
    return false;
  }

  /**
   * Whether a periodic pass should write the copy on disk again, because that copy expires too early.
   *
   * @param nowNanos the time of the pass, on the clock of the entry's deadlines
   * @param sinceNanos how long ago the pass before was
   * @return true often enough that the copy of an entry that is read has at least half of its time to live
   *     left
   */
  public boolean wantsNewCopy(long nowNanos, long sinceNanos) {
    return false;
  }

  /** {@return whether it was read since it was stored in memory} */
  public boolean wasRead() {
    return (packed & READ) != 0;
  }

  /** Notes a read. Any thread may call it: all of them write the same. */
  void read() {
    int known = packed;
    if ((known & READ) == 0) {
      packed = known | READ;
    }
  }

  /**
   * How long it has to live.
   *
   * @param nowNanos on the clock of the entry's deadlines
   * @return nanoseconds, zero or negative when expired; meaningless if it does not expire
   */
  public long remainingNanos(long nowNanos) {
    return due() - nowNanos;
  }

  final long due() {
    return (long) DUE.getOpaque(this);
  }

  final void due(long nanos) {
    DUE.setOpaque(this, nanos);
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

  @SuppressWarnings("unchecked") // the field holds nothing else
  @Nullable
  MemoryEntry<K, V> next() {
    return (MemoryEntry<K, V>) NEXT.getAcquire(this);
  }

  void next(@Nullable MemoryEntry<K, V> entry) {
    NEXT.setRelease(this, entry);
  }

  /**
   * When it must be removed from memory, or {@link ExpiryWheel#NEVER}. May move, but only to a later instant.
   */
  long leavesNanos() {
    return due();
  }

  /** Passes the evicted entry to the owner of its table; without any lock. */
  void leave() {
    table.onEvicted(this);
  }

  /**
   * Writes it to the tier below, unless it is there already; it stays in memory.
   *
   * @param patient whether to wait, some ms more, if the tier below has no room at the moment
   * @return the result
   */
  public CompletableFuture<EvictionHandler.Saved> save(BooleanSupplier patient) {
    return table.save(this, patient);
  }

  /** Removes it from its table, without calling any code of its key. */
  public void abandon() {
    boolean unused = table.discard(this);
  }

  /** Accounts weight to its table. Call it under the engine's lock. */
  void book(long more) {
    table.book(more);
  }
}
