package io.intelligentcache.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.internal.memory.HeapSizes;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.stats.CacheCounters;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.Space;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One tenant of a cache: its {@link CacheEngine} while it is in use, its view, and its statistics.
 *
 * <p>The engine takes most of a tenant's memory. The first operation creates it. It is freed when the tenant is idle:
 * the tenant has no entry in memory, no search, load or atomic operation is running, and the tenant was not used for
 * a while. The next operation creates another engine.
 *
 * <p>Two engines of a tenant must never be in use at the same time: a change in one engine does not fence the flights
 * of the other. A thread may be in the middle of an operation when the engine is freed. But every thread that can
 * still change something through an engine refers to it, and so does each of its entries in memory. So a weak
 * reference to the freed engine stays set as long as the engine can change anything. While it is set, the next
 * operation uses the freed engine again:
 *
 * <pre>
 *   get(k, load): has engine 1, is about to load    | engine 1 is freed
 *                                                   | put(k, "new"): in engine 1, to which the other thread refers
 *   loads "old": fenced by the put, not stored      |
 * </pre>
 *
 * <p>A view and an engine refer to their tenant. When neither of them is reachable, the tenant is garbage.
 */
final class Tenant<K, V> {
  private final Tenants<K, V> tenants;
  private final String id;

  /**
   * Memory hits since an engine was freed last. {@link Tenants} adds them to the sum of all tenants: a thread may
   * count a hit when the rest of the tenant is garbage already.
   */
  final LongAdder hits = new LongAdder();

  /** Written under the lock. */
  private volatile @Nullable WeakReference<AsyncView<K, V>> view;

  /** The engine while it is in use, else null. Written under the lock. */
  private volatile @Nullable CacheEngine<K, V> engine;

  /** The engine that was freed last. */
  @GuardedBy("this")
  private @Nullable WeakReference<CacheEngine<K, V>> freed;

  /**
   * The counts of the engines of this tenant that were freed. {@link Tenants} adds them to the sum of all tenants,
   * too.
   */
  @GuardedBy("this")
  private @Nullable CacheCounters past;

  @GuardedBy("this")
  private int charged;

  /** Whether this tenant is in the queue of those that {@link Tenants} checks in turn. */
  @GuardedBy("this")
  private boolean queued;

  /** Whether it refuses operations, for ever. Written under the lock. */
  private volatile boolean closed;

  Tenant(Tenants<K, V> tenants, String id) {
    this.tenants = tenants;
    this.id = id;
  }

  String id() {
    return id;
  }

  Space space() {
    return tenants.space(id);
  }

  /** The view. It is the same object as long as it is reachable. */
  AsyncView<K, V> view() {
    AsyncView<K, V> there = there();
    return there != null ? there : newView();
  }

  private @Nullable AsyncView<K, V> there() {
    WeakReference<AsyncView<K, V>> link = view;
    return link == null ? null : link.get();
  }

  private synchronized AsyncView<K, V> newView() {
    AsyncView<K, V> there = there();
    if (there == null) {
      CacheEngine<K, V> now = engine;
      there = new AsyncView<>(this, now == null ? tenants.idleEngine() : now);
      view = new WeakReference<>(there);
    }
    return there;
  }

  /**
   * Takes the engine into use.
   *
   * @param user the view, which refers to the engine from now on
   */
  CacheEngine<K, V> engineInUse(AsyncView<K, V> user) {
    CacheEngine<K, V> awake;
    boolean came;
    boolean queue;
    synchronized (this) {
      requireOpen(); // under the lock: a tenant that is closed must get no engine
      CacheEngine<K, V> there = engine;
      came = there == null;
      if (there == null && freed != null) {
        there = freed.get(); // a thread may still use it: there must be no second engine
      }
      awake = there == null ? tenants.newEngine(this) : there;
      queue = use(awake);
      awake.used = true;
      user.engine = awake;
    }
    if (came) {
      tenants.onInUse(this, queue);
    }
    return awake;
  }

  /** Marks an engine as in use. Returns whether the tenant must be added to the queue of those that are checked. */
  @GuardedBy("this")
  private boolean use(CacheEngine<K, V> there) {
    there.space.counters.handOverTo(null);
    engine = there;
    freed = null;
    boolean queue = !queued;
    queued = true;
    return queue;
  }

