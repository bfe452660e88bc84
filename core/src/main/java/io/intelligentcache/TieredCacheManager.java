package io.intelligentcache;

import static java.time.Duration.ZERO;
import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.codec.Compression;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.codec.TypeRef;
import io.intelligentcache.internal.AsyncView;
import io.intelligentcache.internal.CacheEngine;
import io.intelligentcache.internal.Shutdown;
import io.intelligentcache.internal.SpaceCloser;
import io.intelligentcache.internal.Tenants;
import io.intelligentcache.internal.codec.ItemFormat;
import io.intelligentcache.internal.coherence.CopyValidity;
import io.intelligentcache.internal.coherence.KeyLocks;
import io.intelligentcache.internal.concurrent.Lifecycle;
import io.intelligentcache.internal.demotion.WriteBehind;
import io.intelligentcache.internal.load.LoadRunner;
import io.intelligentcache.internal.memory.HeapSizes;
import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.memory.MemoryTable;
import io.intelligentcache.internal.memory.Policies;
import io.intelligentcache.internal.runtime.CacheComponents;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.ExpiryWork;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.runtime.ThreadPools;
import io.intelligentcache.internal.runtime.Tiers;
import io.intelligentcache.internal.setting.Settings;
import io.intelligentcache.internal.stats.CacheCounters;
import io.intelligentcache.internal.stats.HealthReading;
import io.intelligentcache.internal.stats.ManagerCounts;
import io.intelligentcache.internal.tier.NoTier;
import io.intelligentcache.internal.tier.ReadDeadlineTier;
import io.intelligentcache.internal.time.CoarseTime;
import io.intelligentcache.internal.time.MonotonicTime;
import io.intelligentcache.stats.Health;
import io.intelligentcache.stats.ManagerStats;
import io.intelligentcache.tier.LocalTierFactory;
import io.intelligentcache.tier.Scheduler;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.SharedTierFactory;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierException;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the tiers, the threads and one memory budget, and hands out caches.
 *
 * <pre>{@code
 * try (TieredCacheManager caches = TieredCacheManager.builder()
 *     .memory(Memory.ofMegabytes(100))
 *     .disk(Disk.at(Path.of("cache_data")).maximumMegabytes(1_000))
 *     .redis(Redis.at("redis://localhost:6379"))
 *     .build()) {
 *   TieredCache<String, User> users = caches.cache("users", String.class, User.class);
 *   ...
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class TieredCacheManager implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TieredCacheManager.class);

  /**
   * How many caches are free of charge in the memory budget. Few programs have more, unless they create caches
   * while they run.
   */
  static final int FREE_CACHES = 100;

  private final CacheRuntime runtime;
  private final CacheSettings settings;
  private final Shutdown closing;
  private final SpaceCloser closer;
  private final ConcurrentHashMap<String, Opened<?, ?>> caches = new ConcurrentHashMap<>();
  private final ReentrantLock counting = new ReentrantLock();

  /** The counts of caches that were closed. */
  @GuardedBy("counting")
  private final CacheCounters past = new CacheCounters();

  /**
   * The settings of all caches.
   *
   * @param defaultTtl of the entries of a cache that has no other one; null for no end
   * @param multiTenant whether the caches have tenants
   */
  private record CacheSettings(
      Compression compression, @Nullable Duration defaultTtl, boolean multiTenant) {}

  /**
   * What the manager holds for one open cache.
   *
   * @param charged the bytes that are counted for it in the memory budget, beside its entries and tenants
   */
  private record Opened<K, V>(
      CacheSpec<K, V> spec,
      CacheEngine<K, V> engine,
      @Nullable Tenants<K, V> tenants,
      TieredCache<K, V> cache,
      AtomicLong charged) {
    /** The value of {@code charged} when the cache was closed: then nothing may be charged any more. */
    private static final long CLOSED = -1;

    /** Counts bytes in the memory budget for this cache, unless it was closed meanwhile. */
    void charge(long bytes) {
      if (charged.compareAndSet(0, bytes)) {
        engine.space.runtime.tiers().memory().charge(bytes);
      }
    }

    /** Refuses all later operations. Returns the key spaces that may have entries. */
    List<Keyspace<K, V>> refuse() {
      engine.space.close();
      List<Keyspace<K, V>> spaces = new ArrayList<>(List.of(engine.space));
      if (tenants != null) {
        spaces.addAll(tenants.refuseAll());
      }
      return spaces;
    }

    /** Completes when the tenants are closed that were being closed before this cache. */
    CompletableFuture<?> tenantsClosed() {
      return tenants == null ? CompletableFuture.completedFuture(null) : tenants.closingsEnded();
    }

    /** Gives back what the cache and its tenants take beside their entries. */
    void end() {
      if (tenants != null) {
        tenants.endAll();
      }
      long bytes = charged.getAndSet(CLOSED);
      if (bytes > 0) {
        engine.space.runtime.tiers().memory().charge(-bytes);
      }
    }

    boolean hasLowerTier() {
      return engine.space.runtime.tiers().hasLower();
    }

    void forEachTable(Consumer<MemoryTable<?, ?>> visitor) {
      visitor.accept(engine.space.table);
      if (tenants != null) {
        tenants.forEach(tenant -> visitor.accept(tenant.space.table));
      }
    }

    /**
     * Adds the counters of this cache and its tenants to a sum; returns the number of their entries in memory.
     */
    long addTo(CacheCounters sum) {
      sum.add(engine.space.counters);
      return engine.space.table.size() + (tenants == null ? 0 : tenants.addTo(sum));
    }
  }

  private TieredCacheManager(
      CacheRuntime runtime,
      CacheSettings settings,
      @Nullable WriteBehind behind,
      Duration closeTimeout) {
    this.runtime = runtime;
    this.settings = settings;
    this.closer = new SpaceCloser(runtime.threads().steps(), closeTimeout);
    this.closing = new Shutdown(runtime, behind, this::forEachTable, closeTimeout);
  }

  private void forEachTable(Consumer<MemoryTable<?, ?>> visitor) {
    for (Opened<?, ?> cache : caches.values()) {
      cache.forEachTable(visitor);
    }
  }

  /**
   * Starts a configuration. Unless set: {@link Memory#DEFAULT_BYTES} of memory with LRU, no disk, no Redis, LZ4
   * from 1 KiB on, no expiry.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the cache of a name. The first call opens it.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param name the cache's name, 1 to 512 bytes of UTF-8; it is part of every key on disk and in Redis
   * @param keyType see {@link CacheSpec#of(Class, Class)}
   * @param valueType see {@link CacheSpec#of(Class, Class)}
   * @return the cache
   * @throws IllegalArgumentException if the name is empty or too long; if there is no codec for a type,
   *     also because values of that type would not come back from Redis as they were; or if the cache is open
   *     with other types
   * @throws IllegalStateException if the manager is closed, or the cache is being closed
   */
  public <K, V> TieredCache<K, V> cache(String name, Class<K> keyType, Class<V> valueType) {
    return cache(name, CacheSpec.of(keyType, valueType));
  }

  /**
   * Returns the cache of a name, for values of a type with type arguments.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param name as in {@link #cache(String, Class, Class)}
   * @param keyType see {@link CacheSpec#of(Class, TypeRef)}
   * @param valueType see {@link CacheSpec#of(Class, TypeRef)}
   * @return the cache
   * @throws IllegalArgumentException as {@link #cache(String, Class, Class)}
   */
  public <K, V> TieredCache<K, V> cache(String name, Class<K> keyType, TypeRef<V> valueType) {
    return cache(name, CacheSpec.of(keyType, valueType));
  }

  /**
   * Returns the cache of a name. The first call opens the cache with its spec; later calls get that cache.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param name as in {@link #cache(String, Class, Class)}
   * @param spec what the cache holds and how
   * @return the cache
   * @throws IllegalArgumentException as {@link #cache(String, Class, Class)}
   */
  @SuppressWarnings("unchecked") // the types of the two specs are the same
  public <K, V> TieredCache<K, V> cache(String name, CacheSpec<K, V> spec) {
    requireNonNull(name, "name");
    requireNonNull(spec, "spec");
    runtime.lifecycle().requireOpen();
    long[] takes = {0};
    Opened<?, ?> opened = caches.computeIfAbsent(name, absent -> {
      Opened<K, V> mine = open(name, spec);
      takes[0] = HeapSizes.CACHE_BYTES
          + (mine.hasLowerTier() && spec.writesJson() ? HeapSizes.JSON_BYTES : 0);
      return mine;
    });
    if (takes[0] > 0 && caches.size() > FREE_CACHES) {
      opened.charge(takes[0]);
    }
    if (!opened.engine().space.isOpen()) {
      runtime.lifecycle().requireOpen();
      throw new IllegalStateException("cache " + name
          + " is being closed; it can be opened again when close() or destroy() has returned");
    }
    if (!opened.spec().sameTypes(spec)) {
      throw new IllegalArgumentException(
          "cache " + name + " is open as " + opened.spec() + ", not as " + spec);
    }
    return (TieredCache<K, V>) opened.cache();
  }

  private <K, V> Opened<K, V> open(String name, CacheSpec<K, V> spec) {
    KeyCodec<K> keys = keyCodec(spec);
    ItemFormat<V> format = storedFormat(name, spec);
    CacheRuntime below = format == null ? runtime.withoutLowerTiers() : runtime;
    CacheComponents<K, V> components =
        CacheComponents.of(below, name, spec, keys, format, settings.defaultTtl());
    var engine =
        new CacheEngine<>(components, new Space(name, ""), null, below.tiers().memory()::newTable);
    Tenants<K, V> tenants = settings.multiTenant() ? new Tenants<>(components, name, closer) : null;
    var view = new AsyncView<>(engine, id -> tenant(tenants, id), destroy -> close(name, destroy));
    return new Opened<>(spec, engine, tenants, view.sync, new AtomicLong());
  }

  /** Closes or destroys an open cache. Its view calls this once. */
  private CompletableFuture<?> close(String name, boolean destroy) {
    Opened<?, ?> cache = requireNonNull(caches.get(name));
    return closer.close(
        cache.engine().space.runtime,
        cache.refuse(),
        destroy ? cache.engine().space.space : null,
        cache.tenantsClosed(),
        () -> forget(name, cache));
  }

  private void forget(String name, Opened<?, ?> cache) {
    cache.end();
    counting.lock(); // or its counts would be counted twice, or not at all
    try {
      long unused = cache.addTo(past);
      caches.remove(name);
    } finally {
      counting.unlock();
    }
  }

  /**
   * The names of the caches that are open.
   *
   * @return a copy, in alphabetical order; it has caches that are being closed, too
   */
  public Set<String> cacheNames() {
    return Collections.unmodifiableSet(new TreeSet<>(caches.keySet()));
  }

  private boolean usesMemoryOnly(CacheSpec<?, ?> spec) {
    return spec.isMemoryOnly() || !runtime.tiers().hasLower();
  }

  /** How keys are written as text; null if they have no text, and this cache uses memory only. */
  private <K> @Nullable KeyCodec<K> keyCodec(CacheSpec<K, ?> spec) {
    try {
      return spec.keyCodec();
    } catch (IllegalArgumentException none) {
      if (usesMemoryOnly(spec)) { // memory finds keys by equals
        return null;
      }
      throw none;
    }
  }

  /** How values are encoded for the tiers below memory; null if this cache uses memory only. */
  private <V> @Nullable ItemFormat<V> storedFormat(String name, CacheSpec<?, V> spec) {
    if (usesMemoryOnly(spec)) {
      return null;
    }
    try {
      return new ItemFormat<>(spec.valueCodec(), settings.compression());
    } catch (IllegalArgumentException unwritable) {
      // The disk tier holds nothing but copies of what memory held, so the cache is correct without
      // it.
      if (spec.hasCodec() || runtime.tiers().hasRedis()) {
        throw unwritable;
      }
      log.warn("cache {} has no part on disk: {}", name, unwritable.getMessage());
      return null;
    }
  }

  private <K, V> TieredCache<K, V> tenant(@Nullable Tenants<K, V> tenants, String id) {
    runtime.lifecycle().requireOpen();
    if (tenants == null) {
      throw new IllegalStateException(
          "tenants are off: build the manager with multiTenant(true) to use tenant \"" + id + "\"");
    }
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a tenant's id must not be empty");
    }
    return tenants.view(id).sync;
  }

  /**
   * What the tiers hold and did. Cheap, except that it adds up the counters of all caches and tenants, also of
   * those that were closed.
   *
   * @return counters at about this instant
   */
  public ManagerStats stats() {
    var sum = new CacheCounters();
    long entries = 0;
    counting.lock();
    try {
      sum.add(past);
      for (Opened<?, ?> cache : caches.values()) {
        entries += cache.addTo(sum);
      }
    } finally {
      counting.unlock();
    }
    Tiers tiers = runtime.tiers();
    SharedTier shared = tiers.shared();
    return new ManagerCounts(
        sum.snapshot(entries),
        tiers.memory().used(),
        tiers.memory().capacity(),
        tiers.hasDisk() ? tiers.disk().stats() : null,
        tiers.hasRedis() ? tiers.redis().stats() : null,
        shared == null ? null : shared.sharedStats(),
        shared == null ? null : runtime.validity().stats());
  }

  /**
   * Whether Redis can be used at this instant, and what is wrong if not. Takes microseconds, sends nothing and
   * waits for nothing. So a probe may call it at any time, also after {@link #close}.
   *
   * @return the state of Redis; {@link Health#ready} if there is none
   */
  public Health health() {
    SharedTier shared = runtime.tiers().shared();
    return shared == null
        ? new HealthReading(
            false, false, false, false, ZERO, runtime.validity().stats().bound(), ZERO, null)
        : runtime.validity().health(shared.health());
  }

  /**
   * Changes the memory budget. If it shrinks, entries are demoted to disk before this returns; reads and writes
   * go on meanwhile.
   *
   * @param bytes the budget from this call on, at least 1, at most the largest heap, see {@link Memory}
   * @throws IllegalArgumentException if it is less, or more
   * @throws IllegalStateException if the manager is closed
   */
  public void resizeMemory(long bytes) {
    runtime.lifecycle().requireOpen();
    Memory budget = Memory.ofBytes(bytes);
    budget.warnIfLarge();
    runtime.tiers().memory().resize(budget.bytes());
  }

  /**
   * Closes the manager: callers that wait for a load are released, the entries in memory are written to disk,
   * then the tiers are closed. Later calls of its caches are refused.
   *
   * <p>Returns when all that is done, or at the {@linkplain Builder#closeTimeout timeout}. If the disk is slow
   * or has failed, some entries can't be written in that time: the coldest ones are written last, and the log
   * has the number of the missing ones. Any number of threads may call this at any time; each call returns when
   * the manager is closed, or at its own timeout. An interrupt does not shorten the wait, and the interrupt
   * flag is kept.
   */
  @Override
  public void close() {
    closing.close();
  }

  /** Collects the settings of a manager. Not thread-safe. */
  public static final class Builder {
    private Memory memory = Memory.ofBytes(Memory.DEFAULT_BYTES);
    private @Nullable LocalTierFactory disk;
    private @Nullable SharedTierFactory redis;
    private Compression compression = Compression.lz4();
    private @Nullable Duration defaultTtl;
    private Duration loadTimeout = Settings.LOAD_TIMEOUT.defaultValue();
    private Duration stalenessBound = Settings.STALENESS_BOUND.defaultValue();
    private Duration closeTimeout = Settings.CLOSE_TIMEOUT.defaultValue();
    private @Nullable Executor loaders;
    private boolean multiTenant;
    private TimeSource time = TimeSource.SYSTEM;
    private @Nullable Scheduler scheduler;

    private Builder() {}

    /**
     * The memory tier; {@link Memory#DEFAULT_BYTES} with LRU unless set.
     *
     * @param settings budget and policy
     * @return this builder
     */
    public Builder memory(Memory settings) {
      memory = requireNonNull(settings, "memory");
      return this;
    }

    /**
     * The disk tier: entries that memory evicts are written to it, and are still there after a restart. None
     * unless set.
     *
     * @param tier for example {@code Disk.at(path)}
     * @return this builder
     */
    public Builder disk(LocalTierFactory tier) {
      disk = requireNonNull(tier, "disk");
      return this;
    }

    /**
     * The tier that all instances share: every write goes through to it. None unless set.
     *
     * @param tier for example {@code Redis.at(url)}
     * @return this builder
     */
    public Builder redis(SharedTierFactory tier) {
      redis = requireNonNull(tier, "redis");
      return this;
    }

    /**
     * Compression of values below memory; LZ4 from 1 KiB on unless set.
     *
     * @param setting which values are compressed
     * @return this builder
     */
    public Builder compression(Compression setting) {
      compression = requireNonNull(setting, "compression");
      return this;
    }

    /**
     * The time to live of an entry if neither its cache nor its put sets one. None unless set: such entries
     * don't expire.
     *
     * @param ttl how long; positive
     * @return this builder
     */
    public Builder defaultTtl(Duration ttl) {
      defaultTtl = Settings.DEFAULT_TTL.check(ttl);
      return this;
    }

    /**
     * How long a caller waits for a loader; 5 seconds unless set. A loader that takes four times as long is
     * interrupted and given up.
     *
     * @param timeout positive, at most a day
     * @return this builder
     */
    public Builder loadTimeout(Duration timeout) {
      loadTimeout = Settings.LOAD_TIMEOUT.check(timeout);
      return this;
    }

    /**
     * The staleness bound: after another instance has changed a value in Redis, this instance may return the
     * older value without asking Redis for at most this time. It applies while Redis answers. While Redis does
     * not answer, the {@link Outage} setting of each cache applies instead, by default {@code Outage.bounded}
     * with 30 seconds.
     *
     * <p>The bound is 2 seconds unless set, and holds even if messages are lost. Usually an instance receives
     * an invalidation within a millisecond. With a bound of zero, every read of a copy that Redis shares asks
     * Redis.
     *
     * @param bound zero to an hour; with less than a second some reads ask Redis without need
     * @return this builder
     * @throws IllegalArgumentException if it is negative or more than an hour
     */
    public Builder stalenessBound(Duration bound) {
      stalenessBound = Settings.STALENESS_BOUND.check(bound);
      return this;
    }

    /**
     * How long {@link TieredCacheManager#close} may take, and how long {@link TieredCache#close} may write
     * entries to disk; 10 seconds unless set. In that time the entries in
     * memory are written to disk: a disk takes some hundred megabytes a second. It should be shorter than the
     * grace period after which the process is killed.
     *
     * @param timeout positive, at most an hour
     * @return this builder
     */
    public Builder closeTimeout(Duration timeout) {
      closeTimeout = Settings.CLOSE_TIMEOUT.check(timeout);
      return this;
    }

    /**
     * Runs loaders in place of the manager's own threads. The manager's threads are shared fairly among caches
     * and tenants: the guide to threads has the figures. The manager does not shut the executor down.
     *
     * @param executor should refuse tasks rather than queue them without bound; see {@link
     *     CacheSpec#loaderExecutor} for when the thread of the cache's caller calls it
     * @return this builder
     */
    public Builder loaderExecutor(Executor executor) {
      loaders = requireNonNull(executor, "executor");
      return this;
    }

    /**
     * Whether caches may be split into tenants; false unless set.
     *
     * @param allowed true to allow {@link TieredCache#tenant}
     * @return this builder
     */
    public Builder multiTenant(boolean allowed) {
      multiTenant = allowed;
      return this;
    }

    /**
     * Sets other clocks, for tests: expiry and staleness follow them. Timeouts follow real time.
     *
     * @param clocks the clocks
     * @return this builder
     */
    public Builder time(TimeSource clocks) {
      time = requireNonNull(clocks, "time");
      scheduler = null;
      return this;
    }

    /**
     * Sets other clocks and another timer, for tests.
     *
     * @param clocks expiry and staleness follow them
     * @param timer timeouts, pauses and periodic work follow it. Managers may share it: none closes it
     * @return this builder
     */
    public Builder time(TimeSource clocks, Scheduler timer) {
      requireNonNull(timer, "timer");
      time(clocks);
      scheduler = timer;
      return this;
    }

    /**
     * Opens the tiers. With Redis, this returns when Redis is {@linkplain Health#ready ready} and some reads and
     * writes have been sent to warm up, or after the connect timeout. If Redis is not ready by then, one line in
     * the log says what is missing, and connecting goes on in the background.
     *
     * @return an open manager; close it to keep what is in memory
     * @throws TierException if a tier can't be opened; nothing stays open then
     */
    public TieredCacheManager build() {
      memory.warnIfLarge();
      Deque<AutoCloseable> opened = new ArrayDeque<>();
      try {
        return open(opened);
      } catch (Throwable failure) { // an Error, too: a class may be missing, or a thread
        closeAll(opened, failure);
        throw failure;
      }
    }

    /** Opens the manager, and pushes what has to be closed if that fails. */
    private TieredCacheManager open(Deque<AutoCloseable> opened) {
      // Only the scheduler advances the rough clock, so another scheduler gets clocks without one.
      TimeSource clocks = time == TimeSource.SYSTEM && scheduler == null
          ? new CoarseTime()
          : new MonotonicTime(time);
      var validity = new CopyValidity(clocks, stalenessBound);
      var pools = new ThreadPools(scheduler);
      opened.push(pools);
      var context = new TierContext(clocks, pools.scheduler(), validity);
      Tier diskTier = NoTier.INSTANCE;
      if (disk != null) {
        diskTier = disk.open(context);
        opened.push(diskTier);
      }
      Tier redisTier = NoTier.INSTANCE;
      if (redis != null) {
        redisTier = redis.open(context);
        opened.push(redisTier);
      }
      if (diskTier.readsBlock()) {
        diskTier = new ReadDeadlineTier(diskTier, pools.timeouts());
      }
      var lifecycle = new Lifecycle();
      var memoryTier = new MemoryEngine(
          memory.bytes(), Policies.create(memory.policy()), clocks::roughNanos, pools.steps());
      var runtime = new CacheRuntime(
          new Tiers(memoryTier, diskTier, redisTier),
          validity,
          new KeyLocks(),
          new LoadRunner(
              pools.loaders(),
              loaders,
              loadTimeout,
              pools.timeouts(),
              pools.callbacks(),
              lifecycle),
          pools,
          new ExpiryWork(clocks, pools.scheduler(), memoryTier),
          clocks,
          lifecycle);
      return new TieredCacheManager(
          runtime,
          new CacheSettings(compression, defaultTtl, multiTenant),
          writeBehind(runtime),
          closeTimeout);
    }

    /** Closes what was opened, the last first. What fails is added to the failure. */
    private static void closeAll(Deque<AutoCloseable> opened, Throwable failure) {
      for (AutoCloseable part : opened) {
        try {
          part.close();
        } catch (Throwable another) {
          failure.addSuppressed(another);
        }
      }
    }

    private static @Nullable WriteBehind writeBehind(CacheRuntime runtime) {
      Tiers tiers = runtime.tiers();
      Duration within = tiers.disk().writesBehind();
      if (within == null) {
        return null;
      }
      Scheduler timer = runtime.threads().scheduler();
      var writeBehind =
          new WriteBehind(tiers.memory(), tiers.disk(), runtime.time(), timer, within);
      writeBehind.start();
      return writeBehind;
    }
  }
}
