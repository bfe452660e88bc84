package io.intelligentcache.internal;

import io.intelligentcache.internal.concurrent.Ongoing;
import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.runtime.CacheComponents;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.stats.CacheCounters;
import io.intelligentcache.tier.Space;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tenants of one cache. The bytes of tenants in use count in the memory budget. Idle tenants are freed: only the
 * sum of their counts is kept.
 *
 * <p>Whenever a tenant comes into use, a few others are checked in turn. So if many tenants are used only once, as
 * many are freed as are created. A timer does the rest while there are tenants: every few seconds it checks all
 * tenants in use, and ten times a second it removes the ids of tenants that were garbage-collected.
 */
public final class Tenants<K, V> {
  /** Tenants that are checked for each one that comes into use. */
  private static final int LOOKED_AT = 8;

  private static final long TICK_NANOS = Duration.ofMillis(100).toNanos();

  /** A tenant without entries that was not used between two checks is freed. */
  private static final int TICKS_PER_LOOK = 20;

  private final CacheComponents<K, V> components;
  private final CacheRuntime runtime;
  private final String cache;
  private final ConcurrentHashMap<String, Link<K, V>> byId = new ConcurrentHashMap<>();
  private final ReferenceQueue<Tenant<K, V>> collected = new ReferenceQueue<>();

  /** Tenants that have an engine, and some that had one, each once. The first one is checked next. */
  private final Queue<Tenant<K, V>> inUse = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean ticking = new AtomicBoolean();

  /** See {@link #idleEngine}; created for the first tenant. */
  private volatile @Nullable CacheEngine<K, V> asleep;

  private final ReentrantLock counting = new ReentrantLock();

  /** The counts of engines that were freed. */
  private final CacheCounters past = new CacheCounters();

  private final SpaceCloser closer;

  /** The closings of tenants that have not ended. */
  private final Ongoing closings = new Ongoing();

  /** Whether the cache refuses operations, for ever. */
  private volatile boolean closed;

  /** Refers to a tenant as long as its view or its engine is reachable, or the tenant is in use. */
  private static final class Link<K, V> extends WeakReference<Tenant<K, V>> {
    final String id;
    final LongAdder hits;

    Link(Tenant<K, V> tenant, ReferenceQueue<Tenant<K, V>> collected) {
      super(tenant, collected);
      this.id = tenant.id();
      this.hits = tenant.hits;
    }
  }

  /**
   * Creates it, without tenants.
   *
   * @param closer empties tenants that are closed
   */
  public Tenants(CacheComponents<K, V> components, String cache, SpaceCloser closer) {
    this.components = components;
    this.runtime = components.runtime();
    this.cache = cache;
    this.closer = closer;
  }

  /**
   * The view of a tenant.
   *
   * @throws IllegalArgumentException if the id is too long or is not valid Unicode
   * @throws IllegalStateException if the cache is closed, or the tenant is being closed
   */
  public AsyncView<K, V> view(String id) {
    Link<K, V> link = byId.get(id);
    Tenant<K, V> there = link == null ? null : link.get();
    Tenant<K, V> tenant = there != null ? there : newTenant(id);
    tenant.requireOpen();
    return tenant.view();
  }

  private Tenant<K, V> newTenant(String id) {
    var checked = new Space(cache, id);
    var mine = new Tenant<>(this, checked.tenant());
    var myLink = new Link<>(mine, collected);
    while (true) {
      Link<K, V> link = byId.compute(id, (same, other) -> isGone(other) ? myLink : other);
      tick();
      Tenant<K, V> tenant = link == myLink ? mine : link.get();
      if (closed) { // close() may have seen the map without this tenant
        byId.remove(id, myLink);
        throw Keyspace.closed(space(""));
      }
      if (tenant != null) {
        return tenant;
      }
    }
  }

  private boolean isGone(@Nullable Link<K, V> link) {
    if (link == null) {
      return true;
    }
    boolean gone = link.refersTo(null);
    if (gone) {
      past.addHits(link.hits.sumThenReset());
    }
    return gone;
  }

  /**
   * The engine in which the views of freed tenants look up hits. It stays empty, so they find none. So a memory hit
   * needs no check for a freed engine.
   */
  CacheEngine<K, V> idleEngine() {
    CacheEngine<K, V> there = asleep;
    return there != null ? there : firstAsleep();
  }

  private synchronized CacheEngine<K, V> firstAsleep() {
    CacheEngine<K, V> there = asleep;
    if (there == null) {
      there = newEngine(space(""), null);
      there.used = false;
      asleep = there;
    }
    return there;
  }

  Space space(String tenant) {
    return new Space(cache, tenant);
  }

  void requireOpen() {
    runtime.lifecycle().requireOpen();
    if (closed) {
      throw Keyspace.closed(space(""));
    }
  }

  /** Closes or destroys one tenant. */
  CompletableFuture<?> close(Tenant<K, V> tenant, boolean destroy) {
    Runnable end = closings.begin(); // before the look at closed: closing the cache waits for it
    if (closed) { // with its cache
      end.run();
      return destroy
          ? CompletableFuture.failedFuture(Keyspace.closed(space("")))
          : CompletableFuture.completedFuture(null);
    }
    Keyspace<K, V> there = tenant.refuse();
    return closer
        .close(
            runtime,
            there == null ? List.of() : List.of(there),
            destroy ? space(tenant.id()) : null,
            CompletableFuture.completedFuture(null),
            () -> end(tenant))
        .whenComplete((done, failure) -> end.run());
  }

  /** Completes when the tenants are closed that are being closed. */
  public CompletableFuture<?> closingsEnded() {
    return closings.ended();
  }

