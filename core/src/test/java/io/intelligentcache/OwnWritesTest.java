package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many threads read, write, invalidate and sweep a few keys through tiny tiers; no read may return a
 * value older than the last change that had returned when the read began.
 */
final class OwnWritesTest {
  private static final int KEYS = 24;
  private static final int THREADS = 4;
  private static final int STEPS = 6_000;

  /** The database: its versions, and which of them a cache may still show. */
  private final AtomicIntegerArray versions = new AtomicIntegerArray(KEYS);

  private final AtomicIntegerArray oldest = new AtomicIntegerArray(KEYS);
  private final Object[] locks = new Object[KEYS];

  /** Answers late and out of order, as a server does; takes effect in the order of calls. */
  private static final class SlowTier extends ForwardingTier {
    private final ExecutorService answers;

    SlowTier(HeapTier tier, ExecutorService answers) {
      super(tier);
      this.answers = answers;
    }

    @Override
    public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
      return late(super.getAll(keys));
    }

    @Override
    public CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
      return late(super.putAll(entries));
    }

    @Override
    public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
      return late(super.removeAll(keys));
    }

    private <T> CompletableFuture<T> late(CompletableFuture<T> answer) {
      return answer.thenApplyAsync(
          value -> {
            for (int i = 0; i < 200; i++) {
              Thread.onSpinWait();
            }
            return value;
          },
          answers);
    }
  }

  private String load(int key) {
    return key + ":" + versions.get(key);
  }

  private void change(int key, Runnable tellCache) {
    synchronized (locks[key]) {
      int version = versions.incrementAndGet(key);
      tellCache.run();
      oldest.set(key, version);
    }
  }

  private void check(int key, int allowed, @Nullable String value, long seed) {
    if (value != null) {
      assertThat(value).startsWith(key + ":");
      assertThat(Integer.parseInt(value.substring(value.indexOf(':') + 1)))
          .as("seed %d, key %d", seed, key)
          .isBetween(allowed, versions.get(key));
    }
  }

  private void step(
      TieredCache<Integer, String> cache,
      Loader<Integer, String> loader,
      Random random,
      long seed) {
    int key = (int) (KEYS * Math.pow(random.nextDouble(), 2));
    int allowed = oldest.get(key);
    switch (random.nextInt(20)) {
      case 0, 1 -> change(key, () -> cache.put(key, load(key)));
      case 2, 3, 4 -> change(key, () -> cache.invalidate(key));
      case 5 -> change(key, () -> cache.putAll(Map.of(key, load(key))));
      case 6 -> {
        if (random.nextInt(10) == 0) {
          change(key, () -> cache.invalidateMatching(key + "$"));
        }
      }
      case 7, 8, 9 -> check(key, allowed, cache.get(key), seed);
      case 10, 11, 12 -> {
        Map<Integer, Integer> bounds = new LinkedHashMap<>();
        for (int i = 0; i < 4; i++) {
          int one = random.nextInt(KEYS);
          bounds.put(one, oldest.get(one));
        }
        Map<Integer, String> found;
        try {
          found = cache.getAll(bounds.keySet(), loader);
        } catch (LoadException away) {
          return;
        }
        bounds.forEach((one, bound) -> check(one, bound, found.get(one), seed));
      }
      default -> {
        try {
          check(key, allowed, cache.get(key, loader), seed);
        } catch (LoadException away) {
          return;
        }
      }
    }
  }

  /** Now and then the database is away: then values past their TTL are answered. */
  private String loadOrFail(int key) {
    if (ThreadLocalRandom.current().nextInt(4) == 0) {
      throw new IllegalStateException("database away");
    }
    return load(key);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noReadIsOlderThanAChangeThatHadReturned(long seed) throws Exception {
    CacheStats stats = run(seed, CacheSpec.of(Integer.class, String.class), 1_000, this::load);
    assertThat(stats.redisHits()).as("Redis was of use").isPositive();
    assertThat(stats.diskHits()).as("the disk was of use").isPositive();
  }

  /** A value may be past its TTL, and yet none is older than the last change. */
  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void noStaleReadIsEither(long seed) throws Exception {
    var freshness = Freshness.none()
        .refreshAhead(Duration.ofMillis(1))
        .staleWhileRevalidate(Duration.ofMillis(2))
        .failSafe(Duration.ofHours(1), Duration.ofNanos(100_000))
        .softTimeout(Duration.ofNanos(50_000))
        .absenceTtl(Duration.ofMillis(1))
        .jitter(0.5);
    CacheSpec<Integer, String> spec =
        CacheSpec.of(Integer.class, String.class).ttl(Duration.ofMillis(2)).freshness(freshness);
    CacheStats stats = run(seed, spec, 100_000, this::loadOrFail);
    assertThat(stats.freshness().stale()).as("stale answers").isPositive();
    assertThat(stats.freshness().refreshes()).as("refreshes").isPositive();
    assertThat(stats.freshness().refreshFailures()).as("failed refreshes").isPositive();
  }

  private CacheStats run(
      long seed, CacheSpec<Integer, String> spec, long memoryBytes, Loader<Integer, String> loader)
      throws Exception {
    for (int key = 0; key < KEYS; key++) {
      locks[key] = new Object();
    }
    ExecutorService answers = Executors.newFixedThreadPool(2);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    var disk = new HeapTier(TimeSource.SYSTEM);
    var redis = new HeapTier(TimeSource.SYSTEM);
    try (var manager = TieredCacheManager.builder()
        .memory(Memory.ofBytes(memoryBytes))
        .disk(context -> disk)
        .redis(context -> new SlowTier(redis, answers))
        .build()) {
      TieredCache<Integer, String> cache = manager.cache("c", spec);
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        var random = new Random(seed * 100 + t);
        running.add(threads.submit(() -> {
          for (int i = 0; i < STEPS; i++) {
            step(cache, loader, random, seed);
          }
        }));
      }
      for (Future<?> one : running) {
        one.get();
      }
      return cache.stats();
    } finally {
      threads.shutdownNow();
      answers.shutdownNow();
    }
  }
}
