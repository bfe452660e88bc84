package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.internal.Insides;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/**
 * Random operations by threads of which each is interrupted now and then, on caches of which every piece of user code
 * throws, returns nonsense or changes its mind at random. Whatever callers are told meanwhile: a value is never that of
 * another key, every call ends, and when the mischief is over all is as it has to be.
 */
public final class UserCodeFuzz {
  private static final int THREADS = 4;
  private static final int KEYS = 48;
  private static final int ONE_OF_THOUSAND = 25;

  /** Longer than anything may take: atomic operations give up after 5 s, loads after 4 times their timeout. */
  private static final int ENDS_WITHIN_SECONDS = 60;

  private static final Duration LOAD_TIMEOUT = Duration.ofMillis(500);

  private final long seed;
  private final Mischief mischief;
  private final TieredCacheManager manager;
  private final List<TieredCache<Key, Value>> caches = new ArrayList<>();
  private final AtomicInteger serial = new AtomicInteger();

  /** Events of entries that left memory. */
  private final AtomicInteger told = new AtomicInteger();

  private final ExecutorService loaders = Executors.newFixedThreadPool(4);

  /**
   * Opens a manager with tiers, and caches in it.
   *
   * @param tiers has everything but what this class sets
   */
  public UserCodeFuzz(long seed, TieredCacheManager.Builder tiers) {
    this.seed = seed;
    this.mischief = new Mischief(seed);
    this.manager = tiers
        .memory(Memory.ofBytes(30_000).policy(EvictionPolicy.values()[(int) (seed & 1) * 2]))
        .loadTimeout(LOAD_TIMEOUT)
        .build();
    CacheSpec<Key, Value> plain =
        CacheSpec.of(Key.class, Value.class).keyCodec(new Keys()).codec(new Values());
    caches.add(manager.cache("plain", plain));
    caches.add(manager.cache(
        "listened",
        plain
            .weigher((key, value) -> weight(200))
            .ttl((key, value) -> ttl(Duration.ofMillis(300)))
            .listener(new Listener())));
    caches.add(manager.cache(
        "fresh",
        plain
            .loaderExecutor(new Moody())
            .loader(this::load)
            .ttl(Duration.ofMillis(200))
            .freshness(Freshness.none()
                .refreshAhead(Duration.ofMillis(100))
                .staleWhileRevalidate(Duration.ofMillis(200))
                .failSafe(Duration.ofSeconds(2), Duration.ofMillis(20))
                .absenceTtl(Duration.ofMillis(100)))));
  }

  public TieredCacheManager manager() {
    return manager;
  }

