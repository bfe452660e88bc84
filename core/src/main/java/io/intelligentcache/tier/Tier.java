package io.intelligentcache.tier;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A level of the cache below memory: it stores bytes under keys.
 *
 * <p>The contract, which {@code TierContract} tests on every implementation:
 *
 * <ul>
 *   <li><b>Order.</b> Operations on one key take effect in the order in which their calls began to return,
 *       even before their futures complete. A read that starts after a {@code put} or {@code remove} call has
 *       returned never sees the older value.
 *   <li><b>No exceptions.</b> Trouble is an answer ({@link Lookup.Refused}, {@link Outcome.Refused}, {@link
 *       Listing.Refused}), not a failed future. The only exception is {@link NullPointerException} for null
 *       arguments. Damaged bytes are a miss.
 *   <li><b>No old values.</b> A {@code put}, {@code remove} or {@code clear} that is refused leaves the
 *       keys absent or unreadable; their older values never come back. There are two exceptions: a refused
 *       {@code removeMatching}, and any call refused with {@link Reason#CLOSED}, may leave the keys as they
 *       were.
 *   <li><b>Deadlines and bounds.</b> No call blocks for longer than a disk access takes (some ms). Every
 *       future completes within the tier's deadline. Every queue is bounded, and refuses when it is full.
 *   <li><b>Expiry.</b> An item is never returned at or after its {@code expiresAtMillis}.
 * </ul>
 *
 * <p>Thread-safe. Futures may complete on the tier's own threads: callers must not block in their callbacks.
 */
public interface Tier extends AutoCloseable {
  /**
   * A short name for statistics and logs.
   *
   * @return for example {@code disk}
   */
  String name();

  /**
   * Whether reads access a device in the calling thread, and so take as long as the device does. If so, the
   * manager reads on threads of its own, with a deadline.
   *
   * @return false unless a tier overrides this
   */
  default boolean readsBlock() {
    return false;
  }

  /**
   * The time within which the tier wants a copy of each entry in memory, so that less is lost when the process
   * is killed. The manager then {@linkplain #offer offers} the entries in the background.
   *
   * @return null for never, unless a tier overrides this
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
   * Whether the item seems to be here. Cheap and local. The answer may be wrong in both directions, so it may
   * be used to save work, and never to decide what is true.
   *
   * @param key what to look for
   * @return true if it is probably here
   */
  boolean mayContain(TierKey key);

  /**
   * Stores an item in place of what was there.
   *
   * @param key where
   * @param item what to store
   * @return whether it is stored
   */
  CompletableFuture<Outcome> put(TierKey key, Item item);

  /**
   * Stores an entry, as {@link #put(TierKey, Item)}. A tier that remembers entries past their expiry overrides
   * this, so that one entry needs no list.
   *
   * @param entry what to store
   * @return whether it is stored
   */
  default CompletableFuture<Outcome> put(Entry entry) {
    return putAll(List.of(entry)).thenApply(outcomes -> outcomes.get(0));
  }

  /**
   * Offers an item that memory has. As {@link #put(TierKey, Item)}, with two differences:
   *
   * <ul>
   *   <li>The tier may decline an item that does not seem worth a write: {@link Reason#DECLINED}. Then the key is
   *       absent, as after any refused put.
   *   <li>The call never waits for room, because it is made under a lock that changes of the key need. Without room
   *       it is refused at once with {@link Reason#BUSY}. Unless this is the last try, that refusal need not change or
   *       count anything: the caller offers the item again, some 100 µs later, unless the key has been changed.
   * </ul>
   *
   * <p>A tier whose {@code put} may wait for room overrides this.
   *
   * @param key where
   * @param item what to store
   * @param worth what is known about the worth of the item
   * @param last whether the caller does not offer the item again if the tier is busy
   * @return whether it is stored
   */
  default CompletableFuture<Outcome> offer(TierKey key, Item item, Worth worth, boolean last) {
    return put(key, item);
  }

  /**
   * Stores many items in as few steps as the tier can.
   *
   * @param entries keys and items; a key that occurs twice gets the later item
   * @return one answer per entry, in the order of the entries
   */
  CompletableFuture<List<Outcome>> putAll(List<Entry> entries);

  /**
   * Removes a key. Once the future has completed, the removal survives a crash of the process.
   *
   * @param key what to remove
   * @return {@link Outcome.Done} also if the key was absent
   */
  CompletableFuture<Outcome> remove(TierKey key);

  /**
   * Removes keys, as {@link #remove} for each.
   *
   * @param keys what to remove
   * @return one answer per key, in the order of the keys
   */
  CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys);

  /**
   * Removes the matching keys of a space that were there when the call began.
   *
   * @param space whose keys
   * @param matching which of its keys, by their encoded bytes; called from the tier's threads
   * @return the number of keys that were there, as far as the tier knows
   */
  CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching);

  /**
   * Removes all keys of a space, as {@link #removeMatching} with a predicate that matches all, but as fast as
   * the tier can.
   *
   * @param space whose keys
   * @return the number of keys that were there, where the tier knows it without counting
   */
  CompletableFuture<Outcome> clear(Space space);

  /**
   * Lists the entries of a space that a {@link #get} would find, page by page. A cached absence is not listed.
   *
   * <p>All pages together have each key that is there from the first call to the last answer, and no key that was
   * removed, cleared or expired before the first call. They may have keys that are put or removed meanwhile. A tier
   * on a remote server may list a key twice. Listing changes nothing, does not count as a read, and holds up no other
   * operation.
   *
   * <p>A page has about {@value Listing#PAGE_ENTRIES} entries at most, and takes a bounded number of steps, so it may
   * have none although more follow. The tier keeps nothing between two pages: a listing need not be ended.
   *
   * @param space whose entries
   * @param from where the page begins: null for the first page, then {@link Listing.Page#next} of the page before,
   *     of the same space and tier
   * @return a page, or {@link Listing.Refused}; then the whole listing has to begin again
   */
  CompletableFuture<Listing> list(Space space, Listing.@Nullable Cursor from);

  /**
   * What the tier holds and did.
   *
   * @return counters at about this instant
   */
  TierStats stats();

  /**
   * The manager has begun to close. The tier now gets its last writes, the most valuable first, and calls
   * should no longer wait for long.
   */
  default void closing() {}

  /** Closes the tier; keeps what is persistent. Waits at most a few seconds. Idempotent. */
  @Override
  void close();

  /** What is known about the worth of an {@linkplain #offer offered} item. */
  enum Worth {
    /** It was not read while it was in memory. */
    UNREAD,
    /** It was read while it was in memory, or this tier had it before. */
    READ,
    /** The tier must not decline it: its cache is being closed, so there is no later chance to write it. */
    REQUIRED
  }

  /**
   * A key with its item.
   *
   * @param key where
   * @param item what to store
   * @param graceMillis how long a tier that instances share is to remember the item past its expiry, for
   *     instances that keep a copy for that time and ask whether it has changed
   */
  record Entry(TierKey key, Item item, long graceMillis) {
    /**
     * An entry that is removed when it expires.
     *
     * @param key where
     * @param item what to store
     */
    public Entry(TierKey key, Item item) {
      this(key, item, 0);
    }
  }
}
