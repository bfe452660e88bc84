package io.intelligentcache.internal;

import static org.awaitility.Awaitility.await;

import io.intelligentcache.Loaded;
import io.intelligentcache.Loader;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.internal.coherence.CopyValidity;
import io.intelligentcache.internal.coherence.KeyFlights;
import io.intelligentcache.internal.coherence.SingleFlight;
import io.intelligentcache.internal.memory.Audit;
import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.memory.MemoryTable;
import io.intelligentcache.internal.memory.RankedEntries;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.Keyspace;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Reads the internal state of a manager, for checks of what must hold while no thread uses the manager. */
public final class Insides {
  private final CacheRuntime runtime;
  private final Map<String, ?> caches;

  private Insides(CacheRuntime runtime, Map<String, ?> caches) {
    this.runtime = runtime;
    this.caches = caches;
  }

  public static Insides of(TieredCacheManager manager) {
    return new Insides(field(manager, "runtime"), field(manager, "caches"));
  }

  private List<Tenants<?, ?>> tenants() {
    List<Tenants<?, ?>> all = new ArrayList<>();
    for (Object cache : caches.values()) {
      Tenants<?, ?> ofCache = field(cache, "tenants");
      if (ofCache != null) {
        all.add(ofCache);
      }
    }
    return all;
  }

  /** Frees all idle tenants, as the timer does from time to time. */
  public void freeIdleTenants() {
    tenants().forEach(Tenants::freeAllIdle);
  }

  /** The number of tenants of which anything is still in memory. */
  public long tenantsLeft() {
    return tenants().stream()
        .mapToLong(all -> Insides.<Map<?, ?>>field(all, "byId").size())
        .sum();
  }

  /** The number of tenants that have a key space. */
  public long tenantsInUse() {
    return tenantSpaces().size();
  }

  private List<Keyspace<?, ?>> tenantSpaces() {
    List<Keyspace<?, ?>> inUse = new ArrayList<>();
    tenants().forEach(all -> all.forEach(engine -> inUse.add(engine.space)));
    return inUse;
  }

  /**
   * Checks that the memory accounting is consistent in itself and with the tables. Repeats that until the work in the
   * background has ended, such as storing a loaded value.
   */
  public void audit() {
    await().untilAsserted(this::auditNow);
  }

  private void auditNow() {
    List<MemoryTable<?, ?>> tables = new ArrayList<>();
    for (Object cache : caches.values()) {
      tables.add(Insides.<CacheEngine<?, ?>>field(cache, "engine").space.table);
    }
    tenantSpaces().forEach(space -> tables.add(space.table));
    Audit.of(runtime.tiers().memory(), tables);
  }

  public MemoryEngine memory() {
    return runtime.tiers().memory();
  }

  /** All entries in memory, the coldest first. */
  public RankedEntries ranked() {
    return runtime.tiers().memory().ranked(entry -> true);
  }

  /** The keys of searches, loads and atomic operations of a cache that have not ended. */
  public static List<Object> openFlights(TieredCache<?, ?> cache) {
    KeyFlights<?, ?> flights = field(engine(cache), "flights");
    List<Object> open = new ArrayList<>();
    open.addAll(open("search", flights.searches()));
    open.addAll(open("load", flights.loads()));
    open.addAll(open("atomic operation", flights.atomics()));
    return open;
  }

  /** The instant by the clock of a cache. */
  public static long now(TieredCache<?, ?> cache) {
    return space(cache).runtime.time().nanos();
  }

  /** Whether a change of a key, or of another key of its stripe, was reported to a cache after an instant. */
  public static <K> boolean isToldOfChange(TieredCache<K, ?> cache, K key, long since) {
    Keyspace<K, ?> space = space(cache);
    return space.runtime.validity().isOutdated(CopyValidity.stripe(space.below(key)), since);
  }

  private static <K, V> Keyspace<K, V> space(TieredCache<K, V> cache) {
    return engine(cache).space;
  }

  private static <K, V> CacheEngine<K, V> engine(TieredCache<K, V> cache) {
    return ((AsyncView<K, V>) cache.async()).engineInUse();
  }

  /** Starts a load. Returns its own result, not what its callers get. */
  public static <K, V> CompletableFuture<Loaded<V>> startLoad(
      TieredCache<K, V> cache, K key, Loader<K, V> loader, Duration timeout) {
    Keyspace<K, V> space = space(cache);
    return space.runtime.loads().start(space.loadScope, key, loader, timeout, null);
  }

  private static List<String> open(String kind, SingleFlight<?, ?> flights) {
    Map<?, SingleFlight.Flight<?, ?>> open = field(flights, "open");
    return open == null
        ? List.of()
        : open.values().stream()
            .map(flight -> kind + " " + flight.key() + ", done: "
                + Insides.<CompletableFuture<?>>field(flight, "outcome").isDone())
            .toList();
  }

  /** The number of locks of keys, of tables and of the engine that are held. */
  public long heldLocks() {
    ReentrantLock[] keys = field(runtime.locks(), "stripes");
    MemoryEngine engine = runtime.tiers().memory();
    ReentrantLock[] tables = field(engine, "stripes");
    ReentrantLock books = field(engine, "lock");
    return Stream.of(Stream.of(keys), Stream.of(tables), Stream.of(books))
        .flatMap(all -> all)
        .filter(ReentrantLock::isLocked)
        .count();
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller knows the type
  private static <T> T field(Object object, String name) {
    try {
      Field field = object.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return (T) field.get(object);
    } catch (ReflectiveOperationException renamed) {
      throw new LinkageError(renamed.getMessage(), renamed);
    }
  }
}
