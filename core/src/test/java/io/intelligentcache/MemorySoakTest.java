package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All that can be done to the memory tier at once.
 *
 * <p>Each thread writes keys of its own and reads everybody's. So it knows of its own keys what must
 * not come back, and of all keys that versions never go back.
 */
@ExtendWith(Effort.class)
@Timeout(7_200)
final class MemorySoakTest {
  private static final Duration LENGTH = Effort.of(Duration.ofMillis(500), Duration.ofMinutes(2));
  private static final int THREADS = 4;
  private static final int KEYS = 5_000;
  private static final long BUDGET = 200_000;

  private record Versioned(int key, long version) {}

  @RegisterExtension
  private final Seed seed = new Seed();

  /** The version of each key that was last written or, negated, made absent, by its writer. */
  private final AtomicLongArray latest = new AtomicLongArray(KEYS);

  @ParameterizedTest
  @EnumSource(EvictionPolicy.class)
  void nothingWrongNothingLostCountOf(EvictionPolicy policy) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (var manager = TieredCacheManager.builder()
        .memory(Memory.ofBytes(BUDGET).policy(policy))
        .build()) {
      var spec = CacheSpec.of(Integer.class, Versioned.class).weigher((key, value) -> key % 300);
      TieredCache<Integer, Versioned> cache = manager.cache("soak", spec);
      long end = System.nanoTime() + LENGTH.toNanos();
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        running.add(pool.submit(new Client(manager, cache, thread, seed.value() + thread, end)));
      }
      for (Future<?> client : running) {
        client.get();
      }
      manager.resizeMemory(BUDGET);
      assertThat(manager.stats().memoryBytes()).isLessThanOrEqualTo(BUDGET);
      cache.clear();
      await().untilAsserted(() -> assertThat(manager.stats().memoryBytes()).isZero());
      assertThat(cache.stats().entries()).isZero();
    } finally {
      pool.shutdownNow();
    }
  }

  /** One thread. Its keys are those that leave its number when divided by that of the threads. */
  private final class Client implements Callable<Void> {
    private final TieredCacheManager manager;
    private final TieredCache<Integer, Versioned> cache;
    private final int number;
    private final SplittableRandom random;
    private final long end;
    private final long[] seen = new long[KEYS];
    private long version;

    Client(
        TieredCacheManager manager,
        TieredCache<Integer, Versioned> cache,
        int number,
        long seed,
        long end) {
      this.manager = manager;
      this.cache = cache;
      this.number = number;
      this.random = new SplittableRandom(seed);
      this.end = end;
    }

    @Override
    public Void call() {
      while (System.nanoTime() < end) {
        int any = random.nextInt(KEYS);
        int own = any - any % THREADS + number;
        switch (random.nextInt(20)) {
          case 0, 1, 2 -> write(own, EntryOptions.defaults());
          case 3 -> write(own, EntryOptions.ttl(Duration.ofMillis(1 + random.nextInt(300))));
          case 4 -> forget(own);
          case 5 -> rareEvents();
          case 6, 7, 8 -> check(own, cache.get(own));
          default -> look(any);
        }
      }
      return null;
    }

    private void write(int key, EntryOptions options) {
      cache.put(key, new Versioned(key, ++version), options);
      latest.set(key, version);
    }

    private void forget(int key) {
      cache.invalidate(key);
      latest.set(key, -version);
    }

    private void rareEvents() {
      switch (random.nextInt(2_000)) {
        case 0 -> manager.resizeMemory(BUDGET / (1 + random.nextInt(20)));
        case 1 -> manager.resizeMemory(BUDGET);
        case 2 -> cache.invalidateMatching("1.*7");
        default -> {}
      }
    }

    /** Of an own key: absent, or exactly what was written last. */
    private void check(int key, @Nullable Versioned found) {
      if (found != null) {
        assertThat(found.key()).isEqualTo(key);
        assertThat(found.version()).isEqualTo(latest.get(key));
      }
    }

    /** Of anybody's key: never older than what was seen before. */
    private void look(int key) {
      Versioned found = cache.get(key);
      if (found != null) {
        assertThat(found.key()).isEqualTo(key);
        assertThat(found.version()).isGreaterThanOrEqualTo(seen[key]);
        seen[key] = found.version();
      }
    }
  }
}
