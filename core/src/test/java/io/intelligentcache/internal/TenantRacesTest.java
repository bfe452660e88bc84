package io.intelligentcache.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.internal.memory.HeapSizes;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads change and read a few keys of a few tenants, for which memory has hardly any room. Meanwhile all idle
 * tenants are freed and garbage-collected all the time. No read may return a value older than the last change that
 * had returned when the read began. Nothing may be counted twice or lost. The number of steps can be set:
 * {@code -Dtenant.steps=200000}.
 */
final class TenantRacesTest {
  private static final int TENANTS = 6;
  private static final int KEYS = 2;
  private static final int THREADS = 4;
  private static final int STEPS = Integer.getInteger("tenant.steps", 1_500);

  private final AtomicIntegerArray versions = new AtomicIntegerArray(TENANTS * KEYS);
  private final AtomicIntegerArray oldest = new AtomicIntegerArray(TENANTS * KEYS);
  private final Object[] locks = new Object[TENANTS * KEYS];
  private final LongAdder puts = new LongAdder();
  private final LongAdder requests = new LongAdder();

  /** Answers late and out of order, as a server does. It applies changes in the order of calls. */
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

    private <T> CompletableFuture<T> late(CompletableFuture<T> answer) {
      return CompletableFuture.supplyAsync(answer::join, answers);
    }
  }

  private String load(int id) {
    return id + ":" + versions.get(id);
  }

  private void change(int id, Runnable tellCache) {
    synchronized (locks[id]) {
      int version = versions.incrementAndGet(id);
      tellCache.run();
      oldest.set(id, version);
    }
  }

  private void check(int id, int allowed, @Nullable String value, long seed) {
    if (value != null) {
      assertThat(value).startsWith(id + ":");
      assertThat(Integer.parseInt(value.substring(value.indexOf(':') + 1)))
          .as("seed %d, tenant and key %d", seed, id)
          .isBetween(allowed, versions.get(id));
    }
  }

  private void step(TieredCache<Integer, String> cache, Random random, long seed) {
    int id = random.nextInt(TENANTS * KEYS);
    TieredCache<Integer, String> tenant = cache.tenant("t" + id / KEYS);
    int allowed = oldest.get(id);
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> put(id, () -> tenant.put(id, load(id)));
      case 3 -> put(id, () -> tenant.async().put(id, load(id)).join());
      case 4 -> put(id, () -> tenant.putAll(Map.of(id, load(id))));
      case 5, 6 -> change(id, () -> tenant.invalidate(id));
      case 7 -> {
        if (random.nextInt(8) == 0) {
          change(id, () -> tenant.invalidateMatching(id + "$"));
        }
      }
      case 8, 9 -> {
        requests.increment();
        check(id, allowed, tenant.get(id), seed);
      }
      case 10 -> {
        requests.increment();
        check(id, allowed, tenant.async().get(id, this::load).join(), seed);
      }
      default -> {
        requests.increment();
        check(id, allowed, tenant.get(id, this::load), seed);
      }
    }
  }

  private void put(int id, Runnable tellCache) {
    puts.increment();
    change(id, tellCache);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noReadIsOlderThanAChangeThatHadReturned(long seed) throws Exception {
    for (int id = 0; id < TENANTS * KEYS; id++) {
      locks[id] = new Object();
    }
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
        for (int i = 0; !over.get(); i++) {
          insides.freeIdleTenants();
          if (i % 200 == 0) {
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
            step(cache, random, seed);
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
