package io.intelligentcache;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.codec.KeyCodecs;
import io.intelligentcache.internal.Insides;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One call of a key's {@code hashCode} or {@code equals} fails, the first, the second, and so on to the last that an
 * operation makes; by what can't even be printed. Each time the operation ends, and leaves nothing behind.
 */
final class KeysThatFailTest {
  private static final long LONG_SECONDS = 60;
  private static final ExecutorService CALLERS = Executors.newCachedThreadPool();

  private static final AtomicInteger calls = new AtomicInteger();
  private static volatile int failing;

  @AfterAll
  static void stop() {
    CALLERS.shutdownNow();
  }

  private record Key(int id) {
    private static void mayFail() {
      if (calls.incrementAndGet() == failing) {
        throw new Unprintable();
      }
    }

    @Override
    public int hashCode() {
      mayFail();
      return id;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      mayFail();
      return other instanceof Key that && that.id == id;
    }
  }

  enum Tiers {
    MEMORY,
    DISK,
    DISK_AND_REDIS;

    TieredCacheManager open() {
      var builder = TieredCacheManager.builder().memory(Memory.ofMegabytes(20));
      if (this != MEMORY) {
        builder.disk(context -> new HeapTier(TimeSource.SYSTEM));
      }
      if (this == DISK_AND_REDIS) {
        builder.redis(context -> new HeapTier(TimeSource.SYSTEM));
      }
      return builder.build();
    }
  }

  private static TieredCache<Key, String> cache(TieredCacheManager manager, String name) {
    return manager.cache(
        name,
        CacheSpec.of(Key.class, String.class)
            .keyCodec(KeyCodecs.of(
                key -> "k" + key.id, text -> new Key(Integer.parseInt(text, 1, 2, 10)))));
  }

  /** Makes the n-th call from now on fail; 0 for none. */
  private static void failAt(int call) {
    failing = 0;
    calls.set(0);
    failing = call;
  }

  @SuppressWarnings("IdentityHashMapUsage") // the loader is not to call what fails
  private static Map<String, BiConsumer<TieredCache<Key, String>, List<Key>>> operations() {
    Loader<Key, String> bulk = Loader.bulk(keys -> {
      Map<Key, String> loaded = new IdentityHashMap<>();
      keys.forEach(key -> loaded.put(key, "v"));
      return loaded;
    });
    Loader<Key, String> later =
        Loader.async(key -> CompletableFuture.supplyAsync(() -> "v", CALLERS));
    EntryOptions failSafe = EntryOptions.ttl(Duration.ofMinutes(1))
        .with(Freshness.none().failSafe(Duration.ofHours(1), Duration.ofMillis(10)));
    Map<String, BiConsumer<TieredCache<Key, String>, List<Key>>> all = new LinkedHashMap<>();
    all.put("get", (cache, keys) -> cache.get(keys.get(0)));
    all.put("get, loader", (cache, keys) -> cache.get(keys.get(0), key -> "v"));
    all.put(
        "get, loader that fails",
        (cache, keys) -> cache.get(
            keys.get(0),
            key -> {
              throw new IllegalStateException("database");
            },
            failSafe));
    all.put("async get", (cache, keys) -> end(cache.async().get(keys.get(0))));
    all.put("async get, loader", (cache, keys) -> end(cache.async().get(keys.get(0), key -> "v")));
    all.put("async get, async loader", (cache, keys) -> end(cache.async().get(keys.get(0), later)));
    all.put("getAll, loader", (cache, keys) -> isWhole(keys, cache.getAll(keys, key -> "v")));
    all.put("getAll, bulk loader", (cache, keys) -> isWhole(keys, cache.getAll(keys, bulk)));
    all.put(
        "async getAll, bulk loader",
        (cache, keys) -> isWhole(keys, end(cache.async().getAll(keys, bulk))));
    all.put("compute", (cache, keys) -> cache.compute(keys.get(0), (key, there) -> "v"));
    all.put(
        "async compute",
        (cache, keys) -> end(cache.async().compute(keys.get(0), (key, there) -> "v")));
    all.put("putIfAbsent", (cache, keys) -> cache.putIfAbsent(keys.get(0), "v"));
    all.put("async getAndPut", (cache, keys) -> end(cache.async().getAndPut(keys.get(0), "v")));
    all.put("put", (cache, keys) -> cache.put(keys.get(0), "v"));
    all.put("invalidateAll", (cache, keys) -> cache.invalidateAll(keys));
    all.put("warm", (cache, keys) -> cache.warm(keys, key -> "v"));
    all.put("async warm, bulk loader", (cache, keys) -> end(cache.async().warm(keys, bulk)));
    all.put("invalidateMatching", (cache, keys) -> cache.invalidateMatching("k1"));
    all.put("clear", (cache, keys) -> cache.clear());
    return all;
  }

