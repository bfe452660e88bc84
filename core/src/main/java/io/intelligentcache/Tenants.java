package io.intelligentcache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.Tenant.Link;
import io.intelligentcache.memory.MemoryEngine;
import io.intelligentcache.stats.CacheCounters;
import io.intelligentcache.tier.Space;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tenants of one cache. What those in use take counts in the memory budget. Idle ones are freed, and leave nothing but a sum of what they
 * have counted.
 *
 * <p>Each tenant that comes into use has a few others looked at, in turn: of tenants that are used once, as many are freed as come.
 * The timer does the rest while there are tenants: every few seconds it looks at all that are in use, and ten times a second it asks
 * which the garbage collector has found to be out of use.
 */
final class Tenants<K, V> {
  /** Tenants that are looked at for each one that comes into use. */
  private static final int LOOKED_AT = 8;

  private static final long TICK_NANOS = Duration.ofMillis(100).toNanos();

  /** A tenant without entries that was not used from one look to the next is freed. */
  private static final int TICKS_PER_LOOK = 50;

  private final CacheParts<K, V> parts;
  private final Machinery machinery;
  private final String cache;
  private final ConcurrentHashMap<String, Tenant<K, V>> byId = new ConcurrentHashMap<>();

  /** Those that have a key space, and some that had, each once; first the one that is to be looked at next. */
  private final Queue<Tenant<K, V>> inUse = new ConcurrentLinkedQueue<>();

  private final ReferenceQueue<Object> ended = new ReferenceQueue<>();

  private final AtomicBoolean ticking = new AtomicBoolean();

  /** See {@link #asleep}; made for the first tenant. */
  private volatile @Nullable Keyspace<K, V> asleep;

  private final ReentrantLock counting = new ReentrantLock();

  /** What those have counted that are gone. */
  @GuardedBy("counting")
  private final CacheCounters departed = new CacheCounters();

  Tenants(CacheParts<K, V> parts, String cache) {
    this.parts = parts;
    this.machinery = parts.machinery();
    this.cache = cache;
  }

  /**
   * The view of a tenant.
   *
   * @throws IllegalArgumentException if the id is too long or no valid Unicode
   */
  AsyncView<K, V> view(String id) {
    while (true) {
      Tenant<K, V> there = byId.get(id);
      Tenant<K, V> tenant = there != null
          ? there
          : byId.computeIfAbsent(id, this::newTenant);
      AsyncView<K, V> view = tenant.view();
      if (view != null) {
        tick();
        return view;
      }
      forget(tenant);
    }
  }

  private Tenant<K, V> newTenant(String id) {
    var checked = new Space(cache, id);
    return new Tenant<>(this, checked.tenant());
  }

  /** Where the views of freed tenants look for hits: in vain, so that a hit has no such case to think of. It stays empty. */
  Keyspace<K, V> asleep() {
    Keyspace<K, V> there = asleep;
    return there != null ? there : firstAsleep();
  }

  private synchronized Keyspace<K, V> firstAsleep() {
    Keyspace<K, V> there = asleep;
    if (there == null) {
      there = newKeyspace(new Space(cache, ""), new CacheCounters(), null);
      there.used = false;
      asleep = there;
    }
    return there;
  }

  /** Is told which parts of tenants nobody has any more. */
  ReferenceQueue<Object> ended() {
    return ended;
  }

  void requireOpen() {
    machinery.lifecycle().requireOpen();
  }

  Keyspace<K, V> newKeyspace(Tenant<K, V> tenant) {
    return newKeyspace(new Space(cache, tenant.id()), tenant.counters(), tenant);
  }

  private Keyspace<K, V> newKeyspace(
      Space space, CacheCounters counters, @Nullable Tenant<K, V> tenant) {
    return new Keyspace<>(parts, space, counters, tenant, machinery.memory()::newSmallTable);
  }