  /**
   * Frees the engine if the tenant is idle. Called when this tenant is the next one to be checked.
   *
   * @param needed whether memory is full: then a tenant that was used a moment ago counts as idle, too
   * @return whether it is still in use, and must be checked again
   */
  synchronized boolean freeIfIdle(boolean needed) {
    queued = !free(needed);
    return queued;
  }

  /**
   * Frees the engine even if it was used a moment ago, because its last entry was removed from memory. Call it under
   * no lock.
   */
  void onEmptied() {
    if (free(true)) {
      tenants.onIdle(this);
    }
  }

  /** Frees the engine if the tenant is idle. Returns whether it has no engine afterwards. */
  private synchronized boolean free(boolean needed) {
    CacheEngine<K, V> now = engine;
    if (now == null) {
      return true;
    }
    boolean idle = now.isIdle() && (needed || !now.used);
    now.used = false;
    if (idle) {
      release(now);
      freed = new WeakReference<>(now);
    }
    return idle;
  }

  @GuardedBy("this")
  private void release(CacheEngine<K, V> now) {
    if (past == null) {
      past = tenants.newCounters();
    }
    tenants.handOver(now.space.counters, past);
    engine = null;
    lookForHitsIn(tenants.idleEngine());
  }

  /**
   * Refuses an operation if the tenant is closed.
   *
   * @throws IllegalStateException if it is closed, or its cache or manager is
   */
  void requireOpen() {
    tenants.requireOpen();
    if (closed) {
      throw Keyspace.closed(tenants.space(id));
    }
  }

  /** Closes or destroys the tenant. Another tenant of this id can be created when the result completes. */
  CompletableFuture<?> close(boolean destroy) {
    return tenants.close(this, destroy);
  }

  /**
   * Refuses all later operations. {@link #end} must follow when its entries are no longer in memory.
   *
   * @return the key space that may have entries; null if none has
   */
  synchronized @Nullable Keyspace<K, V> refuse() {
    closed = true;
    CacheEngine<K, V> now = engine;
    if (now == null && freed != null) {
      now = freed.get(); // a slow thread may be changing it
    }
    if (now == null) {
      return null;
    }
    now.space.close();
    return now.space;
  }

  /** Frees the engine for good. */
  synchronized void end() {
    if (engine != null) {
      release(engine);
    }
    freed = null;
  }

  /**
   * Takes the freed engine into use again, if it has entries. This happens if a slow thread was still using the
   * engine when it was freed.
   *
   * @return whether the tenant must be added to the queue of those that are checked
   */
  synchronized boolean recover() {
    CacheEngine<K, V> before = engine == null && freed != null ? freed.get() : null;
    if (before == null || before.space.table.size() == 0) {
      return false;
    }
    lookForHitsIn(before);
    return use(before);
  }

  @GuardedBy("this")
  private void lookForHitsIn(CacheEngine<K, V> there) {
    AsyncView<K, V> user = there();
    if (user != null) {
      user.engine = there;
    }
  }

  /**
   * How many more bytes of the memory budget this tenant takes than at the last call. Without an engine it takes
   * none: what is left is garbage, except what the user keeps, and only the garbage collector knows which. If those
   * bytes were charged, many tenants that are used only once would fill the budget with garbage.
   */
  synchronized long growth() {
    int takes = engine == null
        ? 0
        : (int) (HeapSizes.TENANT_BYTES + HeapSizes.of(id, Long.MAX_VALUE).bytes());
    int growth = takes - charged;
    charged = takes;
    return growth;
  }

  /** The counts since this object was created. A tenant that was garbage is created again at its next use. */
  synchronized CacheStats stats() {
    var sum = new CacheCounters();
    if (past != null) {
      sum.add(past);
    }
    return sum.snapshot(addTo(sum));
  }

  /** Adds the counts of the engine in use. Returns how many entries that engine has in memory. Takes no lock. */
  long addTo(CacheCounters sum) {
    CacheEngine<K, V> now = engine;
    if (now == null) {
      sum.addHits(hits.sum());
      return 0;
    }
    sum.add(now.space.counters);
    return now.space.table.size();
  }

  /** The engine, if it is in use. */
  @Nullable
  CacheEngine<K, V> engine() {
    return engine;
  }
}
