package io.intelligentcache.internal.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one key space in memory.
 *
 * <p>Reads are lock-free. Two {@link #put}s of one key must not overlap: the caller holds that key's lock.
 * After a change, the caller releases all keys' locks and calls {@linkplain MemoryEngine#settle settle}. An
 * evicted entry stays readable until the owner of the table has handled it and discards it.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public final class MemoryTable<K, V> {
  private static final VarHandle WEIGHT;

  static {
    try {
      WEIGHT = MethodHandles.lookup().findVarHandle(MemoryTable.class, "weight", long.class);
    } catch (ReflectiveOperationException never) {
      throw new ExceptionInInitializerError(never);
    }
  }

  private final EntryTable<K, V> entries;
  private final MemoryEngine engine;
  private final long seed;
  private final EvictionHandler<K, V> owner;

  /** What the accounted entries weigh; accessed through {@link #WEIGHT}. Written under the engine's lock. */
  @SuppressWarnings("UnusedVariable")
  private long weight;

  MemoryTable(
      MemoryEngine engine, ReentrantLock[] stripes, long seed, EvictionHandler<K, V> owner) {
    this.entries = new EntryTable<>(stripes);
    this.engine = engine;
    this.seed = seed;
    this.owner = owner;
  }

  /**
   * Makes an entry without expiry. {@link #put} stores it in memory.
   *
   * @param key the key
   * @param value the value
   * @param weight its weight in the budget, at least 1
   * @param onDisk whether the disk tier holds the same value
   * @return the entry
   */
  public MemoryEntry<K, V> lasting(K key, V value, long weight, boolean onDisk) {
    return MemoryEntry.lasting(this, key, value, weight, onDisk);
  }

  /**
   * Makes an entry that expires. {@link #put} stores it in memory.
   *
   * @param key the key
   * @param value the value
   * @param weight its weight in the budget, at least 1
   * @param deadlineNanos the instant at which it expires, on the clock of {@code TimeSource.nanos()}
   * @param onDisk whether the disk tier holds the same value
   * @return the entry
   */
  public MemoryEntry<K, V> expiring(
      K key, V value, long weight, long deadlineNanos, boolean onDisk) {
    return MemoryEntry.expiring(this, key, value, weight, deadlineNanos, onDisk);
  }

  /**
   * Makes an entry without expiry that is a copy of a shared item. {@link #put} stores it in memory.
   *
   * @param key the key
   * @param value the value
   * @param weight its weight in the budget, at least 1
   * @param onDisk whether the disk tier holds the same value
   * @param seen what it is a copy of
   * @return the entry
   */
  public SharedEntry<K, V> lasting(K key, V value, long weight, boolean onDisk, CopyStamp seen) {
    return SharedEntry.lasting(this, key, value, weight, onDisk, seen);
  }

  /**
   * Makes an entry that expires and is a copy of a shared item. {@link #put} stores it in memory.
   *
   * @param key the key
   * @param value the value
   * @param weight its weight in the budget, at least 1
   * @param deadlineNanos the instant at which it expires, on the clock of {@code TimeSource.nanos()}
   * @param onDisk whether the disk tier holds the same value
   * @param seen what it is a copy of
   * @return the entry
   */
  public SharedEntry<K, V> expiring(
      K key, V value, long weight, long deadlineNanos, boolean onDisk, CopyStamp seen) {
    return SharedEntry.expiring(this, key, value, weight, deadlineNanos, onDisk, seen);
  }

  /**
   * Makes an entry with several stages of life. {@link #put} stores it in memory.
   *
   * @param key the key
   * @param value the value
   * @param weight its weight in the budget, at least 1
   * @param span its stages
   * @param onDisk whether the disk tier holds the same value
   * @param seen what it is a copy of, or {@link CopyStamp#ALONE}
   * @return the entry
   */
  public AgeingEntry<K, V> ageing(
      K key, V value, long weight, Lifespan span, boolean onDisk, CopyStamp seen) {
    return AgeingEntry.of(this, key, value, weight, span, onDisk, seen);
  }

  /**
   * Makes an entry that says that a key has no value. {@link #put} stores it in memory.
   *
   * @param key the key
   * @param weight its weight in the budget, at least 1
   * @param span how long the absence is cached
   * @param seen what it is a copy of, or {@link CopyStamp#ALONE}
   * @return the entry
   */
  public AgeingEntry<K, V> absence(K key, long weight, Lifespan span, CopyStamp seen) {
    return AgeingEntry.absence(this, key, weight, span, seen);
  }

  /**
   * The entry of a key, whether expired or not. Does not count as an access.
   *
   * @param key the key
   * @return the entry, or null
   */
  public @Nullable MemoryEntry<K, V> peek(K key) {
    return entries.find(key, (int) hash(key));
  }

  /**
   * Records a read of an entry for the policy. Takes no lock, allocates nothing.
   *
   * @param entry what was read
   */
  public void touch(MemoryEntry<K, V> entry) {
    engine.touch(entry);
  }

  /**
   * Stores an entry in place of the one with the same key.
   *
   * <p>If the key's {@code hashCode} or {@code equals} throws, the caller gets that exception, and nothing has
   * changed.
   *
   * @param entry the entry, of this table and never put before
   * @return the one with the same key, or null
   */
  public @Nullable MemoryEntry<K, V> put(MemoryEntry<K, V> entry) {
    long hash = hash(entry.key()); // first: if it throws, the entry must not be stored uncounted
    MemoryEntry<K, V> old = entries.put(entry);
    engine.changed(entry, old, hash);
    return old;
  }

  /**
   * Removes a key, for another reason than room.
   *
   * @param key the key
   * @return the removed entry, or null
   */
  public @Nullable MemoryEntry<K, V> remove(K key) {
    MemoryEntry<K, V> old = entries.remove(key, (int) hash(key));
    if (old != null) {
      engine.onRemoved(old);
    }
    return old;
  }

  /**
   * Removes an entry if it is still there. The entry is found by the hash that it was put with, and by
   * identity, so this works also if the key's {@code hashCode} or {@code equals} throws, or has changed.
   *
   * @param entry the entry
   * @return whether it was there
   */
  public boolean discard(MemoryEntry<K, V> entry) {
    if (!entries.remove(entry)) {
      return false;
    }
    engine.onRemoved(entry);
    return true;
  }

  /**
   * Removes all entries with the hash of a key. For a key whose {@code equals} fails: one of these entries may
   * be the key's.
   *
   * @param key the key
   * @return the removed entries
   */
  public List<MemoryEntry<K, V>> discardAllLike(K key) {
    return discardAll((int) hash(key));
  }

  /**
   * Removes all entries with the hash of an entry, without calling code of the keys.
   *
   * @param entry the entry, which need not be there
   * @return the removed entries
   */
  public List<MemoryEntry<K, V>> discardAllLike(MemoryEntry<K, V> entry) {
    return discardAll(entry.hash());
  }

  private List<MemoryEntry<K, V>> discardAll(int hash) {
    List<MemoryEntry<K, V>> gone = new ArrayList<>();
    for (var entry = entries.removeAny(hash); entry != null; entry = entries.removeAny(hash)) {
      engine.onRemoved(entry);
      gone.add(entry);
    }
    return gone;
  }

  /**
   * {@return the entries, in no order, weakly consistent: those that are there during the whole iteration once,
   * others perhaps; no key occurs twice}
   */
  public Iterable<MemoryEntry<K, V>> entries() {
    return entries;
  }

  /** {@return the number of entries, expired ones included} */
  public long size() {
    return entries.size();
  }

  /** {@return the weight of its entries, as far as changes of the table are accounted} */
  public long weight() {
    return (long) WEIGHT.getOpaque(this);
  }

  /** Accounts weight. Call it under the engine's lock: this is no atomic addition. */
  void book(long more) {
    WEIGHT.setOpaque(this, weight + more);
  }

  long hash(K key) {
    long bits = key instanceof Long number ? number : key.hashCode();
    return HashMixer.mix(bits + seed);
  }

  void onEvicted(MemoryEntry<K, V> entry) {
    owner.onEvicted(entry);
  }

  CompletableFuture<EvictionHandler.Saved> save(MemoryEntry<K, V> entry, BooleanSupplier patient) {
    return owner.save(entry, patient);
  }
}