  /**
   * A tenant has a key space, and had none. Call it under no lock.
   *
   * @param queue whether it is to be looked at from here on, and was not before
   */
  void came(Tenant<K, V> tenant, boolean queue) {
    MemoryEngine memory = machinery.memory();
    long more = tenant.growth();
    boolean full = memory.used() + more > memory.capacity();
    more += lookAtEnded();
    for (int i = 0; i < LOOKED_AT; i++) {
      more += lookAtNext(full);
    }
    if (queue) {
      inUse.add(tenant);
    }
    charge(more);
  }

  /** A tenant has no key space any more. Call it under no lock. */
  void slept(Tenant<K, V> tenant) {
    charge(ended(tenant));
  }

  private void charge(long bytes) {
    if (bytes != 0) {
      machinery.memory().charge(bytes);
    }
  }

  /** Looks at the one in use whose turn it is; answers how many bytes more it takes. */
  private long lookAtNext(boolean needed) {
    Tenant<K, V> tenant = inUse.poll();
    if (tenant == null) {
      return 0;
    }
    if (tenant.look(needed)) {
      inUse.add(tenant);
      return 0;
    }
    return ended(tenant);
  }

  /** Looks at those of which the garbage collector has found a part; answers how many bytes more they take. */
  @SuppressWarnings("unchecked") // this queue has parts of tenants of this cache only
  private long lookAtEnded() {
    long more = 0;
    for (var end = ended.poll(); end != null; end = ended.poll()) {
      more += ended(((Link<K, V, ?>) end).tenant);
    }
    return more;
  }

  /** A part of a tenant has ended; answers how many bytes more the tenant takes. */
  private long ended(Tenant<K, V> tenant) {
    if (tenant.end()) {
      forget(tenant);
    }
    return tenant.growth();
  }

  private void forget(Tenant<K, V> gone) {
    counting.lock();
    try {
      if (byId.remove(gone.id(), gone)) {
        departed.add(gone.counters());
      }
    } finally {
      counting.unlock();
    }
  }

  /** Begins to look after time, unless that has begun. */
  private void tick() {
    if (!ticking.get() && ticking.compareAndSet(false, true)) {
      tickLater(1);
    }
  }

  private void tickLater(int number) {
    var unused = machinery.deadlines().after(TICK_NANOS, () -> {
      if (machinery.lifecycle().isOpen()) {
        machinery.steps().execute(() -> onTick(number));
      }
    });
  }

  private void onTick(int number) {
    try {
      charge(lookAtEnded());
      if (number % TICKS_PER_LOOK == 0) {
        lookAtAll();
      }
    } finally {
      if (byId.isEmpty()) {
        ticking.set(false);
      } else {
        tickLater(number + 1);
      }
    }
    if (!byId.isEmpty()) { // one has come while this thought that there were none
      tick();
    }
  }

  /** Frees all that are idle. */
  void lookAtAll() {
    long more = lookAtEnded();
    for (int left = inUse.size(); left > 0; left--) {
      more += lookAtNext(false);
    }
    for (Tenant<K, V> tenant : byId.values()) {
      if (tenant.recover()) {
        inUse.add(tenant);
      }
      more += tenant.growth();
    }
    charge(more);
  }

  /**
   * Adds to a sum what all have counted, those included that are gone.
   *
   * @return how many entries they have in memory
   */
  long addTo(CacheCounters sum) {
    counting.lock(); // or one that goes meanwhile would be counted twice, or not at all
    try {
      sum.add(departed);
      long entries = 0;
      for (Tenant<K, V> tenant : byId.values()) {
        sum.add(tenant.counters());
        entries += tenant.entries();
      }
      return entries;
    } finally {
      counting.unlock();
    }
  }

  /** Hands over each key space in use. */
  void forEach(Consumer<Keyspace<K, V>> visitor) {
    for (Tenant<K, V> tenant : byId.values()) {
      @Nullable Keyspace<K, V> keyspace = tenant.keyspace();
      if (keyspace != null) {
        visitor.accept(keyspace);
      }
    }
  }
}
