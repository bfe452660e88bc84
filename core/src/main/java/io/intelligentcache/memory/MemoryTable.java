package io.intelligentcache.memory;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one key space in memory.
 *
 * <p>Reads are lock-free. Two {@link #put}s of one key must not overlap: the caller holds that key's
 * lock. Having changed something, and without any key's lock, the caller {@linkplain
 * MemoryEngine#settle settles}. Entries that the policy evicts stay readable until their table's
 * owner, who is told of each, has handed them on and discards them.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public final class MemoryTable<K, V> {
  private final ConcurrentHashMap<K, MemoryEntry<K, V>> entries = new ConcurrentHashMap<>();
  private final MemoryEngine engine;
  private final long seed;
  private final Consumer<MemoryEntry<K, V>> owner;

  MemoryTable(MemoryEngine engine, long seed, Consumer<MemoryEntry<K, V>> owner) {
    this.engine = engine;
    this.seed = seed;
    this.owner = owner;
  }

  /**
   * Makes an entry without expiry; it is in memory once it was {@link #put}.
   *
   * @param key the key
   * @param value the value
   * @param weight what it counts against the budget, at least 1
   * @param onDisk whether the disk tier holds the same value
   * @return the entry
   */
  public MemoryEntry<K, V> lasting(K key, V value, long weight, boolean onDisk) {
    return MemoryEntry.lasting(this, key, value, weight, onDisk);
  }

  /**
   * Makes an entry that expires; it is in memory once it was {@link #put}.
   *
   * @param key the key
   * @param value the value
   * @param weight what it counts against the budget, at least 1
   * @param deadlineNanos from when on it is expired, on the clock of {@code TimeSource.nanos()}
   * @param onDisk whether the disk tier holds the same value
   * @return the entry
   */
  public MemoryEntry<K, V> expiring(
      K key, V value, long weight, long deadlineNanos, boolean onDisk) {
    return MemoryEntry.expiring(this, key, value, weight, deadlineNanos, onDisk);
  }

  /**
   * The entry of a key, whether expired or not. Does not count as an access.
   *
   * @param key the key
   * @return the entry, or null
   */
  public @Nullable MemoryEntry<K, V> peek(K key) {
    return entries.get(key);
  }

  /**
   * Tells the policy that an entry was read. Takes no lock, allocates nothing.
   *
   * @param entry what was read
   */
  public void touch(MemoryEntry<K, V> entry) {
    engine.touch(entry);
  }

  /**
   * Stores an entry in place of the one with the same key.
   *
   * @param entry the entry, of this table and never put before
   */
  public void put(MemoryEntry<K, V> entry) {
    long hash = hash(entry.key());
    MemoryEntry<K, V> old = entries.put(entry.key(), entry);
    engine.changed(entry, old, hash);
  }

  /**
   * Removes a key, for another reason than room.
   *
   * @param key the key
   * @return what was there, or null
   */
  public @Nullable MemoryEntry<K, V> remove(K key) {
    MemoryEntry<K, V> old = entries.remove(key);
    if (old != null) {
      engine.left(old);
    }
    return old;
  }

  /**
   * Removes an entry if it is still the one of its key.
   *
   * @param entry the entry
   * @return whether it was
   */
  public boolean discard(MemoryEntry<K, V> entry) {
    if (!entries.remove(entry.key(), entry)) {
      return false;
    }
    engine.left(entry);
    return true;
  }

  /** {@return the entries, weakly consistent, in no order} */
  public Collection<MemoryEntry<K, V>> entries() {
    return entries.values();
  }

  /** {@return the number of entries, expired ones included} */
  public long size() {
    return entries.mappingCount();
  }

  private long hash(K key) {
    long bits = key instanceof Long number ? number : key.hashCode();
    return Mixer.mix(bits + seed);
  }

  void leaves(MemoryEntry<K, V> entry) {
    owner.accept(entry);
  }
}
