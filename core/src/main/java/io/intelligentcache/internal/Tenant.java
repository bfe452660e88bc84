package io.intelligentcache.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.internal.memory.HeapSizes;
import io.intelligentcache.internal.stats.CacheCounters;
import io.intelligentcache.stats.CacheStats;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One tenant of a cache: its {@link CacheEngine} while it is in use, its view, and its statistics.
 *
 * <p>The engine is most of what a tenant takes. The first operation makes it. It is freed when the tenant is idle: the tenant has no
 * entry in memory, no search, load or atomic operation is under way, and nobody has used it for a while. The next operation makes
 * another one.
 *
 * <p>Two engines of a tenant must never be at work at a time: the flights of one don't stop what the other one stores. A thread may be
 * in the middle of an operation when the engine is freed. But whoever can still change anything by a engine has a reference to it, and so has
 * every entry of it in memory. So a weak reference leads to the one that was freed, and as long as it does the next operation uses that one
 * again:
 *
 * <pre>
 *   get(k, load): has engine 1, is about to load | engine 1 is freed
 *                                                   | put(k, "new"): in engine 1, which the other thread keeps alive
 *   loads "old": recalled by the put, not stored    |
 * </pre>
 *
 * <p>A view and a engine refer to their tenant. When nobody has either of them, the tenant is garbage.
 */
final class Tenant<K, V> {
  private final Tenants<K, V> tenants;
  private final String id;

  /** Requests answered from memory, since a engine was freed last. The sum of all has it, too: a thread may count one when all else is garbage. */
  final LongAdder hits = new LongAdder();

  /** Written under the lock. */
  private volatile @Nullable WeakReference<AsyncView<K, V>> view;

  /** The engine while it is in use. Written under the lock. */
  private volatile @Nullable CacheEngine<K, V> engine;

  /** The one that was freed last. */
  @GuardedBy("this")
  private @Nullable WeakReference<CacheEngine<K, V>> freed;

  /** What was counted in engines until they were freed; counted in the sum of those that are not in use, too. */
  @GuardedBy("this")
  private @Nullable CacheCounters past;

  @GuardedBy("this")
  private int charged;

  /** Whether it is among those that {@link Tenants} looks at in turn. */
  @GuardedBy("this")
  private boolean queued;

  Tenant(Tenants<K, V> tenants, String id) {
    this.tenants = tenants;
    this.id = id;
  }

  String id() {
    return id;
  }

  /** Its view, the same as long as somebody has it. */
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
   * @param user the view, which has it from here on
   */
  CacheEngine<K, V> engineInUse(AsyncView<K, V> user) {
    tenants.requireOpen();
    CacheEngine<K, V> awake;
    boolean came;
    boolean queue;
    synchronized (this) {
      CacheEngine<K, V> there = engine;
      came = there == null;
      if (there == null && freed != null) {
        there = freed.get(); // whoever is still at work in it must not meet another one
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

  /** Has a engine in use; answers whether the tenant is to be looked at in turn from here on, and was not before. */
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
   * Frees the engine if the tenant is idle: it is its turn to be looked at.
   *
   * @param needed whether memory is full: then what was used a moment ago is idle, too
   * @return whether it is still in use, and is to be looked at again
   */
  synchronized boolean freeIfIdle(boolean needed) {
    queued = !free(needed);
    return queued;
  }

  /** Frees the engine though it was used a moment ago: its last entry has left memory. Call it under no lock. */
  void onEmptied() {
    if (free(true)) {
      tenants.onIdle(this);
    }
  }

  /** Whether it has no engine in the end. */
  private synchronized boolean free(boolean needed) {
    CacheEngine<K, V> now = engine;
    if (now == null) {
      return true;
    }
    boolean idle = now.isIdle() && (needed || !now.used);
    now.used = false;
    if (idle) {
      if (past == null) {
        past = tenants.newCounters();
      }
      tenants.handOver(now.space.counters, past);
      freed = new WeakReference<>(now);
      engine = null;
      lookForHitsIn(tenants.idleEngine());
    }
    return idle;
  }

  /**
   * Takes the engine that was freed into use again, if it has entries: a thread was so slow that it was freed under its hands.
   *
   * @return whether the tenant is to be looked at in turn from here on, and was not before
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
   * How many bytes of the memory budget it takes more than at the last call. Without a engine it takes none: what is left is garbage but for what
   * the user keeps, and only the collector knows which. Were it counted, a stream of tenants that are used once would fill the budget
   * with garbage.
   */
  synchronized long growth() {
    int takes = engine == null
        ? 0
        : (int) (HeapSizes.TENANT_BYTES + HeapSizes.of(id, Long.MAX_VALUE).bytes());
    int growth = takes - charged;
    charged = takes;
    return growth;
  }

  /** What it has counted since it was made, which is at its first use after it was garbage. */
  synchronized CacheStats stats() {
    var sum = new CacheCounters();
    if (past != null) {
      sum.add(past);
    }
    return sum.snapshot(addTo(sum));
  }

  /** Adds what was counted in the engine in use; answers how many entries that has in memory. Takes no lock. */
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
