package io.intelligentcache.internal.memory;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.tier.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A key with its value in memory. Immutable but for its place in the policy: a new value is a new
 * entry. Its fields are packed, because every entry in memory pays for them: 56 bytes. A copy of
 * what instances share is a {@link SharedEntry}; what has more to its life than one deadline is an
 * {@link AgeingEntry}.
 *
 * @param <K> type of the key
 * @param <V> type of the value
 */
public sealed class MemoryEntry<K, V> permits SharedEntry {
  /** The slot of an entry that the engine has not booked yet. */
  static final int PENDING = -1;

  /** The slot of an entry that the engine has taken out of its books, or refused. */
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

  private final MemoryTable<K, V> table;
  private final K key;
  private final V value;

  /**
   * From when on a hit has to look closer, or {@link #NEVER}; written and read through {@link #DUE}.
   * For a plain entry that is when it expires.
   */
  @SuppressWarnings("UnusedVariable")
  private long dueNanos;

  /**
   * Whether the disk has it (bit 31), was read (bit 29) or seen (bit 28), which is never taken back; the weight
   * (bits 0 to 27), if bit 30 is set in 64 KiB.
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

  /** A deadline that is not taken for none. */
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

  /** {@return what it counts against the budget; from 256 MiB on in steps of 64 KiB} */
  public long weight() {
    long weight = packed & WEIGHT_MASK;
    return (packed & LARGE) == 0 ? weight : weight << LARGE_SHIFT;
  }

  /** {@return whether it expires at all} */
  public boolean expires() {
    return due() != NEVER;
  }

  /**
   * Whether a hit must look closer than at the value: the entry has expired, or, if it is an {@link
   * AgeingEntry}, its next stage of life has come. The exact time is asked for near that instant only,
   * because that takes longer than everything else that a hit does.
   *
   * @param time the clock it was made on
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
   * @param nowNanos the clock it was made on
   * @return fresh until its TTL is over; a plain entry is gone then
   */
  public Stage stage(long nowNanos) {
    return expires() && remainingNanos(nowNanos) <= 0 ? Stage.GONE : Stage.FRESH;
  }

  /** The stages of an entry's life. */
  public enum Stage {
    /** Within its TTL and its time to idle. */
    FRESH,
    /** Past its TTL, and kept for those who take it all the same. */
    STALE,
    /** For nobody any more. */
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

  /** The disk tier holds the same value. A race with {@link #read} may lose the note, and costs a write. */
  public void nowOnDisk() {
    int unused = (int) PACKED.getAndBitwiseOr(this, ON_DISK);
  }

  /**
   * Notes that somebody who comes round now and then has seen it.
   *
   * @return whether that was noted before
   */
  public boolean noteSeen() {
    return (packed & SEEN) != 0 // then it is not written to: readers on other cores have it at hand
        || ((int) PACKED.getAndBitwiseOr(this, SEEN) & SEEN) != 0;
  }

  /** {@return whether reads put off its end, so that a copy written before them ends too early} */
  public boolean livesOnReads() {
    return false;
  }

  /**
   * Whether a copy that ends too early is to be written again, to whom comes round now and then.
   *
   * @param nowNanos when he comes round, on the clock it was made on
   * @param sinceNanos how long ago he came round before
   * @return so that a copy that is read has half of its time to live left at least
   */
  public boolean wantsNewCopy(long nowNanos, long sinceNanos) {
    return false;
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

  @SuppressWarnings("unchecked") // nothing else is put there
  @Nullable
  MemoryEntry<K, V> next() {
    return (MemoryEntry<K, V>) NEXT.getAcquire(this);
  }

  void next(@Nullable MemoryEntry<K, V> entry) {
    NEXT.setRelease(this, entry);
  }

  /** When it has to leave memory, or {@link ExpiryWheel#NEVER}. May move, but only further off. */
  long leavesNanos() {
    return due();
  }

  /** Hands the entry, which is to leave, to its table's owner; without any lock. */
  void leave() {
    table.onEvicted(this);
  }

  /**
   * Has it written below, unless it is there; it stays in memory.
   *
   * @param patient whether to wait, some ms more, where there is no room below for the moment
   * @return what became of it
   */
  public CompletableFuture<EvictionHandler.Saved> save(BooleanSupplier patient) {
    return table.save(this, patient);
  }

  /** Takes it out of its table, without calling any code of its key. */
  public void abandon() {
    boolean unused = table.discard(this);
  }

  boolean isInItsTable() {
    return table.has(this);
  }
}
