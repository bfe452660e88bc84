package io.intelligentcache.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Freshness;
import io.intelligentcache.Loader;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Codecs, weighers and TTL functions run on step threads. One cache can't take all of these threads. */
final class StepThreadsTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int LOADS = 3 * LimitedExecutor.MOST;

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  /**
   * How many calls of user code hang on step threads. A load that ends as soon as it begins is stored by its loader
   * thread, so it does not count here.
   */
  private final AtomicInteger hanging = new AtomicInteger();

  private final ExecutorService others = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    mayEnd.countDown();
    others.shutdownNow();
  }

  private void hang() {
    if (StepThreads.isCurrent()) {
      hanging.incrementAndGet();
    }
    try {
      mayEnd.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A tier that answers later, on a thread of its own. */
  private final class Late extends ForwardingTier {
    Late() {
      super(new HeapTier(TimeSource.SYSTEM));
    }

    @Override
    public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
      return CompletableFuture.supplyAsync(() -> super.getAll(keys).join(), others);
    }
  }

  @Test
  void userCodeOfSomeCachesThatHangsHoldsUpNoneOfAnother() throws Exception {
    try (var manager = TieredCacheManager.builder()
        .redis(context -> new Late())
        .loadTimeout(Duration.ofMinutes(10))
        .build()) {
      // A load that has not ended when its loader returns is stored by a step thread.
      var begun = new CountDownLatch(3 * LOADS);
      var loaded = new CompletableFuture<String>();
      Loader<Integer, String> later = Loader.async(key -> {
        begun.countDown();
        return loaded;
      });
      for (int i = 0; i < 3; i++) {
        TieredCache<Integer, String> slow = manager.cache(
            "slow" + i, CacheSpec.of(Integer.class, String.class).ttl((key, value) -> {
              hang();
              return Duration.ofMinutes(1);
            }));
        for (int key = 0; key < LOADS; key++) {
          var unused = slow.async().get(key, later);
        }
      }
      begun.await();
      loaded.complete("v");
      await().atMost(LONG).until(() -> hanging.get() == 3 * LimitedExecutor.MOST);

      TieredCache<Integer, String> cache = manager.cache("c", Integer.class, String.class);
      cache.put(1, "v");
      manager.resizeMemory(1);
      assertThat(cache.async().get(1)).succeedsWithin(LONG).isEqualTo("v");
      assertThat(cache.async().get(2, later)).succeedsWithin(LONG).isEqualTo("v");
      EntryOptions hurried =
          EntryOptions.defaults().with(Freshness.none().hardTimeout(Duration.ofSeconds(1)));
      assertThat(cache
              .async()
              .get(
                  3,
                  key -> {
                    mayEnd.await();
                    return "late";
                  },
                  hurried))
          .failsWithin(LONG)
          .withThrowableThat()
          .withMessageContaining("took longer than");
      mayEnd.countDown();
    }
  }

  @Test
  void noMoreThanItsPartOfTheThreadsIsTakenAndAllTasksRunInTheirOrder() {
    List<Runnable> given = new ArrayList<>();
    var limited = new LimitedExecutor(given::add);
    List<Integer> ran = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int task = i;
      limited.execute(() -> ran.add(task));
    }
    while (!given.isEmpty()) {
      assertThat(given).hasSizeLessThanOrEqualTo(LimitedExecutor.MOST);
      given.remove(0).run();
    }
    assertThat(ran).isSorted().hasSize(100);
  }

  @Test
  void aTaskThatThrowsEndsNoOther() {
    List<Runnable> given = new ArrayList<>();
    var limited = new LimitedExecutor(given::add);
    var ran = new AtomicInteger();
    for (int i = 0; i < 3 * LimitedExecutor.MOST; i++) {
      limited.execute(() -> {
        ran.incrementAndGet();
        throw new IllegalStateException("task");
      });
    }
    while (!given.isEmpty()) {
      try {
        given.remove(0).run();
      } catch (IllegalStateException thrown) {
        // The thread of a real pool would handle this failure.
      }
    }
    assertThat(ran).hasValue(3 * LimitedExecutor.MOST);
  }

  @Test
  void amongManyThreadsNoneIsLost() throws Exception {
    int tasks = 20_000;
    var ran = new CountDownLatch(4 * tasks);
    var limited = new LimitedExecutor(others);
    for (int thread = 0; thread < 4; thread++) {
      others.execute(() -> {
        for (int i = 0; i < tasks; i++) {
          limited.execute(ran::countDown);
        }
      });
    }
    ran.await();
  }
}
