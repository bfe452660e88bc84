package io.intelligentcache.internal;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.StepThreads;
import io.intelligentcache.internal.invalidation.KeyPattern;
import io.intelligentcache.internal.load.LoadRunner;
import io.intelligentcache.internal.read.WarmUp;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.EntryLookup;
import io.intelligentcache.internal.runtime.EntryStreams;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.runtime.ReadRequest;
import io.intelligentcache.internal.runtime.TierListing;
import io.intelligentcache.internal.write.AtomicOperations;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.stats.TierUsage;
import io.intelligentcache.tier.Space;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous API of a cache or a tenant, as users have it. It has all operations, each once. Its
 * {@link SyncView} lives as long as this view. The view stays the same object when a tenant's {@link CacheEngine} is
 * freed and another one is created.
 */
public final class AsyncView<K, V> implements AsyncTieredCache<K, V> {
  /**
   * The engine in which hits are looked up. It is an empty engine if the tenant's own was freed. Its {@link Tenant}
   * sets it. It is read without a lock: an engine that was freed a moment ago may still be used, see {@link Tenant}.
   */
  CacheEngine<K, V> engine;

  public final SyncView<K, V> sync = new SyncView<>(this);
  private final @Nullable Tenant<K, V> tenant;
  private final Function<String, TieredCache<K, V>> tenants;

  /** Closes the cache, or destroys it if the argument is true; null for the view of a tenant. */
  private final @Nullable Function<Boolean, CompletableFuture<?>> closing;

  /** The outcome of the first {@link #close} or {@link #destroy}; null before it. */
  @GuardedBy("this")
  private @Nullable CompletableFuture<@Nullable Void> ended;

  /**
   * The view of a cache's own space.
   *
   * @param tenants gives the view of a tenant
   * @param closing closes the cache, or destroys it if the argument is true
   */
  public AsyncView(
      CacheEngine<K, V> engine,
      Function<String, TieredCache<K, V>> tenants,
      Function<Boolean, CompletableFuture<?>> closing) {
    this.engine = engine;
    this.tenant = null;
    this.tenants = tenants;
    this.closing = closing;
  }

  /** The view of a tenant. */
  AsyncView(Tenant<K, V> tenant, CacheEngine<K, V> engine) {
    this.engine = engine;
    this.tenant = tenant;
    this.tenants = AsyncView::refuseNested;
    this.closing = null;
  }

  private static <K, V> TieredCache<K, V> refuseNested(String id) {
    throw new IllegalStateException("a tenant has no tenants: \"" + id + "\"");
  }

  /** The engine, for all operations except hits. A tenant's engine that was freed comes into use again. */
  CacheEngine<K, V> engineInUse() {
    CacheEngine<K, V> now = engine;
    return now.used || tenant == null ? now : tenant.engineInUse(this);
  }

  @Override
  public CompletableFuture<@Nullable V> get(K key) {
    return get(key, engine.space.plainRequest);
  }

  @Override
  public CompletableFuture<@Nullable V> get(K key, Loader<? super K, ? extends V> loader) {
    return get(key, loader, EntryOptions.defaults());
  }

  @Override
  public CompletableFuture<@Nullable V> get(
      K key, Loader<? super K, ? extends V> loader, EntryOptions options) {
    return get(key, asyncRequest(loader, options));
  }

  private CompletableFuture<@Nullable V> get(K key, ReadRequest<K, V> request) {
    V hit = engine.space.hit(requireNonNull(key, "key"));
    return hit != null
        ? CompletableFuture.completedFuture(hit)
        : handOut(find(key, request).thenApply(Found::value));
  }

  @Override
  public CompletableFuture<@Nullable V> getIfPresent(K key) {
    return get(key, engine.space.withoutLoader);
  }

  @Override
  public CompletableFuture<Found<V>> peek(K key) {
    requireNonNull(key, "key");
    CacheEngine<K, V> here = engineInUse();
    Found<V> found = here.reads.peekInMemory(key);
    return found != null
        ? CompletableFuture.completedFuture(found)
        : handOut(here.space.read(() -> here.reads.peekBelow(key)));
  }