  /** What an operation brings; whether it fails does not matter here. */
  private static <T> @Nullable T end(CompletableFuture<T> future) {
    try {
      return future.get(LONG_SECONDS, SECONDS);
    } catch (TimeoutException stuck) {
      throw new AssertionError("it does not end", stuck);
    } catch (ExecutionException | InterruptedException failed) {
      return null;
    }
  }

  private static void isWhole(List<Key> keys, @Nullable Map<Key, String> values) {
    if (values != null) {
      assertThat(values.size()).as("what is not there has failed").isEqualTo(keys.size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whicheverCallFailsTheOperationEndsAndTheKeysCanBeUsed(Tiers tiers) throws Exception {
    try (var manager = tiers.open()) {
      for (var operation : operations().entrySet()) {
        int call = 0;
        int made;
        do {
          call++;
          String what = operation.getKey() + ", call " + call;
          TieredCache<Key, String> cache = cache(manager, what);
          List<Key> keys = List.of(new Key(1), new Key(7));
          cache.put(new Key(7), "v");
          failAt(call);
          run(what, () -> operation.getValue().accept(cache, keys));
          made = calls.get();
          failAt(0);
          await(what)
              .pollDelay(Duration.ZERO)
              .pollInterval(Duration.ofMillis(1))
              .until(() -> Insides.openFlights(cache).isEmpty());
          cache.put(keys.get(0), "after");
          assertThat(cache.get(keys.get(0))).as(what).isEqualTo("after");
        } while (made >= call);
      }
      assertThat(Insides.of(manager).heldLocks()).isZero();
      Insides.of(manager).audit();
    }
  }

  private static void run(String what, Runnable operation) throws InterruptedException {
    Callable<@Nullable Throwable> caught = () -> {
      try {
        operation.run();
        return null;
      } catch (AssertionError wrong) {
        throw wrong;
      } catch (Throwable told) {
        return told;
      }
    };
    try {
      var unused = CALLERS.submit(caught).get(LONG_SECONDS, SECONDS);
    } catch (TimeoutException stuck) {
      fail(what + " does not end");
    } catch (ExecutionException wrong) {
      throw new AssertionError(what, wrong.getCause());
    }
  }

  @Test
  void whateverFailsWhenAKeyIsChangedWhatWasLoadedBeforeIsNotStoredBehindIt() throws Exception {
    Map<String, BiConsumer<TieredCache<Key, String>, Key>> changes = Map.of(
        "put", (cache, key) -> cache.put(key, "new"),
        "putAll", (cache, key) -> cache.putAll(Map.of(key, "new")),
        "invalidate", (cache, key) -> cache.invalidate(key));
    for (var change : changes.entrySet()) {
      int call = 0;
      int made;
      do {
        call++;
        String what = change.getKey() + ", call " + call;
        try (var manager = Tiers.MEMORY.open()) {
          TieredCache<Key, String> cache = cache(manager, "c");
          var hold = new CountDownLatch(1);
          var begun = new CountDownLatch(1);
          CompletableFuture<String> load = cache.async().get(new Key(1), key -> {
            begun.countDown();
            hold.await();
            return "old";
          });
          begun.await();
          var key = new Key(1);
          boolean failed = false;
          failAt(call);
          try {
            change.getValue().accept(cache, key);
          } catch (Unprintable unprintable) {
            failed = true;
          }
          made = calls.get();
          failAt(0);
          boolean changed = change.getKey().equals("invalidate")
              ? !failed
              : Objects.equals(cache.get(key), "new");
          manager.resizeMemory(1); // the new value leaves
          manager.resizeMemory(1_000_000);
          hold.countDown();
          assertThat(end(load)).isNotNull();
          if (changed) {
            assertThat(cache.get(key)).as(what).isNull();
          }
        }
      } while (made >= call);
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofAPutOfManyKeysAllAreStoredOrAllAreAsTheyWereOrAbsent(Tiers tiers) {
    try (var manager = tiers.open()) {
      int call = 0;
      int made;
      do {
        call++;
        TieredCache<Key, String> cache = cache(manager, "c" + call);
        List<Key> keys = List.of(new Key(0), new Key(1), new Key(2));
        for (int i = 0; i < 3; i++) {
          cache.put(new Key(i), "old");
        }
        Map<Key, String> values = new LinkedHashMap<>();
        keys.forEach(key -> values.put(key, "new"));
        failAt(call);
        String expected = "new";
        try {
          cache.putAll(values);
        } catch (Unprintable failed) {
          expected = "failed";
        }
        made = calls.get();
        failAt(0);
        List<@Nullable String> there = new ArrayList<>();
        keys.forEach(key -> there.add(cache.get(key)));
        assertThat(there.stream().distinct().count())
            .as("call " + call + ": " + there)
            .isOne();
        if (expected.equals("new")) {
          assertThat(there).as("call " + call).containsOnly("new");
        } else {
          assertThat(there).as("call " + call).doesNotContain("new");
        }
      } while (made >= call);
    }
  }
}