  /** Runs it for so long, and checks everything. Closes the manager. */
  public void run(Duration time) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      mischief.arm(ONE_OF_THOUSAND);
      long until = System.nanoTime() + time.toNanos();
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(seed + i);
        running.add(threads.submit(() -> {
          while (System.nanoTime() < until) {
            operate(random);
          }
        }));
      }
      for (Future<?> one : running) {
        one.get(time.toSeconds() + ENDS_WITHIN_SECONDS, SECONDS);
      }
      mischief.arm(0);
      checkThatAllIsWell();
      fillUp(); // so that there is something to drain
      mischief.arm(ONE_OF_THOUSAND);
      manager.close();
    } finally {
      mischief.arm(0);
      threads.shutdownNow();
      loaders.shutdownNow();
      manager.close();
    }
  }

  private void checkThatAllIsWell() {
    Insides insides = Insides.of(manager);
    for (TieredCache<Key, Value> cache : caches) {
      within(() -> assertThat(Insides.openFlights(cache)).as(cache.name()).isEmpty());
    }
    within(() -> assertThat(insides.heldLocks()).isZero());
    within(() -> assertThatCode(insides::audit)
        .doesNotThrowAnyException()); // entries that expire meanwhile disturb it
    checkThatListenersAreTold();
    for (TieredCache<Key, Value> cache : caches) {
      for (int id = 0; id < KEYS; id++) {
        checkThatItWorks(cache, new Key(id));
      }
      cache.clear();
    }
    within(() -> {
      for (TieredCache<Key, Value> cache : caches) {
        cache.clear(); // what was being refreshed may come after a clear
      }
      assertThat(manager.stats().memoryBytes()).isZero();
    });
  }

  private void checkThatListenersAreTold() {
    TieredCache<Key, Value> listened = caches.get(1);
    int before = told.get();
    listened.put(new Key(0), value(new Key(0)));
    listened.invalidate(new Key(0));
    within(() -> assertThat(told.get()).isGreaterThan(before));
  }

  private static void within(ThrowingRunnable check) {
    await().atMost(ENDS_WITHIN_SECONDS, SECONDS).untilAsserted(check);
  }

  /** A key that is used well works, whatever happened to it before. */
  private void checkThatItWorks(TieredCache<Key, Value> cache, Key key) {
    EntryOptions stays = EntryOptions.ttl(Duration.ofMinutes(10));
    Value put = value(key);
    cache.put(key, put, stays);
    assertThat(cache.get(key)).isEqualTo(put);
    assertThat(cache.putIfAbsent(key, value(key))).isEqualTo(put);
    cache.invalidate(key);
    Value loaded = cache.get(key, this::value, stays);
    assertThat(loaded).isNotNull().isNotEqualTo(put);
    assertThat(cache.get(key)).isEqualTo(loaded);
    assertThat(cache.compute(key, (same, there) -> null)).isNull();
    assertThat(cache.getAll(List.of(key), this::value, stays)).containsOnlyKeys(key);
    assertThat(cache.getAndRemove(key)).isNotNull();
  }

  private void fillUp() {
    for (TieredCache<Key, Value> cache : caches) {
      for (int id = 0; id < KEYS; id++) {
        cache.put(new Key(id), value(new Key(id)));
      }
    }
  }

  private void operate(Random random) {
    TieredCache<Key, Value> cache = caches.get(random.nextInt(caches.size()));
    if (random.nextInt(50) == 0) {
      Thread.currentThread().interrupt();
    }
    try {
      operate(cache, new Key(random.nextInt(KEYS)), random);
    } catch (WrongValueError wrong) {
      throw wrong;
    } catch (Throwable told) { // the caller has learnt it
      if (told instanceof TimeoutException) {
        throw new AssertionError("a call did not end", told);
      }
    } finally {
      boolean unused = Thread.interrupted();
    }
  }

  private void operate(TieredCache<Key, Value> cache, Key key, Random random) throws Throwable {
    AsyncTieredCache<Key, Value> async = cache.async();
    switch (random.nextInt(24)) {
      case 0, 1, 2 -> cache.put(key, value(key));
      case 3, 4 -> is(key, cache.get(key));
      case 5, 6 -> is(key, cache.get(key, this::load));
      case 7 -> is(key, cache.get(key, Loader.detailed(this::loadInDetail)));
      case 8 -> is(key, cache.get(key, Loader.async(this::loadLater)));
      case 9 -> is(key, end(async.get(key, this::load)));
      case 10 -> are(cache.getAll(some(random)));
      case 11 -> are(cache.getAll(some(random), this::load));
      case 12 -> are(cache.getAll(some(random), Loader.bulk(this::loadMany)));
      case 13 -> are(end(async.getAll(some(random), Loader.bulk(this::loadMany))));
      case 14 -> is(key, cache.putIfAbsent(key, value(key)));
      case 15 -> cache.replace(key, value(key), value(key));
      case 16 -> is(key, cache.getAndPut(key, value(key)));
      case 17 ->
        is(
            key,
            random.nextBoolean()
                ? cache.compute(key, this::compute)
                : end(async.compute(key, this::compute)));
      case 18 -> is(key, cache.getAndRemove(key));
      case 19 -> cache.invalidate(key);
      case 20 -> cache.putAll(Map.of(key, value(key), other(key), value(other(key))));
      case 21 -> {
        WarmReport report = random.nextBoolean()
            ? cache.warm(
                Warming.of(some(random)).onProgress(progress -> mischief.mayThrow()), this::load)
            : end(async.warm(some(random), Loader.bulk(this::loadMany)));
        assertThat(report).isNotNull();
      }
      case 22 -> {
        if (random.nextInt(10) == 0) {
          cache.invalidateMatching("k1");
        } else {
          end(async.invalidateAll(some(random)));
        }
      }
      default -> {
        if (random.nextInt(20) == 0) {
          cache.clear();
        } else {
          is(key, cache.lookup(key, this::load, EntryOptions.defaults()).value());
        }
      }
    }
  }

  private static <T> T end(CompletableFuture<T> future) throws Throwable {
    boolean interrupted = Thread.interrupted();
    try {
      return future.get(ENDS_WITHIN_SECONDS, SECONDS);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw cause instanceof TimeoutException || cause == null ? failed : cause;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Collection<Key> some(Random random) {
    List<Key> some = new ArrayList<>();
    for (int i = random.nextInt(8); i >= 0; i--) {
      some.add(new Key(random.nextInt(KEYS)));
    }
    return some;
  }

  private Key other(Key key) {
    return new Key((key.id + 1) % KEYS);
  }

  private static final class WrongValueError extends Error {
    private static final long serialVersionUID = 1;

    WrongValueError(String message) {
      super(message);
    }
  }

  private static void is(Key key, @Nullable Value value) {
    if (value != null && value.key != key.id) {
      throw new WrongValueError("key " + key.id + " has the value of key " + value.key);
    }
  }

  private static void are(Map<Key, Value> values) {
    values.forEach(UserCodeFuzz::is);
  }

  private Value value(Key key) {
    return new Value(key.id, serial.incrementAndGet());
  }

  // What a user may write.

  private final class Key {
    final int id;

    Key(int id) {
      this.id = id;
    }

    @Override
    public int hashCode() {
      if (mischief.strikes()) {
        if (mischief.way(2) == 0) {
          return id + 1_000;
        }
        mischief.throwSomething();
      }
      return id;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      mischief.mayThrow();
      return other instanceof Key that && that.id == id;
    }

    @Override
    public String toString() {
      mischief.mayThrow();
      return "k" + id;
    }
  }

  private final class Value {
    final int key;
    final int serial;

    Value(int key, int serial) {
      this.key = key;
      this.serial = serial;
    }

    @Override
    public int hashCode() {
      mischief.mayThrow();
      return serial;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      mischief.mayThrow();
      return other instanceof Value that && that.serial == serial && that.key == key;
    }

    @Override
    public String toString() {
      mischief.mayThrow();
      return key + "#" + serial;
    }
  }

  private final class Keys implements KeyCodec<Key> {
    @Override
    @SuppressWarnings("NullAway") // which is the mischief
    public String encode(Key key) {
      if (mischief.strikes()) {
        if (mischief.way(2) == 0) {
          return null;
        }
        mischief.throwSomething();
      }
      return "k" + key.id;
    }

    @Override
    public Key decode(String text) {
      return new Key(Integer.parseInt(text.substring(1)));
    }
  }

  private final class Values implements Codec<Value> {
    @Override
    public String id() {
      return "fuzz/1";
    }

    @Override
    @SuppressWarnings("NullAway") // which is the mischief
    public byte[] encode(Value value) {
      if (mischief.strikes()) {
        switch (mischief.way(3)) {
          case 0 -> {
            return null;
          }
          case 1 -> {
            return new byte[] {1, 2, 3}; // which no value has
          }
          default -> mischief.throwSomething();
        }
      }
      return (value.key + "#" + value.serial).getBytes(UTF_8);
    }

    @Override
    @SuppressWarnings("NullAway") // which is the mischief
    public Value decode(byte[] bytes) {
      if (mischief.strikes()) {
        if (mischief.way(2) == 0) {
          return null;
        }
        mischief.throwSomething();
      }
      String[] parts = new String(bytes, UTF_8).split("#", 2);
      return new Value(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }
  }

  private long weight(long right) {
    if (mischief.strikes()) {
      switch (mischief.way(4)) {
        case 0 -> {
          return -1;
        }
        case 1 -> {
          return Long.MAX_VALUE;
        }
        case 2 -> {
          return 0;
        }
        default -> mischief.throwSomething();
      }
    }
    return right;
  }

  private @Nullable Duration ttl(Duration right) {
    if (mischief.strikes()) {
      switch (mischief.way(3)) {
        case 0 -> {
          return null;
        }
        case 1 -> {
          return Duration.ofSeconds(-1);
        }
        default -> mischief.throwSomething();
      }
    }
    return right;
  }

  private @Nullable Value load(Key key) {
    if (mischief.strikes()) {
      switch (mischief.way(3)) {
        case 0 -> {
          return null;
        }
        case 1 -> Thread.currentThread().interrupt();
        default -> mischief.throwSomething();
      }
    }
    return value(key);
  }

  @SuppressWarnings("NullAway") // which is the mischief
  private Loaded<Value> loadInDetail(Key key) {
    if (mischief.strikes()) {
      return null;
    }
    Value loaded = load(key);
    return mischief.strikes() ? Loaded.<Value>absent() : Loaded.of(loaded);
  }

  @SuppressWarnings("NullAway") // which is the mischief
  private CompletionStage<Value> loadLater(Key key) {
    if (mischief.strikes()) {
      return mischief.way(2) == 0 ? null : CompletableFuture.failedFuture(new OutOfMemoryError());
    }
    Value loaded = load(key);
    return CompletableFuture.supplyAsync(() -> loaded, loaders);
  }

  @SuppressWarnings("NullAway") // which is the mischief
  private Map<Key, Value> loadMany(Set<Key> keys) {
    if (mischief.strikes() && mischief.way(2) == 0) {
      return null;
    }
    Map<Key, Value> loaded = new HashMap<>();
    for (Key key : keys) {
      if (!mischief.strikes()) {
        loaded.put(key, load(key)); // now and then null
      }
    }
    Key foreign = new Key(KEYS + 1);
    loaded.put(foreign, value(foreign));
    return loaded;
  }

  private @Nullable Value compute(Key key, @Nullable Value there) {
    is(key, there);
    if (mischief.strikes()) {
      mischief.throwSomething();
    }
    return mischief.way(8) == 0 ? null : value(key);
  }

  private final class Listener implements CacheListener<Key, Value> {
    @Override
    public void removed(Key key, Value value, Cause cause) {
      told.incrementAndGet();
      mischief.mayThrow();
    }

    @Override
    public void loadFailed(Key key, Throwable failure) {
      mischief.mayThrow();
    }
  }

  /** Refuses now and then, in one way or another. */
  private final class Moody implements Executor {
    @Override
    public void execute(Runnable task) {
      if (mischief.strikes()) {
        if (mischief.way(2) == 0) {
          throw new RejectedExecutionException("mischief");
        }
        mischief.throwSomething();
      }
      loaders.execute(task);
    }
  }
}