  @Override
  public CompletableFuture<Boolean> containsKey(K key) {
    return peek(key).thenApply(found -> found.value() != null);
  }

  @Override
  public CompletableFuture<@Nullable V> refresh(K key) {
    return handOut(reload(key, ownLoader()));
  }

  @Override
  public CompletableFuture<@Nullable V> refresh(K key, Loader<? super K, ? extends V> loader) {
    return handOut(reload(key, loader));
  }

  /** The loader that the cache was given. */
  Loader<? super K, ? extends V> ownLoader() {
    var own = engine.space.plainRequest.loader();
    if (own == null) {
      throw new IllegalStateException(
          "cache " + name() + " has no loader of its own; refresh(key, loader) takes one");
    }
    return own;
  }

  /** As {@link #refresh}, for a caller that only waits for the result. */
  CompletableFuture<@Nullable V> reload(K key, Loader<? super K, ? extends V> loader) {
    requireNonNull(key, "key");
    CacheEngine<K, V> here = engineInUse();
    ReadRequest<K, V> request = request(loader, EntryOptions.defaults()).toReload();
    return here.space.read(() -> here.reads.reload(key, loader, request)).thenApply(Found::value);
  }

  @Override
  public CompletableFuture<Found<V>> lookup(K key) {
    return lookUp(requireNonNull(key, "key"), engine.space.plainRequest);
  }

  @Override
  public CompletableFuture<Found<V>> lookup(
      K key, Loader<? super K, ? extends V> loader, EntryOptions options) {
    return lookUp(requireNonNull(key, "key"), asyncRequest(loader, options));
  }

  private CompletableFuture<Found<V>> lookUp(K key, ReadRequest<K, V> request) {
    return handOut(find(key, request));
  }

  private CompletableFuture<Found<V>> find(K key, ReadRequest<K, V> request) {
    Found<V> found = inMemory(key, request);
    if (found != null) {
      return CompletableFuture.completedFuture(found);
    }
    CacheEngine<K, V> here = engineInUse();
    if (request.loader() != null) {
      LoadRunner.refuseCircle(here.space.loadScope, key);
    }
    return here.space
        .read(() -> here.reads.search(key, request))
        .thenCompose(Failures.step(below -> loadIfAbsent(key, below, request)));
  }

  private ReadRequest<K, V> asyncRequest(
      Loader<? super K, ? extends V> loader, EntryOptions options) {
    ReadRequest<K, V> request = request(loader, options);
    if (options.loadsInCallersThread()) {
      throw new IllegalArgumentException(
          "an asynchronous read does not load in its caller's thread: " + options);
    }
    return request;
  }

  ReadRequest<K, V> request(Loader<? super K, ? extends V> loader, EntryOptions options) {
    requireNonNull(loader, "loader");
    requireNonNull(options, "options");
    return ReadRequest.of(engine.space.expiryPolicy, loader, options);
  }

  /** The answer of memory to reads that are not plain hits; null if there is none. */
  @Nullable
  Found<V> inMemory(K key, ReadRequest<K, V> request) {
    return engineInUse().reads.inMemory(key, request);
  }

  /** Loads the key if the search did not find it. */
  CompletableFuture<Found<V>> loadIfAbsent(K key, Found<V> found, ReadRequest<K, V> request) {
    return Answers.isMiss(found)
        ? engineInUse().reads.load(key, request)
        : CompletableFuture.completedFuture(found);
  }

  @Override
  public CompletableFuture<Map<K, V>> getAll(Collection<? extends K> keys) {
    return handOut(readAll(keys, engine.space.plainRequest));
  }

  @Override
  public CompletableFuture<Map<K, V>> getAll(
      Collection<? extends K> keys, Loader<? super K, ? extends V> loader) {
    return getAll(keys, loader, EntryOptions.defaults());
  }

  @Override
  public CompletableFuture<Map<K, V>> getAll(
      Collection<? extends K> keys, Loader<? super K, ? extends V> loader, EntryOptions options) {
    return handOut(readAll(keys, asyncRequest(loader, options)));
  }

