package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.SlowTier;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many threads read, write, invalidate and sweep a few keys through tiny tiers; no read may return a
 * value older than the last change that had returned when the read began.
 */
@ExtendWith(Effort.class)
final class OwnWritesTest {
  private static final int KEYS = 24;
  private static final int THREADS = 4;
  private static final int STEPS = Effort.of(2_000, 60_000, "steps of each thread");

  private void step(
      TieredCache<Integer, String> cache,
      Loader<Integer, String> loader,
      Random random,
      VersionedRows rows) {
    int key = (int) (KEYS * Math.pow(random.nextDouble(), 2));
    int allowed = rows.oldestAllowed(key);
    switch (random.nextInt(20)) {
      case 0, 1 -> rows.change(key, () -> cache.put(key, rows.load(key)));
      case 2, 3, 4 -> rows.change(key, () -> cache.invalidate(key));
      case 5 -> rows.change(key, () -> cache.putAll(Map.of(key, rows.load(key))));
      case 6 -> {
        if (random.nextInt(10) == 0) {
          rows.change(key, () -> cache.invalidateMatching(key + "$"));
        }
      }
      case 7, 8, 9 -> rows.check(key, allowed, cache.get(key));
      case 10, 11, 12 -> {
        Map<Integer, Integer> bounds = new LinkedHashMap<>();
        for (int i = 0; i < 4; i++) {
          int one = random.nextInt(KEYS);
          bounds.put(one, rows.oldestAllowed(one));
        }
        Map<Integer, String> found;
        try {
          found = cache.getAll(bounds.keySet(), loader);
        } catch (LoadException away) {
          return;
        }
        bounds.forEach((one, bound) -> rows.check(one, bound, found.get(one)));
      }
      default -> {
        try {
          rows.check(key, allowed, cache.get(key, loader));
        } catch (LoadException away) {
          return;
        }
      }
    }
  }

  /** Now and then the database is away: then values past their TTL are answered. */
  private static String loadOrFail(VersionedRows rows, int key) {
    if (ThreadLocalRandom.current().nextInt(4) == 0) {
      throw new IllegalStateException("database away");
    }
    return rows.load(key);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noReadIsOlderThanAChangeThatHadReturned(long seed) throws Exception {
    var rows = new VersionedRows(KEYS, seed);
    CacheStats stats =
        run(seed, CacheSpec.of(Integer.class, String.class), 1_000, rows, rows::load);
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
    var rows = new VersionedRows(KEYS, seed);
    CacheStats stats = run(seed, spec, 100_000, rows, key -> loadOrFail(rows, key));
    assertThat(stats.freshness().stale()).as("stale answers").isPositive();
    assertThat(stats.freshness().refreshes()).as("refreshes").isPositive();
    assertThat(stats.freshness().refreshFailures()).as("failed refreshes").isPositive();
  }

  private CacheStats run(
      long seed,
      CacheSpec<Integer, String> spec,
      long memoryBytes,
      VersionedRows rows,
      Loader<Integer, String> loader)
      throws Exception {
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
            step(cache, loader, random, rows);
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
