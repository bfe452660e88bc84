package io.intelligentcache.internal;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.AsyncTieredCache;
import io.intelligentcache.CacheEntry;
import io.intelligentcache.CacheTier;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Found;
import io.intelligentcache.Loader;
import io.intelligentcache.TieredCache;
import io.intelligentcache.Update;
import io.intelligentcache.WarmReport;
import io.intelligentcache.Warming;
import io.intelligentcache.WriteReport;
import io.intelligentcache.internal.base.Checks;
import io.intelligentcache.internal.concurrent.BlockingCalls;
import io.intelligentcache.internal.concurrent.CallerThreadExecutor;
import io.intelligentcache.internal.read.WarmUp;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.ReadRequest;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.stats.TierUsage;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The synchronous API. It answers a memory hit in the caller's thread. For everything else it waits for
 * {@link AsyncView}.
 */
final class SyncView<K, V> implements TieredCache<K, V> {
  private final AsyncView<K, V> async;

  SyncView(AsyncView<K, V> async) {
    this.async = async;
  }

  @Override
  public @Nullable V get(K key) {
    V hit = async.engine.space.hit(requireNonNull(key, "key"));
    return hit != null ? hit : lookUp(key, async.engine.space.plainRequest).value();
  }

  @Override
  public @Nullable V get(K key, Loader<? super K, ? extends V> loader) {
    requireNonNull(loader, "loader");
    V hit = async.engine.space.hit(requireNonNull(key, "key"));
    return hit != null
        ? hit
        : lookUp(key, async.request(loader, EntryOptions.defaults())).value();
  }

  @Override
  public @Nullable V get(K key, Loader<? super K, ? extends V> loader, EntryOptions options) {
    requireNonNull(loader, "loader");
    requireNonNull(options, "options");
    V hit = async.engine.space.hit(requireNonNull(key, "key"));
    return hit != null ? hit : lookUp(key, async.request(loader, options)).value();
  }

  @Override
  public @Nullable V getIfPresent(K key) {
    V hit = async.engine.space.hit(requireNonNull(key, "key"));
    return hit != null ? hit : lookUp(key, async.engine.space.withoutLoader).value();
  }

  @Override
  public Found<V> peek(K key) {
    CacheEngine<K, V> here = async.engineInUse();
    Found<V> found = here.reads.peekInMemory(requireNonNull(key, "key"));
    return found != null ? found : BlockingCalls.forTiers(here.reads.peekBelow(key));
  }

  @Override
  public boolean containsKey(K key) {
    return peek(key).value() != null;
  }

  @Override
  public @Nullable V refresh(K key) {
    return BlockingCalls.forLoad(async.reload(key, async.ownLoader()));
  }

  @Override
  public @Nullable V refresh(K key, Loader<? super K, ? extends V> loader) {
    return BlockingCalls.forLoad(async.reload(key, loader));
  }

  @Override
  public Found<V> lookup(K key) {
    return lookUp(requireNonNull(key, "key"), async.engine.space.plainRequest);
  }

  @Override
  public Found<V> lookup(K key, Loader<? super K, ? extends V> loader, EntryOptions options) {
    return lookUp(requireNonNull(key, "key"), async.request(loader, options));
  }

  /** Reads a key that is not a plain hit. */
  private Found<V> lookUp(K key, ReadRequest<K, V> request) {
    Found<V> found = async.inMemory(key, request);
    if (found != null) {
      return found;
    }
    Found<V> below = BlockingCalls.forTiers(async.engineInUse().reads.search(key, request));
    if (!Answers.isMiss(below)) {
      return below;
    }
    if (request.options().loadsInCallersThread()) {
      var here = new CallerThreadExecutor();
      return here.awaitOwnLoad(async.loadIfAbsent(key, below, request.loadedBy(here::run)));
    }
    return BlockingCalls.forLoad(async.loadIfAbsent(key, below, request));
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> keys) {
    var values = async.readAll(keys, async.engine.space.plainRequest);
    return async.engine.space.plainRequest.loader() == null
        ? BlockingCalls.forTiers(values)
        : BlockingCalls.forLoad(values);
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> keys, Loader<? super K, ? extends V> loader) {
    return getAll(keys, loader, EntryOptions.defaults());
  }

  @Override
  public Map<K, V> getAll(
      Collection<? extends K> keys, Loader<? super K, ? extends V> loader, EntryOptions options) {
    ReadRequest<K, V> request = async.request(loader, options);
    if (options.loadsInCallersThread()) {
      var here = new CallerThreadExecutor();
      return here.awaitOwnLoad(async.readAll(keys, request.loadedBy(here::run)));
    }
    return BlockingCalls.forLoad(async.readAll(keys, request));
  }

  @Override
  public WriteReport put(K key, V value) {
    return put(key, value, EntryOptions.defaults());
  }

  @Override
  public WriteReport put(K key, V value, EntryOptions options) {
    return BlockingCalls.forTiers(async.write(key, value, options));
  }

  @Override
  public WriteReport putAll(Map<? extends K, ? extends V> values) {
    return putAll(values, EntryOptions.defaults());
  }