  /** As {@link #getAll}, for a caller that only waits for the result. */
  CompletableFuture<Map<K, V>> readAll(Collection<? extends K> keys, ReadRequest<K, V> request) {
    return engineInUse().bulk.read(Checks.distinct(keys), request);
  }

  @Override
  public CompletableFuture<WriteReport> put(K key, V value) {
    return put(key, value, EntryOptions.defaults());
  }

  @Override
  public CompletableFuture<WriteReport> put(K key, V value, EntryOptions options) {
    return handOut(write(key, value, options));
  }

  /** As {@link #put}, for a caller that only waits for the result. */
  CompletableFuture<WriteReport> write(K key, V value, EntryOptions options) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    requireNonNull(options, "options");
    return engineInUse().writes.put(key, value, options);
  }

  @Override
  public CompletableFuture<WriteReport> putAll(Map<? extends K, ? extends V> values) {
    return putAll(values, EntryOptions.defaults());
  }

  @Override
  public CompletableFuture<WriteReport> putAll(
      Map<? extends K, ? extends V> values, EntryOptions options) {
    return handOut(writeAll(values, options));
  }

  /** As {@link #putAll}, for a caller that only waits for the result. */
  CompletableFuture<WriteReport> writeAll(
      Map<? extends K, ? extends V> values, EntryOptions options) {
    requireNonNull(options, "options");
    return engineInUse().writes.put(Checks.entries(values), options);
  }

  @Override
  public CompletableFuture<@Nullable V> putIfAbsent(K key, V value) {
    return putIfAbsent(key, value, EntryOptions.defaults());
  }

  @Override
  public CompletableFuture<@Nullable V> putIfAbsent(K key, V value, EntryOptions options) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    requireNonNull(options, "options");
    return atomic(engineInUse(), atomics -> atomics.putIfAbsent(key, value, options));
  }

  @Override
  public CompletableFuture<@Nullable V> replace(K key, V value) {
    return replace(key, value, EntryOptions.defaults());
  }

  @Override
  public CompletableFuture<@Nullable V> replace(K key, V value, EntryOptions options) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    requireNonNull(options, "options");
    return atomic(engineInUse(), atomics -> atomics.replace(key, value, options));
  }

  @Override
  public CompletableFuture<Boolean> replace(K key, V expected, V value) {
    return replace(key, expected, value, EntryOptions.defaults());
  }

  @Override
  public CompletableFuture<Boolean> replace(K key, V expected, V value, EntryOptions options) {
    requireNonNull(key, "key");
    requireNonNull(expected, "expected");
    requireNonNull(value, "value");
    requireNonNull(options, "options");
    return atomic(engineInUse(), atomics -> atomics.replace(key, expected, value, options));
  }

  @Override
  public CompletableFuture<Boolean> remove(K key, V expected) {
    requireNonNull(key, "key");
    requireNonNull(expected, "expected");
    return atomic(engineInUse(), atomics -> atomics.remove(key, expected));
  }

  @Override
  public CompletableFuture<@Nullable V> getAndPut(K key, V value) {
    return getAndPut(key, value, EntryOptions.defaults());
  }

  @Override
  public CompletableFuture<@Nullable V> getAndPut(K key, V value, EntryOptions options) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    requireNonNull(options, "options");
    return atomic(engineInUse(), atomics -> atomics.getAndPut(key, value, options));
  }

  @Override
  public CompletableFuture<@Nullable V> getAndRemove(K key) {
    requireNonNull(key, "key");
    return atomic(engineInUse(), atomics -> atomics.getAndRemove(key));
  }

  @Override
  public CompletableFuture<@Nullable V> compute(
      K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
    requireNonNull(key, "key");
    requireNonNull(function, "function");
    CacheEngine<K, V> here = engineInUse();
    return atomic(here, atomics -> atomics.compute(key, function, onLoaderThread(here)));
  }

  @Override
  public CompletableFuture<@Nullable V> update(
      K key, BiFunction<? super K, ? super Found<V>, Update<V>> function) {
    requireNonNull(key, "key");
    requireNonNull(function, "function");
    CacheEngine<K, V> here = engineInUse();
    return atomic(here, atomics -> atomics.update(key, function, onLoaderThread(here)));
  }

  private LoadRunner.Runner onLoaderThread(CacheEngine<K, V> here) {
    return here.space.runtime.loads().runner(here.space.loadScope);
  }

  /**
   * Starts an atomic operation. If there is a lower tier, it starts on a step thread, because it may read the disk.
   */
  private <T extends @Nullable Object> CompletableFuture<T> atomic(
      CacheEngine<K, V> here, Function<AtomicOperations<K, V>, CompletableFuture<T>> operation) {
    here.space.requireOpen();
    Supplier<CompletableFuture<T>> begin = () -> operation.apply(here.atomics);
    return handOut(
        here.space.runtime.tiers().hasLower() ? here.space.offCaller(begin) : begin.get());
  }

  @Override
  public CompletableFuture<WriteReport> invalidate(K key) {
    return handOut(forget(key));
  }

  /** As {@link #invalidate}, for a caller that only waits for the result. */
  CompletableFuture<WriteReport> forget(K key) {
    return engineInUse().writes.invalidate(requireNonNull(key, "key"));
  }

  @Override
  public CompletableFuture<WriteReport> invalidateAll(Collection<? extends K> keys) {
    return handOut(forgetAll(keys));
  }

  /** As {@link #invalidateAll}, for a caller that only waits for the result. */
  CompletableFuture<WriteReport> forgetAll(Collection<? extends K> keys) {
    return engineInUse().writes.invalidateAll(Checks.distinct(keys));
  }

  @Override
  public CompletableFuture<Long> invalidateMatching(String regex) {
    return handOut(forgetMatching(regex));
  }

  /** As {@link #invalidateMatching}, for a caller that only waits for the result. */
  CompletableFuture<Long> forgetMatching(String regex) {
    KeyPattern pattern = KeyPattern.compile(regex);
    CacheEngine<K, V> here = engineInUse();
    here.space.requireTexts();
    return here.space.offCaller(() -> here.bulkInvalidation.invalidate(pattern));
  }

  @Override
  public CompletableFuture<@Nullable Void> clear() {
    return handOut(forgetEverything());
  }

  /** As {@link #clear}, for a caller that only waits for the result. */
  CompletableFuture<@Nullable Void> forgetEverything() {
    CacheEngine<K, V> here = engineInUse();
    return here.space.offCaller(here.bulkInvalidation::clear).thenApply(count -> null);
  }

  @Override
  public CompletableFuture<WarmReport> warm(
      Collection<? extends K> keys, Loader<? super K, ? extends V> loader) {
    return warm(Warming.of(Checks.distinct(keys)), loader);
  }

  @Override
  public CompletableFuture<WarmReport> warm(Warming<K> keys) {
    return warm(keys, ownLoader());
  }

  @Override
  public CompletableFuture<WarmReport> warm(
      Warming<K> keys, Loader<? super K, ? extends V> loader) {
    WarmUp<K, V> warmUp = warmUp(keys, loader, engine.space.runtime.threads().callbacks());
    CompletableFuture<WarmReport> result = handOut(warmUp.run());
    var unused = result.whenComplete((report, failure) -> {
      if (result.isCancelled()) {
        warmUp.cancel();
      }
    });
    return result;
  }

  /**
   * A warm-up that has not begun.
   *
   * @param where takes keys and reports progress
   */
  WarmUp<K, V> warmUp(Warming<K> keys, Loader<? super K, ? extends V> loader, Executor where) {
    requireNonNull(keys, "keys");
    requireNonNull(loader, "loader");
    engineInUse().space.requireOpen();
    return new WarmUp<>(() -> engineInUse().reads, loader, keys, where);
  }

  @Override
  public AsyncTieredCache<K, V> tenant(String id) {
    return tenantToWait(id).async();
  }

  /** As {@link #tenant}, but returns the synchronous API. */
  TieredCache<K, V> tenantToWait(String id) {
    return tenants.apply(requireNonNull(id, "id"));
  }

  @Override
  public Stream<K> keys() {
    return EntryStreams.keys(openSpace(), () -> engine.space.table);
  }

  @Override
  public Stream<CacheEntry<K, V>> entries() {
    return EntryStreams.entries(openSpace(), () -> engine.space.table);
  }

  @Override
  public Stream<K> keys(CacheTier tier) {
    return requireNonNull(tier, "tier") == CacheTier.MEMORY
        ? keys()
        : listing(tier).keys();
  }

  @Override
  public Stream<CacheEntry<K, V>> entries(CacheTier tier) {
    return EntryLookup.entries(keys(tier), this::peek);
  }

  @Override
  public CompletableFuture<TierUsage> usage(CacheTier tier) {
    return handOut(usageOf(tier));
  }

  /** As {@link #usage}, for a caller that only waits for the result. */
  CompletableFuture<TierUsage> usageOf(CacheTier tier) {
    return requireNonNull(tier, "tier") == CacheTier.MEMORY
        ? CompletableFuture.completedFuture(TierListing.inMemory(openSpace()))
        : listing(tier).usage();
  }

  private TierListing<K> listing(CacheTier below) {
    Keyspace<K, V> here = openSpace();
    Space space = tenant == null ? here.space : tenant.space(); // an idle tenant has no key space
    return new TierListing<>(here, space, below, this::openSpace);
  }

  @Override
  public long estimatedSize() {
    return openSpace().table.size();
  }

  @Override
  public long memoryBytes() {
    return openSpace().table.weight();
  }

  /** The key space, for what takes no tenant into use. That of an idle tenant is empty. */
  private Keyspace<K, V> openSpace() {
    Keyspace<K, V> here = engine.space;
    here.requireOpen();
    if (tenant != null) {
      tenant.requireOpen();
    }
    return here;
  }

  @Override
  public CompletableFuture<@Nullable Void> close() {
    return handOut(end(false));
  }

  @Override
  public CompletableFuture<@Nullable Void> destroy() {
    return handOut(end(true));
  }

  /** As {@link #close} or {@link #destroy}, for a caller that only waits for the result. */
  CompletableFuture<@Nullable Void> end(boolean destroy) {
    if (destroy) {
      openSpace();
    } else if (!engine.space.runtime.lifecycle().isOpen()) {
      return CompletableFuture.completedFuture(null); // it was closed with its manager
    }
    var mine = new CompletableFuture<@Nullable Void>();
    synchronized (this) {
      if (ended != null) {
        return laterEnd(ended, destroy);
      }
      ended = mine;
    }
    CompletableFuture<?> told =
        tenant == null ? requireNonNull(closing).apply(destroy) : tenant.close(destroy);
    var unused = told.whenComplete((done, failure) -> {
      if (failure == null) {
        mine.complete(null);
      } else {
        mine.completeExceptionally(failure);
      }
    });
    return mine;
  }

  /** A step thread does not wait: its codec may have been called by the first end. */
  private CompletableFuture<@Nullable Void> laterEnd(
      CompletableFuture<@Nullable Void> first, boolean destroy) {
    if (destroy) {
      throw Keyspace.closed(engine.space.space);
    }
    return StepThreads.isCurrent() ? CompletableFuture.completedFuture(null) : first;
  }

  @Override
  public CacheStats stats() {
    return tenant == null ? engine.space.stats() : tenant.stats();
  }

  @Override
  public String name() {
    return engine.space.space.cache();
  }

  /**
   * Returns a future for the user. User callbacks on it may block. So a callback thread completes it, unless the
   * outcome is there already. Only this user has the future: to cancel or complete it has no effect on others.
   */
  private <T extends @Nullable Object> CompletableFuture<T> handOut(CompletableFuture<T> outcome) {
    var users = new CompletableFuture<T>();
    var unused = outcome.isDone()
        ? outcome.whenComplete((value, failure) -> complete(users, value, failure))
        : outcome.whenCompleteAsync(
            (value, failure) -> complete(users, value, failure),
            engine.space.runtime.threads().callbacks());
    return users;
  }

  private static <T extends @Nullable Object> void complete(
      CompletableFuture<T> users, T value, @Nullable Throwable failure) {
    if (failure == null) {
      users.complete(value);
    } else if (failure instanceof CompletionException && failure.getCause() != null) {
      users.completeExceptionally(failure.getCause());
    } else {
      users.completeExceptionally(failure);
    }
  }
}
