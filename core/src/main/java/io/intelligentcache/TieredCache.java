package io.intelligentcache;

import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.stats.TierUsage;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cache over memory, disk and Redis, as far as its manager has these tiers.
 *
 * <p>Within one instance, once a write or an invalidation has returned, no later read returns the older value,
 * whatever tier answers the read. Values are shared, not copied: a caller must not change a value after it has
 * put it or got it.
 *
 * <p>Trouble in a tier never reaches the caller: the cache skips a tier that is slow, full or broken within the
 * tier's deadline, and counts that. All methods are thread-safe. A null argument is a {@link
 * NullPointerException}; a call after the cache or its manager was closed is an {@link IllegalStateException}.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public interface TieredCache<K, V> {
  /**
   * Returns the value of a key, or null if no tier has it. If the cache has a loader of its own, a miss calls
   * that loader, as in {@link #get(Object, Loader)}.
   *
   * <p>A memory hit takes no lock and allocates nothing. A disk hit waits for a thread that reads the file, a
   * second at most. A Redis hit takes at most the command timeout. A value found on disk or in Redis is
   * promoted to memory.
   *
   * @param key the key
   * @return its value, or null
   * @throws LoadException as {@link #get(Object, Loader)}
   */
  @Nullable
  V get(K key);

  /**
   * Returns the value of a key, loading it if no tier has it.
   *
   * <p>On a miss, callers of the same key share one load. Each caller waits at most the load timeout (5 seconds
   * unless set); the load goes on after that, for later callers. The loaded value is stored in memory and in
   * Redis, unless the key was written or invalidated since the load began.
   *
   * <p>A hit costs what it costs in {@link #get(Object)}. On a miss, Redis takes one round trip before the load. The
   * loaded value is sent to Redis without waiting for its answer.
   *
   * @param key the key
   * @param loader fetches the value; runs on a loader thread
   * @return its value, or null if the loader has none
   * @throws LoadException if the load failed or timed out, or the caller was interrupted
   * @throws IllegalStateException if the loader of a key asks for the same key
   */
  @Nullable
  V get(K key, Loader<? super K, ? extends V> loader);

  /**
   * Returns the value of a key as {@link #get(Object, Loader)} does, with settings for this call in place of
   * the cache's.
   *
   * @param key the key
   * @param loader fetches the value
   * @param options which stale values to accept, how long to wait, and how long to keep a loaded value.
   *     Callers that share a load share the first caller's options for keeping the value
   * @return its value, or null if there is none
   * @throws LoadException as {@link #get(Object, Loader)}
   * @throws IllegalStateException as {@link #get(Object, Loader)}
   */
  @Nullable
  V get(K key, Loader<? super K, ? extends V> loader, EntryOptions options);

  /**
   * Returns the value of a key, or null if no tier has it. Never loads, even if the cache has a loader of its
   * own. Otherwise as {@link #get(Object)}, also in what it costs and counts.
   *
   * @param key the key
   * @return its value, or null
   */
  @Nullable
  V getIfPresent(K key);

  /**
   * Looks for a key in all tiers: nothing is loaded or promoted to memory, the entry does not count as read for
   * eviction or for a time to idle, and the call counts neither as a request nor in the statistics of coherence.
   * A stale value counts as none.
   *
   * <p>In memory it takes no lock and allocates the result. Below, it costs what {@link #get(Object)} costs
   * there, every time.
   *
   * @param key the key
   * @return what was found
   */
  Found<V> peek(K key);

  /**
   * Whether some tier has a value of a key. As {@link #peek}: the value is not returned, but it is read, because
   * only then it is known whether it can be.
   *
   * @param key the key
   * @return whether there is a value; false for a cached absence
   */
  boolean containsKey(K key);

  /**
   * Loads a key anew with the cache's own loader, also if a fresh value is there, and replaces the value in all
   * tiers. Meanwhile other callers get the value from before. Use it after you have learned that the value has
   * changed at its source: unlike {@link #invalidate}, it leaves no gap in which every caller has to load.
   *
   * <p>Each call runs the loader. It does not share a load that is running, because that load may have read the
   * value from before the change; what that load returns is not stored. If this instance writes or invalidates the key
   * while the loader runs, that stays, and the loaded value is only returned.
   *
   * <p>The value from before does not come back: if the loaded value can't be stored, the key is removed, as by {@link
   * #invalidate}, and the next read loads it. That happens if another instance changes, refreshes or loads the key
   * meanwhile, if Redis does not answer, and if the value can't be encoded. Of two refreshes that this instance runs at
   * the same time, only the one that was called later stores its value; until it ends, reads get the value from before.
   *
   * <p>With a Redis it takes a round trip before the load, two if Redis has no value, and one to store the loaded
   * value. If Redis does not store it, one more to remove the key. Counted as a refresh, not as a request.
   *
   * @param key the key
   * @return the loaded value; or null if the loader has none, then the key has none any more
   * @throws LoadException as {@link #get(Object, Loader)}; then the key keeps the value that it had
   * @throws IllegalStateException if the cache has no loader of its own, or the loader of a key asks for the same
   *     key
   */
  @Nullable
  V refresh(K key);

  /**
   * Loads a key anew, as {@link #refresh(Object)} does.
   *
   * @param key the key
   * @param loader fetches the value
   * @return the loaded value, or null
   * @throws LoadException as {@link #refresh(Object)}
   * @throws IllegalStateException if the loader of a key asks for the same key
   */
  @Nullable
  V refresh(K key, Loader<? super K, ? extends V> loader);

  /**
   * Reads a key as {@link #get(Object)} does, at the same cost; the result is allocated. It also says where the answer
   * comes from, how old it is, and whether and why it is stale. Counts as a request.
   *
   * @param key the key
   * @return what was found
   * @throws LoadException as {@link #get(Object)}
   */
  Found<V> lookup(K key);

  /**
   * Reads a key as {@link #get(Object, Loader, EntryOptions)} does, and describes the answer as {@link
   * #lookup(Object)} does.
   *
   * @param key the key
   * @param loader fetches the value
   * @param options as in {@link #get(Object, Loader, EntryOptions)}
   * @return what was found or loaded
   * @throws LoadException as {@link #get(Object, Loader)}
   * @throws IllegalStateException as {@link #get(Object, Loader)}
   */
  Found<V> lookup(K key, Loader<? super K, ? extends V> loader, EntryOptions options);

  /**
   * Returns the values of many keys. Each tier is asked once, for all keys that no tier above it has. Then the
   * cache's own loader is called, if it has one.
   *
   * <p>Keys in memory cost no lock. The disk is read key by key. Redis takes one round trip for up to 16 keys, and two
   * for each group of more.
   *
   * @param keys the keys
   * @return the values of the keys that were found
   * @throws LoadException as {@link #getAll(Collection, Loader)}
   */
  Map<K, V> getAll(Collection<? extends K> keys);

  /**
   * Returns the values of many keys. Keys that no tier has are loaded: sixteen at a time, or in one call of a
   * {@linkplain Loader#bulk bulk loader}. With Redis, each of these keys takes one more round trip; they overlap.
   *
   * @param keys the keys
   * @param loader fetches a value
   * @return the values of the keys that were found or loaded
   * @throws LoadException if a load failed or timed out; the other loads go on, and their values are stored
   */
  Map<K, V> getAll(Collection<? extends K> keys, Loader<? super K, ? extends V> loader);

  /**
   * Returns the values of many keys as {@link #getAll(Collection, Loader)} does, with settings for this call in
   * place of the cache's.
   *
   * @param keys the keys
   * @param loader fetches a value
   * @param options as in {@link #get(Object, Loader, EntryOptions)}
   * @return the values of the keys that were found or loaded
   * @throws LoadException as {@link #getAll(Collection, Loader)}
   */
  Map<K, V> getAll(
      Collection<? extends K> keys, Loader<? super K, ? extends V> loader, EntryOptions options);

  /**
   * Stores a value, with the cache's default expiry.
   *
   * <p>The value is stored in memory at once and written through to Redis. The call returns when Redis has
   * acknowledged the write, or when the command timeout is over. An older value on disk is invalidated.
   *
   * <p>Takes the key's lock while memory changes, and one round trip after that. With Redis, the value is encoded
   * first. If memory is full, the call also evicts other entries and writes them to disk.
   *
   * @param key the key
   * @param value the value
   * @return whether Redis acknowledged the write; may be ignored, see {@link WriteReport#orThrow}
   * @throws io.intelligentcache.codec.CodecException if the value has to be written to Redis but can't be
   *     encoded, or would not be read back as it was; nothing has changed then
   */
  WriteReport put(K key, V value);

  /**
   * Stores a value.
   *
   * @param key the key
   * @param value the value
   * @param options how to keep it
   * @return whether Redis acknowledged the write
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  WriteReport put(K key, V value, EntryOptions options);

  /**
   * Stores many values, with the cache's default expiry. They are sent to Redis in groups of a few hundred, a round
   * trip each. Otherwise a value costs what {@link #put(Object, Object)} costs.
   *
   * @param values keys and values
   * @return whether Redis acknowledged all of them, and which it did not
   * @throws io.intelligentcache.codec.CodecException if one value can't be written; none is stored then
   */
  WriteReport putAll(Map<? extends K, ? extends V> values);

  /**
   * Stores many values, as {@link #putAll(Map)}.
   *
   * @param values keys and values
   * @param options how to keep each of them
   * @return whether Redis acknowledged all of them, and which it did not
   * @throws io.intelligentcache.codec.CodecException as {@link #putAll(Map)}
   */
  WriteReport putAll(Map<? extends K, ? extends V> values, EntryOptions options);

  /**
   * Stores a value, with the cache's default expiry, if the key has no value. An expired value counts as none.
   * Does not load.
   *
   * <p>This method and the methods below that depend on the present value of a key are <b>atomic</b>: when many
   * threads call them for one key, each operation sees the result of the one before it. Where instances share a
   * Redis, that holds among all instances. An operation then takes two round trips, and two more each time that
   * another writer changed the key first. A load that runs at the same time does not overwrite the result of an
   * atomic operation. Without Redis, memory and disk decide. These methods do not count as requests; they count
   * as a put or an invalidation if they change something.
   *
   * <p>An instance that shares a Redis can't decide alone. The operation fails if Redis does not answer within
   * the command timeout. It also fails if for 5 seconds other writers always changed the key first.
   *
   * @param key the key
   * @param value the value
   * @return the value that the key had and keeps, or null if {@code value} was stored
   * @throws AtomicOperationException if the Redis that instances share can't be reached, or the key was
   *     busy for 5 seconds; the message says whether something may have changed
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  @Nullable
  V putIfAbsent(K key, V value);

  /**
   * Stores a value if the key has no value, as {@link #putIfAbsent(Object, Object)}.
   *
   * @param key the key
   * @param value the value
   * @param options how to keep it
   * @return the value that the key had and keeps, or null if {@code value} was stored
   * @throws AtomicOperationException as {@link #putIfAbsent(Object, Object)}
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  @Nullable
  V putIfAbsent(K key, V value, EntryOptions options);

  /**
   * Stores a value, with the cache's default expiry, if the key has a value. Atomic, see {@link
   * #putIfAbsent(Object, Object)}.
   *
   * @param key the key
   * @param value the value to store
   * @return the value before, or null if there was none: then nothing has changed
   * @throws AtomicOperationException as {@link #putIfAbsent(Object, Object)}
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  @Nullable
  V replace(K key, V value);

  /**
   * Stores a value if the key has a value, as {@link #replace(Object, Object)}.
   *
   * @param key the key
   * @param value the value to store
   * @param options how to keep it
   * @return the value before, or null if there was none: then nothing has changed
   * @throws AtomicOperationException as {@link #putIfAbsent(Object, Object)}
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  @Nullable
  V replace(K key, V value, EntryOptions options);

  /**
   * Stores a value, with the cache's default expiry, if the present value equals an expected one. Atomic, see
   * {@link #putIfAbsent(Object, Object)}.
   *
   * @param key the key
   * @param expected the value that the key must have, by {@link Object#equals}
   * @param value the value to store
   * @return true if the key had {@code expected}, and {@code value} was stored
   * @throws AtomicOperationException as {@link #putIfAbsent(Object, Object)}
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  boolean replace(K key, V expected, V value);

  /**
   * Stores a value if the present value equals an expected one, as {@link #replace(Object, Object, Object)}.
   *
   * @param key the key
   * @param expected the value that the key must have, by {@link Object#equals}
   * @param value the value to store
   * @param options how to keep it
   * @return true if the key had {@code expected}, and {@code value} was stored
   * @throws AtomicOperationException as {@link #putIfAbsent(Object, Object)}
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  boolean replace(K key, V expected, V value, EntryOptions options);

  /**
   * Removes a key from every tier, if its present value equals an expected one. Atomic, see {@link
   * #putIfAbsent(Object, Object)}.
   *
   * @param key the key
   * @param expected the value that the key must have, by {@link Object#equals}
   * @return true if the key had {@code expected}, and was removed
   * @throws AtomicOperationException as {@link #putIfAbsent(Object, Object)}
   */
  boolean remove(K key, V expected);

  /**
   * Stores a value, with the cache's default expiry, and returns the value before. Atomic, see {@link
   * #putIfAbsent(Object, Object)}.
   *
   * @param key the key
   * @param value the value
   * @return the value before, or null if there was none
   * @throws AtomicOperationException as {@link #putIfAbsent(Object, Object)}
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  @Nullable
  V getAndPut(K key, V value);

  /**
   * Stores a value, and returns the value before, as {@link #getAndPut(Object, Object)}.
   *
   * @param key the key
   * @param value the value
   * @param options how to keep it
   * @return the value before, or null if there was none
   * @throws AtomicOperationException as {@link #putIfAbsent(Object, Object)}
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  @Nullable
  V getAndPut(K key, V value, EntryOptions options);

  /**
   * Removes a key from every tier, and returns the value before. Atomic, see {@link #putIfAbsent(Object, Object)}: of
   * several callers, one gets the value.
   *
   * @param key the key
   * @return the value before, or null if there was none
   * @throws AtomicOperationException as {@link #putIfAbsent(Object, Object)}
   */
  @Nullable
  V getAndRemove(K key);

  /**
   * Replaces the value of a key by the result of a function, with the cache's default expiry. Atomic, see
   * {@link #putIfAbsent(Object, Object)}.
   *
   * <p>The function runs in the calling thread, and no lock is held. It runs again each time that another
   * writer has changed the key meanwhile. So it should only compute, without side effects, and must return a
   * value of its own instead of changing the one it gets. Other atomic operations of this instance on the same
   * key wait for the function, and fail after 5 seconds. So the function must be quick, and must not call an
   * atomic operation for the same key.
   *
   * @param key the key
   * @param function gets the key and its value, or null if there is none; returns the value to store, or
   *     null to remove the key. If it throws, this method throws the same exception, and nothing has changed
   * @return the value that the function returned and the key has, or null
   * @throws AtomicOperationException as {@link #putIfAbsent(Object, Object)}, or if the function took too long
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  @Nullable
  V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function);

  /**
   * Replaces the entry of a key by the result of a function, which sees the time that the value has left, and decides
   * how the next value is kept: with options, or until the present one would have expired. Atomic, and the function
   * runs as the one of {@link #compute}, with the same restrictions.
   *
   * <p>{@link Found#timeLeft} is null only if the value does not expire. In a cache with a time to idle it ends with
   * that time at the latest. {@link Found#age} is always null.
   *
   * @param key the key
   * @param function gets the key and what it has; a value that has expired counts as none. Returns what becomes of the
   *     entry. If it throws, this method throws the same exception, and nothing has changed
   * @return the value that the key has afterwards, or null
   * @throws AtomicOperationException as {@link #compute}
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  @Nullable
  V update(K key, BiFunction<? super K, ? super Found<V>, Update<V>> function);

  /**
   * Removes a key from every tier. On disk the removal is durable when this returns. Takes the key's lock, and one
   * round trip.
   *
   * @param key the key
   * @return whether Redis acknowledged the removal; if not, other instances may read the older value for a
   *     while
   */
  WriteReport invalidate(K key);

  /**
   * Removes many keys from every tier, in groups as {@link #putAll(Map)}.
   *
   * @param keys the keys
   * @return whether Redis acknowledged all removals, and which it did not
   */
  WriteReport invalidateAll(Collection<? extends K> keys);

  /**
   * Removes, from every tier, the keys whose text a pattern matches from its start.
   *
   * <p>The syntax is RE2's, which matches in linear time. This walks all keys of this cache or tenant, so its
   * time is proportional to their number. During that time, reads of matching keys skip disk and Redis.
   *
   * <p>This does not throw when Redis fails. It waits for Redis at most the sweep timeout (10 seconds unless
   * set), also when Redis hangs. Work that is not finished by then goes on in the background. Until it is
   * finished, this instance does not read the matching keys from Redis; other instances may still read them
   * there. The statistics count unfinished removals.
   *
   * @param regex the pattern, see {@link io.intelligentcache.internal.invalidation.KeyPattern}
   * @return keys found in the tiers; a key in two tiers is counted twice. Keys in Redis are not counted if
   *     Redis did not answer in time
   * @throws IllegalArgumentException if it is not a pattern
   * @throws UnsupportedOperationException if the keys have no text: their type has no key codec, see {@link
   *     CacheSpec#keyCodec}
   */
  long invalidateMatching(String regex);

  /**
   * Removes, from every tier, all keys of this cache or tenant, and of no other. Waits for Redis, and goes on
   * without it, as {@link #invalidateMatching}.
   *
   * <p>Takes time for each entry in memory, and one record on disk. In Redis, the keys of all caches are scanned.
   */
  void clear();

  /**
   * Loads the keys that no tier has yet, eight at a time. A key that is present stays as it is. A load that
   * fails is counted, and the other loads go on. Each key costs what a {@link #get(Object, Loader)} costs. With a bulk
   * loader, 100 keys at a time cost what a {@link #getAll(Collection, Loader)} costs.
   *
   * @param keys the keys
   * @param loader fetches a value
   * @return how many keys were loaded, present, absent or failed
   */
  WarmReport warm(Collection<? extends K> keys, Loader<? super K, ? extends V> loader);

  /**
   * Loads the keys that no tier has yet, with settings: how many at a time, how many per second, and what is called with
   * the progress. Otherwise as {@link #warm(Collection, Loader)}. The keys are taken in the calling thread. If that is
   * interrupted while it waits, no more keys are taken.
   *
   * @param keys the keys, and how fast to load them
   * @param loader fetches a value
   * @return how many keys were loaded, present, absent or failed
   * @throws RuntimeException what the collection or stream of keys throws; loads that have begun go on
   * @throws IllegalStateException if the cache is closed meanwhile
   */
  WarmReport warm(Warming<K> keys, Loader<? super K, ? extends V> loader);

  /**
   * Loads the keys that no tier has yet, with the cache's own loader. See {@link #warm(Warming, Loader)}.
   *
   * @param keys the keys, and how fast to load them
   * @return how many keys were loaded, present, absent or failed
   * @throws IllegalStateException if the cache has no loader of its own
   */
  WarmReport warm(Warming<K> keys);

  /**
   * Returns the part of this cache that belongs to a tenant: a key space of its own in every tier. Takes less
   * than a microsecond.
   *
   * <p>A tenant that is in use counts in the memory budget with about 1.9 KB in addition to its entries. A
   * tenant that has no entries in memory and is not used is freed after a few seconds, and counts nothing. Its
   * view still works after that. Its values on disk and in Redis stay.
   *
   * @param id the tenant; any characters, 1 to 512 bytes of UTF-8
   * @return its view; the same object for the same id, as long as some caller holds it
   * @throws IllegalStateException if the manager was not built for tenants, or this is already a tenant's
   *     view
   * @throws IllegalArgumentException if the id is empty or too long
   */
  TieredCache<K, V> tenant(String id);

  /** {@return the same cache with methods that return futures instead of waiting} */
  AsyncTieredCache<K, V> async();

  /**
   * Returns the keys in memory: those whose value has not expired. Keys that are only on disk or in Redis are not
   * among them: see {@link #keys(CacheTier)}.
   *
   * <p>The stream is lazy and weakly consistent. It has each key once that is in memory during the whole traversal.
   * It may have keys that are put or removed meanwhile. It never throws because the cache changes or is closed. It
   * counts as no read, loads nothing, asks no tier, and leaves the order of eviction as it is. It may have a key
   * whose value has to be confirmed by Redis before a read returns it.
   *
   * <p>The time is proportional to the number of entries in memory. The entries are not copied: some of them at a
   * time, those of one hash bucket, are read under a lock that writes of the same bucket take, too.
   *
   * @return the keys, in no order
   * @throws IllegalStateException if the cache is closed
   */
  Stream<K> keys();

  /**
   * Returns the keys of this cache or tenant in one tier: those that have a value there which has not expired. A key
   * may be in several tiers. Of a tier that the cache does not use, the stream is empty.
   *
   * <p>The stream is lazy, and holds about a thousand keys at a time: the traversal waits for one page after the other,
   * a second at most on disk, a few command timeouts in Redis. It is weakly consistent: it has each key that is in the
   * tier during the whole traversal, and none that was removed or had expired before it began. It may have keys that
   * are put or removed meanwhile. It has a key once, except for Redis: there a key may occur twice. It counts as no
   * read, and neither loads nor promotes. Values are not read, so a value that is damaged, or that the codec of this
   * cache can't decode, has its key listed. A key that its key codec can't decode is left out, which is logged once. A
   * key in Redis is left out while a write of it by this instance is not acknowledged.
   *
   * <p>The cost is not that of the keys returned. On disk the header and the key of every record of the store are read,
   * those of other caches too. Redis scans all its keys, about 0.5 ms of the server's time per thousand, and reads the
   * head of each record of this cache. For {@link CacheTier#MEMORY}, this is {@link #keys()}.
   *
   * @param tier which tier
   * @return the keys, in no order. If the tier can't list all of them, the traversal throws a {@link ListingException}
   *     in place of the next key: Redis or the disk does not answer, fails, or refuses for a while because it failed
   *     before; a connection to Redis is lost, or a Redis cluster moves keys, during the traversal. If the cache is
   *     closed meanwhile, it throws an {@link IllegalStateException}
   * @throws IllegalStateException if the cache is closed
   */
  Stream<K> keys(CacheTier tier);

  /**
   * Counts what this cache or tenant has in one tier, and its bytes. Its cost is that of a traversal of {@link
   * #keys(CacheTier)}, and it waits as long; in memory it reads two fields.
   *
   * <p>In memory the numbers are {@link #estimatedSize} and {@link #memoryBytes}. Below, they count the entries that
   * {@code keys(tier)} lists, and also those whose keys can't be decoded. Changes during the call may be included or
   * not, and an entry in Redis may be counted twice. For the numbers of a whole tier, see {@code ManagerStats}.
   *
   * @param tier which tier
   * @return the number of entries, and their bytes
   * @throws ListingException if the tier can't list all entries, as for {@link #keys(CacheTier)}
   * @throws IllegalStateException if the cache is closed, or is closed meanwhile
   */
  TierUsage usage(CacheTier tier);

  /**
   * Returns the entries in memory, as {@link #keys()} does. It does not have the entries that a read would not return
   * at once: those that have expired, those that record an absence, and copies that Redis has to confirm. These are
   * values that another instance may have changed, and with Redis also each value that this instance has written
   * and not read since. While Redis can't be reached, that may be all entries.
   *
   * @return the entries, in no order
   * @throws IllegalStateException if the cache is closed
   */
  Stream<CacheEntry<K, V>> entries();

  /**
   * Returns the keys that one tier has, as {@link #keys(CacheTier)} does, each with the value that a read returns. The
   * value may come from another tier, if that has a newer one. In contrast to {@link #entries()}, {@code
   * entries(CacheTier.MEMORY)} has the copies that Redis has to confirm: it is asked about them.
   *
   * <p>Lists as {@link #keys(CacheTier)} does, and then looks for 64 keys at a time, each by a {@link #peek}: so
   * nothing is counted, loaded or promoted. A key that {@code peek} finds no value for is left out: one that was
   * removed meanwhile, whose value is damaged, or whose tier does not answer. The cost is that of both.
   *
   * @param tier which tier has to have the keys
   * @return the entries, in no order. The traversal throws what a traversal of {@link #keys(CacheTier)} does
   * @throws IllegalStateException if the cache is closed
   */
  Stream<CacheEntry<K, V>> entries(CacheTier tier);

  /**
   * Returns this cache as a map, for code that expects one. Changes of the map are changes of the cache.
   *
   * <p>A call for one key, also of {@code keySet()}, reads and writes all tiers: {@code get} is {@link #getIfPresent},
   * {@code put} is {@link #getAndPut}, {@code remove} is {@link #getAndRemove}, and {@code computeIfAbsent},
   * {@code computeIfPresent} and {@code merge} are {@link #compute}. They cost what these cost: with Redis, {@code put}
   * takes two round trips, so prefer {@link #put}. Nothing is loaded. {@code size}, {@code values()}, {@code equals},
   * {@code removeIf} and iterators cover the keys in memory only, as {@link #keys} and {@link #estimatedSize} do;
   * {@code clear} clears all tiers. Iterators are weakly consistent. With Redis they ask it about copies that another
   * instance may have changed, 64 keys at a time. Neither keys nor values may be null.
   *
   * @return a view; it takes no memory of its own to speak of
   */
  ConcurrentMap<K, V> asMap();

  /**
   * {@return about how many entries this cache, or this tenant, has in memory: expired entries that are still there
   * and cached absences are counted, and entries of tenants are not counted for their cache} Takes no lock.
   */
  long estimatedSize();

  /**
   * {@return how many bytes of the memory budget the entries take that {@link #estimatedSize} counts, by their
   * weights} Changes that other threads are making may not be included yet. What the cache or the tenant takes by
   * itself is not included. Takes no lock.
   */
  long memoryBytes();

  /**
   * Closes this cache or this tenant, and gives back its memory; the manager stays open. The entries in memory are
   * written to disk if there is a disk, and stay in Redis. Closing a cache closes its tenants, too.
   *
   * <p>From this call on, writes are refused, and when it returns, every method of its views throws {@link
   * IllegalStateException}, except {@code stats}, {@code name} and {@code close}. Until then, the name can't be
   * opened. After that it can be opened again, also with other types: then a value of the earlier type on disk or in
   * Redis is absent. A load that is running ends as usual, and its callers get the value, but it is not stored.
   *
   * <p>The time is proportional to the number of entries, plus the time to write them: entries that can't be written
   * within the manager's close timeout are dropped, and their number is logged. A codec or key that hangs is waited
   * for. Listeners get no events for these entries. Further calls do nothing but wait for the first one. After the
   * manager was closed, this does nothing.
   */
  void close();

  /**
   * Closes this cache or this tenant as {@link #close} does, but removes its entries from every tier instead of
   * keeping them, as {@link #clear} does: <b>for all instances</b> that share the Redis. Another instance that has
   * the cache open can go on using it, and may store values again.
   *
   * <p>The tenants of a cache are closed, and their entries stay on disk and in Redis: destroy a tenant by its own
   * view, before its cache.
   *
   * @throws IllegalStateException if it is closed, or is being closed
   */
  void destroy();

  /**
   * What this cache, or this tenant, did so far. The numbers of tenants are not included in those of their
   * cache. Adds up counters, and takes no lock.
   *
   * @return its counters; a tenant's counters start again at zero if it was idle and no caller held its
   *     view
   */
  CacheStats stats();

  /** {@return the cache's name} */
  String name();
}