  @Override
  public WriteReport putAll(Map<? extends K, ? extends V> values, EntryOptions options) {
    return BlockingCalls.forTiers(async.writeAll(values, options));
  }

  @Override
  public @Nullable V putIfAbsent(K key, V value) {
    return putIfAbsent(key, value, EntryOptions.defaults());
  }

  @Override
  public @Nullable V putIfAbsent(K key, V value, EntryOptions options) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    requireNonNull(options, "options");
    return BlockingCalls.forTiers(async.engineInUse().atomics.putIfAbsent(key, value, options));
  }

  @Override
  public @Nullable V replace(K key, V value) {
    return replace(key, value, EntryOptions.defaults());
  }

  @Override
  public @Nullable V replace(K key, V value, EntryOptions options) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    requireNonNull(options, "options");
    return BlockingCalls.forTiers(async.engineInUse().atomics.replace(key, value, options));
  }

  @Override
  public boolean replace(K key, V expected, V value) {
    return replace(key, expected, value, EntryOptions.defaults());
  }

  @Override
  public boolean replace(K key, V expected, V value, EntryOptions options) {
    requireNonNull(key, "key");
    requireNonNull(expected, "expected");
    requireNonNull(value, "value");
    requireNonNull(options, "options");
    return BlockingCalls.forTiers(
        async.engineInUse().atomics.replace(key, expected, value, options));
  }

  @Override
  public boolean remove(K key, V expected) {
    requireNonNull(key, "key");
    requireNonNull(expected, "expected");
    return BlockingCalls.forTiers(async.engineInUse().atomics.remove(key, expected));
  }

  @Override
  public @Nullable V getAndPut(K key, V value) {
    return getAndPut(key, value, EntryOptions.defaults());
  }

  @Override
  public @Nullable V getAndPut(K key, V value, EntryOptions options) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    requireNonNull(options, "options");
    return BlockingCalls.forTiers(async.engineInUse().atomics.getAndPut(key, value, options));
  }

  @Override
  public @Nullable V getAndRemove(K key) {
    return BlockingCalls.forTiers(
        async.engineInUse().atomics.getAndRemove(requireNonNull(key, "key")));
  }

  @Override
  public @Nullable V compute(
      K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
    requireNonNull(key, "key");
    requireNonNull(function, "function");
    var here = new CallerThreadExecutor();
    return here.await(async.engineInUse().atomics.compute(key, function, here::run));
  }

  @Override
  public @Nullable V update(K key, BiFunction<? super K, ? super Found<V>, Update<V>> function) {
    requireNonNull(key, "key");
    requireNonNull(function, "function");
    var here = new CallerThreadExecutor();
    return here.await(async.engineInUse().atomics.update(key, function, here::run));
  }

  @Override
  public WriteReport invalidate(K key) {
    return BlockingCalls.forTiers(async.forget(key));
  }

  @Override
  public WriteReport invalidateAll(Collection<? extends K> keys) {
    return BlockingCalls.forTiers(async.forgetAll(keys));
  }

  @Override
  public long invalidateMatching(String regex) {
    return BlockingCalls.forTiers(async.forgetMatching(regex));
  }

  @Override
  public void clear() {
    BlockingCalls.forTiers(async.forgetEverything());
  }

  @Override
  public WarmReport warm(Collection<? extends K> keys, Loader<? super K, ? extends V> loader) {
    return warm(Warming.of(Checks.distinct(keys)), loader);
  }

  @Override
  public WarmReport warm(Warming<K> keys) {
    return warm(keys, async.ownLoader());
  }

  @Override
  public WarmReport warm(Warming<K> keys, Loader<? super K, ? extends V> loader) {
    var here = new CallerThreadExecutor();
    WarmUp<K, V> warmUp = async.warmUp(keys, loader, here);
    try {
      return here.awaitLoad(warmUp.run());
    } finally {
      warmUp.cancel(); // if this thread was interrupted
    }
  }

  @Override
  public TieredCache<K, V> tenant(String id) {
    return async.tenantToWait(id);
  }

  @Override
  public ConcurrentMap<K, V> asMap() {
    return new MapView<>(this);
  }

  @Override
  public AsyncTieredCache<K, V> async() {
    return async;
  }

  @Override
  public Stream<K> keys() {
    return async.keys();
  }

  @Override
  public Stream<CacheEntry<K, V>> entries() {
    return async.entries();
  }

  @Override
  public Stream<K> keys(CacheTier tier) {
    return async.keys(tier);
  }

  @Override
  public Stream<CacheEntry<K, V>> entries(CacheTier tier) {
    return async.entries(tier);
  }

  @Override
  public TierUsage usage(CacheTier tier) {
    return BlockingCalls.forTiers(async.usageOf(tier));
  }

  @Override
  public long estimatedSize() {
    return async.estimatedSize();
  }

  @Override
  public long memoryBytes() {
    return async.memoryBytes();
  }

  @Override
  public void close() {
    BlockingCalls.forTiers(async.end(false));
  }

  @Override
  public void destroy() {
    BlockingCalls.forTiers(async.end(true));
  }

  @Override
  public CacheStats stats() {
    return async.stats();
  }

  @Override
  public String name() {
    return async.name();
  }
}
