package io.intelligentcache.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.CacheListener;
import io.intelligentcache.CacheSpec;
import io.intelligentcache.Effort;
import io.intelligentcache.Freshness;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.VersionedRows;
import io.intelligentcache.internal.memory.HeapSizes;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.SlowTier;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads change and read a few keys of a few tenants of a cache, for which memory has hardly any room, and call it
 * anew when it was closed. Meanwhile the cache and its tenants are closed and destroyed all the time. No read may
 * return a value older than the last change that had returned when the read began, and nothing may stay counted in
 * memory that no open cache has.
 */
@ExtendWith(Effort.class)
@Timeout(7_200)
final class ClosingRacesTest {
  /** The first one is the cache's own space. */
  private static final int SPACES = 4;

  private static final int KEYS = 3;
  private static final int THREADS = 4;
  private static final int STEPS = Effort.of(2_000, 50_000, "steps of each thread");
  private static final int STEPS_PER_CLOSE = 20;

  private final LongAdder steps = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final AtomicInteger events = new AtomicInteger();

  private CacheSpec<Integer, String> spec() {
    return CacheSpec.of(Integer.class, String.class)
        .ttl(Duration.ofMillis(20))
        .freshness(Freshness.none().refreshAhead(Duration.ofMillis(19)))
        .listener(new CacheListener<>() {
          @Override
          public void removed(Integer key, String value, Cause cause) {
            events.incrementAndGet();
          }
        });
  }

  private static TieredCache<Integer, String> space(TieredCache<Integer, String> cache, int id) {
    int space = id / KEYS;
    return space == 0 ? cache : cache.tenant("t" + space);
  }

  private void step(TieredCacheManager manager, Random random, VersionedRows rows) {
    int id = random.nextInt(SPACES * KEYS);
    int allowed = rows.oldestAllowed(id);
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> change(manager, rows, id, here -> here.put(id, rows.load(id)));
      case 3 -> change(manager, rows, id, here -> here.compute(id, (key, old) -> rows.load(id)));
      case 4, 5 -> change(manager, rows, id, here -> here.invalidate(id));
      case 6 -> change(manager, rows, id, here -> here.invalidateMatching(id + "$"));
      case 7 -> rows.check(id, allowed, opened(manager, id).get(id));
      case 8 ->
        opened(manager, id).entries().forEach(entry -> assertThat(entry.key()).isNotNull());
      case 9 ->
        rows.check(id, allowed, opened(manager, id).async().get(id, rows::load).join());
      default -> rows.check(id, allowed, opened(manager, id).get(id, rows::load));
    }
  }

  private TieredCache<Integer, String> opened(TieredCacheManager manager, int id) {
    return space(manager.cache("c", spec()), id);
  }

  private interface Change {
    void in(TieredCache<Integer, String> cache);
  }

  /** Changes a row, and tells the cache of it until a call is not refused because the cache is closed. */
  private void change(TieredCacheManager manager, VersionedRows rows, int id, Change change) {
    rows.change(id, () -> {
      while (true) {
        try {
          change.in(opened(manager, id));
          return;
        } catch (IllegalStateException closed) {
          refused.increment();
          Thread.onSpinWait();
        }
      }
    });
  }

  private void close(TieredCacheManager manager, Random random) {
    int id = random.nextInt(3) == 0 ? 0 : random.nextInt(SPACES * KEYS);
    try {
      TieredCache<Integer, String> here = opened(manager, id);
      if (random.nextInt(4) == 0) {
        here.destroy();
      } else if (random.nextBoolean()) {
        here.close();
      } else {
        here.async().close().join();
      }
    } catch (IllegalStateException another) {
      refused.increment();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noReadIsOlderThanAChangeThatHadReturned(long seed) throws Exception {
    var rows = new VersionedRows(SPACES * KEYS, seed);
    ExecutorService answers = Executors.newFixedThreadPool(2);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS + 2);
    var builder = TieredCacheManager.builder()
        .memory(Memory.ofBytes((seed <= 2 ? 2 : 20) * HeapSizes.TENANT_BYTES))
        .disk(context -> new HeapTier(TimeSource.SYSTEM))
        .multiTenant(true);
    if (seed % 2 == 1) {
      builder.redis(context -> new SlowTier(new HeapTier(TimeSource.SYSTEM), answers));
    }
    try (var manager = builder.build()) {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        var random = new Random(seed * 100 + t);
        running.add(threads.submit(() -> {
          for (int i = 0; i < STEPS; i++) {
            try {
              step(manager, random, rows);
            } catch (IllegalStateException closed) {
              refused.increment();
            } catch (CompletionException failed) {
              assertThat(failed).hasCauseInstanceOf(IllegalStateException.class);
              refused.increment();
            }
            steps.increment();
          }
        }));
      }
      List<Future<?>> closing = new ArrayList<>();
      for (int t = 0; t < 2; t++) {
        var random = new Random(seed * 1_000 + t);
        closing.add(threads.submit(() -> {
          long closed = 0;
          while (steps.sum() < (long) THREADS * STEPS) {
            if (steps.sum() - closed >= STEPS_PER_CLOSE) {
              closed = steps.sum();
              close(manager, random);
            }
            Thread.onSpinWait();
          }
        }));
      }
      for (Future<?> one : running) {
        one.get();
      }
      for (Future<?> one : closing) {
        one.get();
      }
      Insides insides = Insides.of(manager);
      insides.audit();
      while (!manager.cacheNames().isEmpty()) {
        opened(manager, 0).close();
      }
      insides.audit();
      assertThat(insides.memory().used()).isZero();
      assertThat(refused.sum()).as("the closings met the threads").isPositive();
    } finally {
      threads.shutdownNow();
      answers.shutdownNow();
    }
  }
}