  /**
   * Closes all tenants. {@link #endAll} must follow when their entries are no longer in memory.
   *
   * @return the key spaces that may have entries
   */
  public List<Keyspace<K, V>> refuseAll() {
    closed = true;
    List<Keyspace<K, V>> open = new ArrayList<>();
    for (Link<K, V> link : byId.values()) {
      Tenant<K, V> tenant = link.get();
      Keyspace<K, V> there = tenant == null ? null : tenant.refuse();
      if (there != null) {
        open.add(there);
      }
    }
    return open;
  }

  /** Gives back what the tenants take. */
  public void endAll() {
    for (Link<K, V> link : byId.values()) {
      Tenant<K, V> tenant = link.get();
      if (tenant != null) {
        end(tenant);
      }
    }
    removeCollected();
  }

  private void end(Tenant<K, V> tenant) {
    tenant.end();
    charge(tenant.growth());
    counting.lock(); // or its hits would be counted twice, or not at all
    try {
      byId.computeIfPresent(tenant.id(), (id, link) -> {
        if (!link.refersTo(tenant)) {
          return link;
        }
        past.addHits(link.hits.sumThenReset());
        return null;
      });
    } finally {
      counting.unlock();
    }
  }

  CacheEngine<K, V> newEngine(Tenant<K, V> tenant) {
    return newEngine(space(tenant.id()), tenant);
  }

  private CacheEngine<K, V> newEngine(Space space, @Nullable Tenant<K, V> tenant) {
    return new CacheEngine<>(components, space, tenant, runtime.tiers().memory()::newSmallTable);
  }

  /** Creates counters for the freed engines of a tenant. Their counts are added to the sum of all tenants, too. */
  CacheCounters newCounters() {
    return new CacheCounters(past);
  }

  /** Hands over the counts of an engine that is freed, and those that it will add later. */
  void handOver(CacheCounters freed, CacheCounters to) {
    counting.lock();
    try {
      freed.handOverTo(to);
    } finally {
      counting.unlock();
    }
  }

  /**
   * Called when a tenant has got an engine, and had none before. Call it under no lock.
   *
   * @param queue whether to add the tenant to the queue of those that are checked
   */
  void onInUse(Tenant<K, V> tenant, boolean queue) {
    MemoryEngine memory = runtime.tiers().memory();
    long more = tenant.growth();
    boolean full = memory.used() + more > memory.capacity();
    for (int i = 0; i < LOOKED_AT; i++) {
      more += freeNextIfIdle(full);
    }
    if (queue) {
      inUse.add(tenant);
    }
    charge(more);
    removeCollected();
  }

  /** Called when a tenant has no engine any more. Call it under no lock. */
  void onIdle(Tenant<K, V> tenant) {
    charge(tenant.growth() + freeNextIfIdle(false) + freeNextIfIdle(false));
  }

  private void charge(long bytes) {
    if (bytes != 0) {
      runtime.tiers().memory().charge(bytes);
    }
  }

  /** Checks the next tenant of the queue. Returns how many more bytes it takes. */
  private long freeNextIfIdle(boolean needed) {
    Tenant<K, V> tenant = inUse.poll();
    if (tenant == null) {
      return 0;
    }
    if (tenant.freeIfIdle(needed)) {
      inUse.add(tenant);
    }
    return tenant.growth();
  }

  @SuppressWarnings("unchecked") // this queue has links of this map only
  private void removeCollected() {
    for (var link = collected.poll(); link != null; link = collected.poll()) {
      byId.remove(((Link<K, V>) link).id, link);
      past.addHits(((Link<K, V>) link).hits.sumThenReset());
    }
  }

  /** Starts the timer, unless it is running. */
  private void tick() {
    if (!ticking.get() && ticking.compareAndSet(false, true)) {
      tickLater(1);
    }
  }

  private void tickLater(int number) {
    var unused = runtime.threads().deadlines().after(TICK_NANOS, () -> {
      if (runtime.lifecycle().isOpen()) {
        runtime.threads().steps().execute(() -> onTick(number));
      }
    });
  }

  private void onTick(int number) {
    try {
      removeCollected();
      if (number % TICKS_PER_LOOK == 0) {
        freeAllIdle();
      }
    } finally {
      if (byId.isEmpty()) {
        ticking.set(false);
      } else {
        tickLater(number + 1);
      }
    }
    if (!byId.isEmpty()) { // a tenant was added after the check above
      tick();
    }
  }

  /** Frees all idle tenants. */
  void freeAllIdle() {
    removeCollected();
    long more = 0;
    for (int left = inUse.size(); left > 0; left--) {
      more += freeNextIfIdle(false);
    }
    for (Link<K, V> link : byId.values()) {
      Tenant<K, V> tenant = link.get();
      if (tenant != null) {
        if (tenant.recover()) {
          inUse.add(tenant);
        }
        more += tenant.growth();
      }
    }
    charge(more);
  }

  /**
   * Adds the counts of all tenants to a sum, including those of tenants that are gone.
   *
   * @return how many entries they have in memory
   */
  public long addTo(CacheCounters sum) {
    counting.lock(); // or a hand-over would be counted twice, or not at all
    try {
      sum.add(past);
      long entries = 0;
      for (Link<K, V> link : byId.values()) {
        Tenant<K, V> tenant = link.get();
        if (tenant == null) {
          sum.addHits(link.hits.sum());
        } else {
          entries += tenant.addTo(sum);
        }
      }
      return entries;
    } finally {
      counting.unlock();
    }
  }

  /** Visits each engine in use. */
  public void forEach(Consumer<CacheEngine<K, V>> visitor) {
    for (Link<K, V> link : byId.values()) {
      Tenant<K, V> tenant = link.get();
      CacheEngine<K, V> engine = tenant == null ? null : tenant.engine();
      if (engine != null) {
        visitor.accept(engine);
      }
    }
  }
}
