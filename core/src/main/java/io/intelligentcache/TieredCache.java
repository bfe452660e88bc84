package io.intelligentcache;

import io.intelligentcache.stats.CacheStats;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A cache over memory, disk and Redis, as far as its manager has them.
 *
 * <p>Within one instance, once a write or an invalidation has returned, no later read returns what
 * was there before, whatever tier it comes from. Values are shared, not copied: what was put or
 * got must not be changed any more.
 *
 * <p>Trouble in a tier never reaches the caller: a tier that is slow, full or broken is passed over
 * within its deadline and counted. All methods are thread-safe. A null argument is a {@link
 * NullPointerException}; a call after the manager was closed is an {@link IllegalStateException}.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public interface TieredCache<K, V> {
  /**
   * Returns the value of a key, or null if no tier has it. In a cache with a loader of its own that
   * loader is asked then, as in {@link #get(Object, Loader)}.
   *
   * <p>A memory hit takes no lock and allocates nothing. A disk hit waits for a thread that reads
   * the file, a second at most; a Redis hit at most the command timeout. The value found is copied up into
   * memory.
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
   * <p>On a miss, callers of the same key share one load; each waits at most the load timeout (5
   * seconds unless set), and the load goes on for those who come later. What was loaded is stored in memory and Redis, unless the key was written
   * or invalidated since the load began.
   *
   * @param key the key
   * @param loader fetches the value; runs on a loader thread
   * @return its value, or null if the loader has none
   * @throws LoadException if the load failed or timed out, or the caller was interrupted
   * @throws IllegalStateException if the loader of this very key asks for this key
   */
  @Nullable
  V get(K key, Loader<? super K, ? extends V> loader);

  /**
   * Returns the value of a key as {@link #get(Object, Loader)} does, with other settings than the
   * cache's for this call.
   *
   * @param key the key
   * @param loader fetches the value
   * @param options what stale values to take and how long to wait; of what is loaded, how to keep it.
   *     Callers that share a load share what the first of them said about keeping it
   * @return its value, or null if there is none
   * @throws LoadException as {@link #get(Object, Loader)}
   * @throws IllegalStateException as {@link #get(Object, Loader)}
   */
  @Nullable
  V get(K key, Loader<? super K, ? extends V> loader, EntryOptions options);

  /**
   * Reads a key as {@link #get(Object)} does, and tells from where the answer comes, how old it is,
   * and whether and why it is stale. Counts as a request.
   *
   * @param key the key
   * @return what was found
   * @throws LoadException as {@link #get(Object)}
   */
  Found<V> lookup(K key);

  /**
   * Reads a key as {@link #get(Object, Loader, EntryOptions)} does, and tells about the answer as {@link
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
   * Returns the values of many keys, asking each tier once for all that are missing above it, and
   * then the cache's own loader, if it has one.
   *
   * @param keys the keys
   * @return the values of those that were found
   * @throws LoadException as {@link #getAll(Collection, Loader)}
   */
  Map<K, V> getAll(Collection<? extends K> keys);

  /**
   * Returns the values of many keys, loading those that no tier has: sixteen at a time, or in one call
   * of a {@linkplain Loader#bulk bulk loader}.
   *
   * @param keys the keys
   * @param loader fetches a value
   * @return the values of those that were found or loaded
   * @throws LoadException if a load failed or timed out; the others go on and are stored
   */
  Map<K, V> getAll(Collection<? extends K> keys, Loader<? super K, ? extends V> loader);

  /**
   * Returns the values of many keys as {@link #getAll(Collection, Loader)} does, with other settings
   * than the cache's for this call.
   *
   * @param keys the keys
   * @param loader fetches a value
   * @param options as in {@link #get(Object, Loader, EntryOptions)}
   * @return the values of those that were found or loaded
   * @throws LoadException as {@link #getAll(Collection, Loader)}
   */
  Map<K, V> getAll(
      Collection<? extends K> keys, Loader<? super K, ? extends V> loader, EntryOptions options);

  /**
   * Stores a value, with the cache's default expiry.
   *
   * <p>It goes to memory at once and through to Redis; returns when Redis has acknowledged it, or
   * has not within the command timeout. An older value on disk is invalidated.
   *
   * @param key the key
   * @param value the value
   * @return whether Redis took it; may be ignored, see {@link WriteReport#orThrow}
   * @throws io.intelligentcache.codec.CodecException if it has to be written to Redis and can't be, or would
   *     not be read back as it was; nothing has changed then
   */
  WriteReport put(K key, V value);

  /**
   * Stores a value.
   *
   * @param key the key
   * @param value the value
   * @param options how to keep it
   * @return whether Redis took it
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  WriteReport put(K key, V value, EntryOptions options);

  /**
   * Stores many values, with the cache's default expiry. Redis is sent a few hundred of them at a time.
   *
   * @param values keys and values
   * @return whether Redis took all of them, and which not
   * @throws io.intelligentcache.codec.CodecException if one can't be written; none is stored then
   */
  WriteReport putAll(Map<? extends K, ? extends V> values);

  /**
   * Stores a value, with the cache's default expiry, if the key has none. A value that has expired is
   * none. Does not load.
   *
   * <p>This and the methods below that answer by what a key has are <b>atomic</b>: of the operations of
   * any number of threads, each finds what the one before it left. Where instances share a Redis that
   * holds among all of them, and takes two round trips, and two more each time that somebody else was
   * faster. Concurrent loads give way to them. Without Redis memory and disk decide. They do not count
   * as requests, but as a put or an invalidation if they change something.
   *
   * <p>An instance that shares a Redis can't decide alone. Where Redis does not answer within the
   * command timeout they fail, and so they do after 5 seconds in which others were always faster.
   *
   * @param key the key
   * @param value the value
   * @return the value that the key has had and keeps, or null if {@code value} was stored
   * @throws AtomicOperationException if the Redis that instances share can't be reached, or the key was
   *     busy for 5 seconds; its message says whether something may have changed
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  @Nullable
  V putIfAbsent(K key, V value);

  /**
   * Stores a value, with the cache's default expiry, if the key has a certain other one. Atomic, see
   * {@link #putIfAbsent}.
   *
   * @param key the key
   * @param expected what it must have, by {@link Object#equals}
   * @param value what it is to have
   * @return whether it had that, and has {@code value} since
   * @throws AtomicOperationException as {@link #putIfAbsent}
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  boolean replace(K key, V expected, V value);

  /**
   * Makes a key absent in every tier, if it has a certain value. Atomic, see {@link #putIfAbsent}.
   *
   * @param key the key
   * @param expected what it must have, by {@link Object#equals}
   * @return whether it had that, and is absent since
   * @throws AtomicOperationException as {@link #putIfAbsent}
   */
  boolean remove(K key, V expected);

  /**
   * Stores a value, with the cache's default expiry, and tells what was there. Atomic, see {@link
   * #putIfAbsent}.
   *
   * @param key the key
   * @param value the value
   * @return the value before, or null if there was none
   * @throws AtomicOperationException as {@link #putIfAbsent}
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  @Nullable
  V getAndPut(K key, V value);

  /**
   * Makes a key absent in every tier, and tells what was there. Atomic, see {@link #putIfAbsent}: of
   * several callers one gets the value.
   *
   * @param key the key
   * @return the value before, or null if there was none
   * @throws AtomicOperationException as {@link #putIfAbsent}
   */
  @Nullable
  V getAndRemove(K key);

  /**
   * Puts what a function makes of a key's value in its place, with the cache's default expiry. Atomic,
   * see {@link #putIfAbsent}.
   *
   * <p>The function runs in the calling thread, under no lock, and again each time that somebody else
   * has changed the key since. So it should do nothing but compute, and must make a value of its own
   * rather than change the one it gets. Other atomic operations on the key wait for it in this instance,
   * and give up after 5 seconds: it must be quick, and must not call one for the same key.
   *
   * @param key the key
   * @param function is given the key and its value, null if there is none; returns what it is to have,
   *     null for nothing. What it throws this method throws, and nothing has changed then
   * @return what the key has since, or null
   * @throws AtomicOperationException as {@link #putIfAbsent}, or if the function took too long
   * @throws io.intelligentcache.codec.CodecException as {@link #put(Object, Object)}
   */
  @Nullable
  V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function);

  /**
   * Makes a key absent, in every tier. On disk that is durable when this returns.
   *
   * @param key the key
   * @return whether Redis took it; if not, other instances may read the older value for a while
   */
  WriteReport invalidate(K key);

  /**
   * Makes many keys absent, in every tier.
   *
   * @param keys the keys
   * @return whether Redis took all of it, and for which keys not
   */
  WriteReport invalidateAll(Collection<? extends K> keys);

  /**
   * Makes absent, in every tier, the keys whose text a pattern matches from its start.
   *
   * <p>The syntax is RE2's, which matches in linear time. Walks all keys of this cache or tenant,
   * so it takes time in proportion to them; while it does, reads of matching keys go past disk and
   * Redis.
   *
   * <p>It does not throw because of Redis, and waits for it at most the sweep timeout (10 seconds unless
   * set), also when Redis hangs. What is not done by then goes on in the background. Until it is done this
   * instance does not read the matching keys from Redis; other instances may still read them there. The
   * statistics count removals that are not done.
   *
   * @param regex the pattern, see {@link io.intelligentcache.internal.invalidation.KeyPattern}
   * @return keys found in the tiers, a key in two tiers counted twice; without those of Redis if it did not
   *     answer in time
   * @throws IllegalArgumentException if it is not a pattern
   */
  long invalidateMatching(String regex);

  /**
   * Makes absent, in every tier, all keys of this cache or tenant, and of no other. Waits for Redis, and goes
   * on without it, as {@link #invalidateMatching}.
   */
  void clear();

  /**
   * Loads what no tier has yet, eight at a time. What is present stays as it is; a load that fails
   * is counted and the others go on.
   *
   * @param keys the keys
   * @param loader fetches a value
   * @return what came of it
   */
  WarmReport warm(Collection<? extends K> keys, Loader<? super K, ? extends V> loader);

  /**
   * Loads what no tier has yet, and tells how it goes.
   *
   * @param keys the keys
   * @param loader fetches a value
   * @param progress is told after each key, in this thread, or on a callback thread if the warm-up is
   *     asynchronous; never by two at once. What it throws is ignored
   * @return what came of it
   */
  WarmReport warm(
      Collection<? extends K> keys,
      Loader<? super K, ? extends V> loader,
      Consumer<WarmReport> progress);

  /**
   * The part of this cache that belongs to a tenant: a key space of its own in every tier. Takes less than a microsecond.
   *
   * <p>A tenant that is in use counts in the memory budget with about 1.9 KB beside its entries. One that has no entries in memory and is not
   * used is freed after a few seconds, and counts nothing; its view can be used all the same. What it has on disk and in Redis stays.
   *
   * @param id the tenant; any characters, 1 to 512 bytes of UTF-8
   * @return its view, the same for the same id as long as somebody has it
   * @throws IllegalStateException if the manager was not built for tenants, or this is one already
   * @throws IllegalArgumentException if the id is empty or too long
   */
  TieredCache<K, V> tenant(String id);

  /** {@return the same cache with futures in place of waiting} */
  AsyncTieredCache<K, V> async();

  /**
   * What this cache, or this tenant, did so far. Tenants are not included in their cache.
   *
   * @return its counters; those of a tenant begin anew when it was idle and nobody had its view
   */
  CacheStats stats();

  /** {@return the cache's name} */
  String name();
}
