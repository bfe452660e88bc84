package io.intelligentcache.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Effort;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.VersionedRows;
import io.intelligentcache.internal.memory.HeapSizes;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.SlowTier;
import io.intelligentcache.tier.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads change and read a few keys of a few tenants, for which memory has hardly any room. Meanwhile all idle
 * tenants are freed and garbage-collected all the time. No read may return a value older than the last change that
 * had returned when the read began. Nothing may be counted twice or lost.
 */
@ExtendWith(Effort.class)
@Timeout(7_200)
final class TenantRacesTest {
  private static final int TENANTS = 6;
  private static final int KEYS = 2;
  private static final int THREADS = 4;
  private static final int STEPS = Effort.of(1_000, 50_000, "steps of each thread");

  /** A collection stops all threads, so after each one they get time for some steps. */
  private static final int STEPS_PER_COLLECTION = 150;

  private final LongAdder steps = new LongAdder();
  private final LongAdder puts = new LongAdder();
  private final LongAdder requests = new LongAdder();

  private void step(TieredCache<Integer, String> cache, Random random, VersionedRows rows) {
    int id = random.nextInt(TENANTS * KEYS);
    TieredCache<Integer, String> tenant = cache.tenant("t" + id / KEYS);
    int allowed = rows.oldestAllowed(id);
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> put(rows, id, () -> tenant.put(id, rows.load(id)));
      case 3 -> put(rows, id, () -> tenant.async().put(id, rows.load(id)).join());
      case 4 -> put(rows, id, () -> tenant.putAll(Map.of(id, rows.load(id))));
      case 5, 6 -> rows.change(id, () -> tenant.invalidate(id));
      case 7 -> {
        if (random.nextInt(8) == 0) {
          rows.change(id, () -> tenant.invalidateMatching(id + "$"));
        }
      }
      case 8, 9 -> {
        requests.increment();
        rows.check(id, allowed, tenant.get(id));
      }
      case 10 -> {
        requests.increment();
        rows.check(id, allowed, tenant.async().get(id, rows::load).join());
      }
      default -> {
        requests.increment();
        rows.check(id, allowed, tenant.get(id, rows::load));
      }
    }
  }

  private void put(VersionedRows rows, int id, Runnable tellCache) {
    puts.increment();
    rows.change(id, tellCache);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noReadIsOlderThanAChangeThatHadReturned(long seed) throws Exception {
    var rows = new VersionedRows(TENANTS * KEYS, seed);
    ExecutorService answers = Executors.newFixedThreadPool(2);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
    var over = new AtomicBoolean();
    boolean hasRedis = seed % 2 == 1;
    var builder = TieredCacheManager.builder()
        .memory(Memory.ofBytes(2 * HeapSizes.TENANT_BYTES))
        .disk(context -> new HeapTier(TimeSource.SYSTEM))
        .multiTenant(true);
    if (hasRedis) {
      builder.redis(context -> new SlowTier(new HeapTier(TimeSource.SYSTEM), answers));
    }
    try (var manager = builder.build()) {
      TieredCache<Integer, String> cache = manager.cache("c", Integer.class, String.class);
      Insides insides = Insides.of(manager);
      Future<?> freeing = threads.submit(() -> {
        long collected = 0;
        while (!over.get()) {
          insides.freeIdleTenants();
          if (steps.sum() - collected >= STEPS_PER_COLLECTION) {
            collected = steps.sum();
            System.gc();
          }
          assertThat(manager.stats().caches().puts()).isLessThanOrEqualTo(puts.sum());
        }
      });
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        var random = new Random(seed * 100 + t);
        running.add(threads.submit(() -> {
          for (int i = 0; i < STEPS; i++) {
            step(cache, random, rows);
            steps.increment();
          }
        }));
      }
      for (Future<?> one : running) {
        one.get();
      }
      over.set(true);
      freeing.get();
      await().untilAsserted(() -> {
        CacheStats sum = manager.stats().caches();
        assertThat(sum.puts()).isEqualTo(puts.sum());
        assertThat(sum.requests()).isEqualTo(requests.sum());
      });
      insides.audit();
    } finally {
      over.set(true);
      threads.shutdownNow();
      answers.shutdownNow();
    }
  }
}
