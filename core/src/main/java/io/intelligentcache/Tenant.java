package io.intelligentcache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.memory.HeapSizes;
import io.intelligentcache.stats.CacheCounters;
import io.intelligentcache.stats.CacheStats;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * One tenant of a cache: its statistics, its view, and its {@link Keyspace} while it is in use.
 *
 * <p>The key space is most of what a tenant takes. The first operation makes it. It is freed when the tenant is idle: the tenant has no
 * entry in memory, no search, load or atomic operation is under way, and nobody has used it for a while. The next operation makes
 * another one.
 *
 * <p>Two key spaces of a tenant must never be at work at a time: the flights of one don't stop what the other one stores. A thread may be
 * in the middle of an operation when the key space is freed. But whoever can still change anything by a key space has a reference to it, and so has
 * every entry of it in memory. So a weak reference leads to the one that was freed, and as long as it does the next operation uses that one
 * again:
 *
 * <pre>
 *   get(k, load): has key space 1, is about to load | key space 1 is freed
 *                                                   | put(k, "new"): in key space 1, which the other thread keeps alive
 *   loads "old": recalled by the put, not stored    |
 * </pre>
 *
 * <p>A weak reference leads to the user's view, too. A tenant is gone when nobody has its view and its key space was collected.
 */
final class Tenant<K, V> {
  private final Tenants<K, V> tenants;
  private final String id;
  private final CacheCounters counters = new CacheCounters();

  /** Written under the lock. */
  private volatile @Nullable Link<K, V, AsyncView<K, V>> view;

  /** The key space while it is in use. */
  @GuardedBy("this")
  private @Nullable Keyspace<K, V> keyspace;

  /** The one that was freed last. */
  @GuardedBy("this")
  private @Nullable Link<K, V, Keyspace<K, V>> freed;

  @GuardedBy("this")
  private int charged;

  /** Whether it is among those that {@link Tenants} looks at in turn. */
  @GuardedBy("this")
  private boolean queued;

  @GuardedBy("this")
  private boolean gone;

  Tenant(Tenants<K, V> tenants, String id) {
    this.tenants = tenants;
    this.id = id;
  }

  /** Leads to a part of a tenant as long as somebody else has it, and to the tenant after that. */
  static final class Link<K, V, T> extends WeakReference<T> {
    final Tenant<K, V> tenant;

    Link(Tenant<K, V> tenant, T part) {
      super(part, tenant.tenants.ended());
      this.tenant = tenant;
    }

    static boolean isEnded(@Nullable Link<?, ?, ?> link) {
      return link == null || link.refersTo(null);
    }
  }

  String id() {
    return id;
  }

  /** Its view, the same as long as somebody has it; null if the tenant is gone, and another one is to take its place. */
  @Nullable
  AsyncView<K, V> view() {
    AsyncView<K, V> there = there();
    return there != null ? there : newView();
  }

  private @Nullable AsyncView<K, V> there() {
    Link<K, V, AsyncView<K, V>> link = view;
    return link == null ? null : link.get();
  }

  private synchronized @Nullable AsyncView<K, V> newView() {
    if (gone) {
      return null;
    }
    AsyncView<K, V> there = there();
    if (there == null) {
      there = new AsyncView<>(this, keyspace == null ? tenants.asleep() : keyspace);
      view = new Link<>(this, there);
    }
    return there;
  }

  /**
   * Takes the key space into use.
   *
   * @param user the view, which has it from here on
   */
  Keyspace<K, V> awake(AsyncView<K, V> user) {
    tenants.requireOpen();
    Keyspace<K, V> awake;
    boolean came;
    boolean queue;
    synchronized (this) {
      Keyspace<K, V> there = keyspace;
      came = there == null;
      if (there == null && freed != null) {
        there = freed.get(); // whoever is still at work in it must not meet another one
      }
      awake = there == null ? tenants.newKeyspace(this) : there;
      awake.used = true;
      keyspace = awake;
      user.space = awake;
      queue = !queued;
      queued = true;
    }
    if (came) {
      tenants.came(this, queue);
    }
    return awake;
  }

  /**
   * Frees the key space if the tenant is idle: it is its turn to be looked at.
   *
   * @param needed whether memory is full: then what was used a moment ago is idle, too
   * @return whether it is still in use, and is to be looked at again
   */
  synchronized boolean look(boolean needed) {
    queued = !free(needed);
    return queued;
  }

  /** Frees the key space if that is all the same idle, though it was used a moment ago: its last entry has left memory. Call it under no lock. */
  void emptied() {
    if (free(true)) {
      tenants.slept(this);
    }
  }

  /** Whether it has no key space in the end. */
  private synchronized boolean free(boolean needed) {
    Keyspace<K, V> now = keyspace;
    if (now == null) {
      return true;
    }
    boolean idle = now.isIdle() && (needed || !now.used);
    now.used = false;
    if (idle) {
      freed = new Link<>(this, now);
      keyspace = null;
      lookForHitsIn(tenants.asleep());
    }
    return idle;
  }

  /**
   * Takes the key space that was freed into use again, if it has entries: a thread was so slow that it was freed under its hands.
   *
   * @return whether it is to be looked at again, and was not before
   */
  synchronized boolean recover() {
    Keyspace<K, V> before = keyspace == null && freed != null ? freed.get() : null;
    if (before == null || before.table.size() == 0) {
      return false;
    }
    keyspace = before;
    lookForHitsIn(before);
    boolean queue = !queued;
    queued = true;
    return queue;
  }

  @GuardedBy("this")
  private void lookForHitsIn(Keyspace<K, V> there) {
    AsyncView<K, V> user = there();
    if (user != null) {
      user.space = there;
    }
  }

  /**
   * How many bytes of the memory budget it takes more than at the last call. Without a key space it takes none: what is left is garbage but for what
   * the user keeps, and only the collector knows which. Were it counted, a stream of tenants that are used once would fill the budget
   * with garbage.
   */
  synchronized long growth() {
    int takes = keyspace == null
        ? 0
        : (int) (HeapSizes.TENANT_BYTES + HeapSizes.of(id).bytes());
    int growth = takes - charged;
    charged = takes;
    return growth;
  }

  /** Ends it, if nobody has a part of it; answers whether it has ended. */
  synchronized boolean end() {
    if (Link.isEnded(freed)) {
      freed = null;
    }
    gone = gone || (keyspace == null && freed == null && Link.isEnded(view));
    return gone;
  }

  CacheStats stats() {
    return counters.snapshot(entries());
  }

  CacheCounters counters() {
    return counters;
  }

  synchronized long entries() {
    return keyspace == null ? 0 : keyspace.table.size();
  }

  /** The key space, if it is in use. */
  synchronized @Nullable Keyspace<K, V> keyspace() {
    return keyspace;
  }
}
