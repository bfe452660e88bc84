package io.intelligentcache.tier;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A level of the cache below memory: bytes in, bytes out.
 *
 * <p>The contract, which {@code TierContract} tests on every implementation:
 *
 * <ul>
 *   <li><b>Order.</b> Operations on one key take effect in the order in which their calls began to
 *       return, even before their futures complete. A read that starts after a {@code put} or {@code
 *       remove} call returned never sees what was there before.
 *   <li><b>No exceptions.</b> Trouble is an answer ({@link Lookup.Refused}, {@link
 *       Outcome.Refused}), not a failed future, with {@link NullPointerException} for null
 *       arguments as the only exception. Damaged bytes are a miss.
 *   <li><b>No old values.</b> A {@code put}, {@code remove} or {@code clear} that is refused leaves
 *       the keys absent or unreadable; what they had before never comes back. Only {@code
 *       removeMatching} may be refused with keys left as they were, and any call with {@link
 *       Reason#CLOSED}.
 *   <li><b>Deadlines and bounds.</b> No call blocks for longer than a disk access takes (some ms); every
 *       future completes within the tier's deadline; every queue is bounded and refuses when full.
 *   <li><b>Expiry.</b> An item is never returned at or after its {@code expiresAtMillis}.
 * </ul>
 *
 * <p>Thread-safe. Futures may complete on the tier's own threads: callers do not block in their
 * callbacks.
 */
public interface Tier extends AutoCloseable {
  /**
   * A short name for statistics and logs.
   *
   * @return for example {@code disk}
   */
  String name();

  /**
   * Whether reads access a device in the calling thread, and so take as long as the device does. The
   * manager then reads on threads of its own, with a deadline.
   *
   * @return false unless a tier says otherwise
   */
  default boolean readsBlock() {
    return false;
  }

  /**
   * Within what time it wants to have what is only in memory, so that less is lost when the process is killed. The
   * manager then {@linkplain #offer offers} it in the background.
   *
   * @return null, if never, unless a tier says otherwise
   */
  default @Nullable Duration writesBehind() {
    return null;
  }

  /**
   * Reads one item.
   *
   * @param key what to read
   * @return hit, miss or refused
   */
  CompletableFuture<Lookup> get(TierKey key);

  /**
   * Reads many items in as few steps as the tier can.
   *
   * @param keys what to read
   * @return one answer per key, in the order of the keys
   */
  CompletableFuture<List<Lookup>> getAll(List<TierKey> keys);

  /**
   * Whether the item seems to be here. Cheap and local; may be wrong in both directions, so it
   * serves to save work, never to decide what is true.
   *
   * @param key what to look for
   * @return true if it is probably here
   */
  boolean mayContain(TierKey key);

  /**
   * Stores an item in place of what was there.
   *
   * @param key where
   * @param item what
   * @return whether it is stored
   */
  CompletableFuture<Outcome> put(TierKey key, Item item);

  /**
   * Offers an item that memory has no more room for, as {@link #put}, but the tier may decline what
   * does not seem worth a write: {@link Reason#DECLINED}. Then the key is absent, as after any put
   * that is refused.
   *
   * @param key where
   * @param item what
   * @param read whether it was read while it was in memory
   * @return whether it is stored
   */
  default CompletableFuture<Outcome> offer(TierKey key, Item item, boolean read) {
    return put(key, item);
  }

  /**
   * Stores many items in as few steps as the tier can.
   *
   * @param entries keys and items; a key that is there twice gets the later item
   * @return one answer per entry, in their order
   */
  CompletableFuture<List<Outcome>> putAll(List<Entry> entries);

  /**
   * Makes a key absent. Once the future is done, this survives a crash of the process.
   *
   * @param key what to forget
   * @return done also when it was absent
   */
  CompletableFuture<Outcome> remove(TierKey key);

  /**
   * Makes keys absent, as {@link #remove} for each.
   *
   * @param keys what to forget
   * @return one answer per key, in their order
   */
  CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys);

  /**
   * Makes absent every key of a space that was there when the call began.
   *
   * @param space whose keys
   * @param matching which of its keys, by their encoded bytes; called from the tier's threads
   * @return the number of keys that were there, as far as the tier knows
   */
  CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching);

  /**
   * Makes a whole space absent, as {@link #removeMatching} that matches all, but as fast as the
   * tier can.
   *
   * @param space whose keys
   * @return the number of keys that were there, where the tier knows it without counting
   */
  CompletableFuture<Outcome> clear(Space space);

  /**
   * What the tier holds and did.
   *
   * @return counters at about this instant
   */
  TierStats stats();

  /**
   * The manager has begun to close: what comes from here on are its last writes, the most valuable first, and nobody may wait for
   * long any more.
   */
  default void closing() {}

  /** Ends the tier; keeps what is persistent. Waits at most a few seconds. Idempotent. */
  @Override
  void close();

  /**
   * A key with its item.
   *
   * @param key where
   * @param item what
   * @param graceMillis how long a tier that instances share is to remember it past its expiry, for those
   *     who keep a copy that long and ask whether it has changed
   */
  record Entry(TierKey key, Item item, long graceMillis) {
    /**
     * An entry that is forgotten when it expires.
     *
     * @param key where
     * @param item what
     */
    public Entry(TierKey key, Item item) {
      this(key, item, 0);
    }
  }
}
