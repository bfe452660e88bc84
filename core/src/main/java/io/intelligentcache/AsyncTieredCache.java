package io.intelligentcache;

import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.stats.TierUsage;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TieredCache} that answers with futures. Each method does what the method of the same name there
 * does, through the same code.
 *
 * <p>No call blocks: the manager's threads read the disk and decode values. A method checks its arguments at
 * once and throws if they are wrong; a later failure completes the future with an exception. Each future
 * belongs to its caller alone: completing or cancelling it has no effect on other callers. A future that is not
 * completed at once is completed by a thread that has no other work, so callbacks may block.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public interface AsyncTieredCache<K, V> {
  /**
   * See {@link TieredCache#get(Object)}.
   *
   * @param key the key
   * @return its value, or null; already completed if memory has the key
   */
  CompletableFuture<@Nullable V> get(K key);

  /**
   * See {@link TieredCache#get(Object, Loader)}.
   *
   * @param key the key
   * @param loader fetches the value
   * @return its value, or null; fails with a {@link LoadException}
   */
  CompletableFuture<@Nullable V> get(K key, Loader<? super K, ? extends V> loader);

  /**
   * See {@link TieredCache#get(Object, Loader, EntryOptions)}.
   *
   * @param key the key
   * @param loader fetches the value
   * @param options which stale values to accept, how long to wait, how long to keep a loaded value
   * @return its value, or null; fails with a {@link LoadException}
   */
  CompletableFuture<@Nullable V> get(
      K key, Loader<? super K, ? extends V> loader, EntryOptions options);

  /**
   * See {@link TieredCache#getIfPresent}.
   *
   * @param key the key
   * @return its value, or null; already completed if memory has the key
   */
  CompletableFuture<@Nullable V> getIfPresent(K key);

  /**
   * See {@link TieredCache#peek}.
   *
   * @param key the key
   * @return what was found; already completed if memory has the key
   */
  CompletableFuture<Found<V>> peek(K key);

  /**
   * See {@link TieredCache#containsKey}.
   *
   * @param key the key
   * @return whether there is a value; already completed if memory has the key
   */
  CompletableFuture<Boolean> containsKey(K key);

  /**
   * See {@link TieredCache#refresh(Object)}.
   *
   * @param key the key
   * @return the loaded value, or null; fails with a {@link LoadException}
   */
  CompletableFuture<@Nullable V> refresh(K key);

  /**
   * See {@link TieredCache#refresh(Object, Loader)}.
   *
   * @param key the key
   * @param loader fetches the value
   * @return the loaded value, or null; fails with a {@link LoadException}
   */
  CompletableFuture<@Nullable V> refresh(K key, Loader<? super K, ? extends V> loader);

  /**
   * See {@link TieredCache#lookup(Object)}.
   *
   * @param key the key
   * @return what was found; fails with a {@link LoadException}
   */
  CompletableFuture<Found<V>> lookup(K key);

  /**
   * See {@link TieredCache#lookup(Object, Loader, EntryOptions)}.
   *
   * @param key the key
   * @param loader fetches the value
   * @param options which stale values to accept, how long to wait, how long to keep a loaded value
   * @return what was found or loaded; fails with a {@link LoadException}
   */
  CompletableFuture<Found<V>> lookup(
      K key, Loader<? super K, ? extends V> loader, EntryOptions options);

  /**
   * See {@link TieredCache#getAll(Collection)}.
   *
   * @param keys the keys
   * @return the values of the keys that were found
   */
  CompletableFuture<Map<K, V>> getAll(Collection<? extends K> keys);

  /**
   * See {@link TieredCache#getAll(Collection, Loader)}.
   *
   * @param keys the keys
   * @param loader fetches a value
   * @return the values of the keys that were found or loaded; fails with a {@link LoadException}
   */
  CompletableFuture<Map<K, V>> getAll(
      Collection<? extends K> keys, Loader<? super K, ? extends V> loader);

  /**
   * See {@link TieredCache#getAll(Collection, Loader, EntryOptions)}.
   *
   * @param keys the keys
   * @param loader fetches a value
   * @param options which stale values to accept, how long to wait, how long to keep a loaded value
   * @return the values of the keys that were found or loaded; fails with a {@link LoadException}
   */
  CompletableFuture<Map<K, V>> getAll(
      Collection<? extends K> keys, Loader<? super K, ? extends V> loader, EntryOptions options);

  /**
   * See {@link TieredCache#put(Object, Object)}.
   *
   * @param key the key
   * @param value the value; in memory when this returns
   * @return whether Redis acknowledged the write; completes when the tiers below memory have answered
   */
  CompletableFuture<WriteReport> put(K key, V value);

  /**
   * See {@link TieredCache#put(Object, Object, EntryOptions)}.
   *
   * @param key the key
   * @param value the value; in memory when this returns
   * @param options how to keep it
   * @return whether Redis acknowledged the write; completes when the tiers below memory have answered
   */
  CompletableFuture<WriteReport> put(K key, V value, EntryOptions options);

  /**
   * See {@link TieredCache#putAll(Map)}.
   *
   * @param values keys and values; in memory when this returns
   * @return whether Redis acknowledged the writes; completes when the tiers below memory have answered
   */
  CompletableFuture<WriteReport> putAll(Map<? extends K, ? extends V> values);

  /**
   * See {@link TieredCache#putAll(Map, EntryOptions)}.
   *
   * @param values keys and values; in memory when this returns
   * @param options how to keep each of them
   * @return whether Redis acknowledged the writes; completes when the tiers below memory have answered
   */
  CompletableFuture<WriteReport> putAll(Map<? extends K, ? extends V> values, EntryOptions options);

  /**
   * See {@link TieredCache#putIfAbsent(Object, Object)}.
   *
   * @param key the key
   * @param value the value
   * @return the value that the key keeps, or null; fails with an {@link AtomicOperationException}
   */
  CompletableFuture<@Nullable V> putIfAbsent(K key, V value);

  /**
   * See {@link TieredCache#putIfAbsent(Object, Object, EntryOptions)}.
   *
   * @param key the key
   * @param value the value
   * @param options how to keep it
   * @return the value that the key keeps, or null; fails with an {@link AtomicOperationException}
   */
  CompletableFuture<@Nullable V> putIfAbsent(K key, V value, EntryOptions options);

  /**
   * See {@link TieredCache#replace(Object, Object)}.
   *
   * @param key the key
   * @param value the value to store
   * @return the value before, or null; fails with an {@link AtomicOperationException}
   */
  CompletableFuture<@Nullable V> replace(K key, V value);

  /**
   * See {@link TieredCache#replace(Object, Object, EntryOptions)}.
   *
   * @param key the key
   * @param value the value to store
   * @param options how to keep it
   * @return the value before, or null; fails with an {@link AtomicOperationException}
   */
  CompletableFuture<@Nullable V> replace(K key, V value, EntryOptions options);

  /**
   * See {@link TieredCache#replace(Object, Object, Object)}.
   *
   * @param key the key
   * @param expected the value that the key must have
   * @param value the value to store
   * @return true if the key had {@code expected}; fails with an {@link AtomicOperationException}
   */
  CompletableFuture<Boolean> replace(K key, V expected, V value);

  /**
   * See {@link TieredCache#replace(Object, Object, Object, EntryOptions)}.
   *
   * @param key the key
   * @param expected the value that the key must have
   * @param value the value to store
   * @param options how to keep it
   * @return true if the key had {@code expected}; fails with an {@link AtomicOperationException}
   */
  CompletableFuture<Boolean> replace(K key, V expected, V value, EntryOptions options);

  /**
   * See {@link TieredCache#remove}.
   *
   * @param key the key
   * @param expected the value that the key must have
   * @return true if the key had {@code expected}; fails with an {@link AtomicOperationException}
   */
  CompletableFuture<Boolean> remove(K key, V expected);

  /**
   * See {@link TieredCache#getAndPut(Object, Object)}.
   *
   * @param key the key
   * @param value the value
   * @return the value before, or null; fails with an {@link AtomicOperationException}
   */
  CompletableFuture<@Nullable V> getAndPut(K key, V value);

  /**
   * See {@link TieredCache#getAndPut(Object, Object, EntryOptions)}.
   *
   * @param key the key
   * @param value the value
   * @param options how to keep it
   * @return the value before, or null; fails with an {@link AtomicOperationException}
   */
  CompletableFuture<@Nullable V> getAndPut(K key, V value, EntryOptions options);

  /**
   * See {@link TieredCache#getAndRemove}.
   *
   * @param key the key
   * @return the value before, or null; fails with an {@link AtomicOperationException}
   */
  CompletableFuture<@Nullable V> getAndRemove(K key);

  /**
   * See {@link TieredCache#compute}. In contrast to that method, the function runs on a loader thread.
   *
   * @param key the key
   * @param function computes the value to store from the present one
   * @return the value that the function returned and the key has, or null; fails with an {@link
   *     AtomicOperationException}, or with the exception that the function threw
   */
  CompletableFuture<@Nullable V> compute(
      K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function);

  /**
   * See {@link TieredCache#update}. In contrast to that method, the function runs on a loader thread.
   *
   * @param key the key
   * @param function computes what becomes of the entry
   * @return the value that the key has afterwards, or null; fails with an {@link AtomicOperationException}, or with
   *     the exception that the function threw
   */
  CompletableFuture<@Nullable V> update(
      K key, BiFunction<? super K, ? super Found<V>, Update<V>> function);

  /**
   * See {@link TieredCache#invalidate(Object)}.
   *
   * @param key the key
   * @return whether Redis acknowledged the removal; completes when the tiers below memory have answered
   */
  CompletableFuture<WriteReport> invalidate(K key);

  /**
   * See {@link TieredCache#invalidateAll(Collection)}.
   *
   * @param keys the keys
   * @return whether Redis acknowledged the removals; completes when the tiers below memory have answered
   */
  CompletableFuture<WriteReport> invalidateAll(Collection<? extends K> keys);

  /**
   * See {@link TieredCache#invalidateMatching(String)}.
   *
   * @param regex the pattern
   * @return keys found in the tiers
   */
  CompletableFuture<Long> invalidateMatching(String regex);

  /**
   * See {@link TieredCache#clear()}.
   *
   * @return completes when the tiers below memory have answered
   */
  CompletableFuture<@Nullable Void> clear();

  /**
   * See {@link TieredCache#warm(Collection, Loader)}.
   *
   * @param keys the keys
   * @param loader fetches a value
   * @return how many keys were loaded, present, absent or failed
   */
  CompletableFuture<WarmReport> warm(
      Collection<? extends K> keys, Loader<? super K, ? extends V> loader);

  /**
   * See {@link TieredCache#warm(Warming, Loader)}. The keys are taken on a callback thread. If the future is cancelled,
   * no more keys are taken, and the last progress is reported when the loads that run have ended.
   *
   * @param keys the keys, and how fast to load them
   * @param loader fetches a value
   * @return how many keys were loaded, present, absent or failed
   */
  CompletableFuture<WarmReport> warm(Warming<K> keys, Loader<? super K, ? extends V> loader);

  /**
   * See {@link TieredCache#warm(Warming)}.
   *
   * @param keys the keys, and how fast to load them
   * @return how many keys were loaded, present, absent or failed
   */
  CompletableFuture<WarmReport> warm(Warming<K> keys);

  /**
   * See {@link TieredCache#tenant}.
   *
   * @param id the tenant
   * @return its view
   */
  AsyncTieredCache<K, V> tenant(String id);

  /**
   * See {@link TieredCache#keys()}. The stream waits for nothing, so it comes without a future.
   *
   * @return the keys in memory, in no order
   */
  Stream<K> keys();

  /**
   * See {@link TieredCache#keys(CacheTier)}. This call does not wait, but the traversal does, in the thread that
   * traverses: for one page at a time.
   *
   * @param tier which tier
   * @return the keys, in no order
   */
  Stream<K> keys(CacheTier tier);

  /**
   * See {@link TieredCache#usage}.
   *
   * @param tier which tier
   * @return the number of entries, and their bytes; fails with a {@link ListingException}
   */
  CompletableFuture<TierUsage> usage(CacheTier tier);

  /**
   * See {@link TieredCache#entries}. The stream waits for nothing, so it comes without a future.
   *
   * @return the entries in memory, in no order
   */
  Stream<CacheEntry<K, V>> entries();

  /**
   * See {@link TieredCache#entries(CacheTier)}. This call does not wait, but the traversal does, in the thread that
   * traverses: for one page of keys, and for some values, at a time.
   *
   * @param tier which tier
   * @return the entries, in no order
   */
  Stream<CacheEntry<K, V>> entries(CacheTier tier);

  /** {@return about how many entries are in memory; see {@link TieredCache#estimatedSize}} */
  long estimatedSize();

  /** {@return how many bytes these entries take; see {@link TieredCache#memoryBytes}} */
  long memoryBytes();

  /**
   * See {@link TieredCache#close}. Writes are refused from the call on.
   *
   * @return completes when the memory is given back and the name can be opened again
   */
  CompletableFuture<@Nullable Void> close();

  /**
   * See {@link TieredCache#destroy}. Writes are refused from the call on.
   *
   * @return completes when the entries are removed from every tier and the name can be opened again
   */
  CompletableFuture<@Nullable Void> destroy();

  /** {@return what this cache, or this tenant, did so far} */
  CacheStats stats();

  /** {@return the cache's name} */
  String name();
}
