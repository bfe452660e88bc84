package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LoadingTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final HeapTier redis = new HeapTier(TimeSource.SYSTEM);
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .redis(context -> redis)
      .loadTimeout(Duration.ofSeconds(10))
      .build();
  private final TieredCache<Integer, String> cache =
      manager.cache("c", Integer.class, String.class);
  private final AtomicInteger loads = new AtomicInteger();

  @AfterEach
  void close() {
    manager.close();
  }

  private static TieredCacheManager hasty(FakeScheduler scheduler) {
    return TieredCacheManager.builder()
        .loadTimeout(TIMEOUT)
        .time(TimeSource.SYSTEM, scheduler)
        .build();
  }

  private String load(int key) {
    loads.incrementAndGet();
    return "v" + key;
  }

  @Test
  void aThousandCallersOfOneKeyShareOneLoad() throws Exception {
    int callers = 1_000;
    var loading = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    Loader<Integer, String> slow = key -> {
      loading.countDown();
      assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
      return load(key);
    };
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      answers.add(cache.async().get(1, slow));
    }
    assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
    answers.get(0).cancel(true); // is its own affair
    await().until(() -> cache.stats().coalesced() + cache.stats().loads() >= callers);
    mayEnd.countDown();
    for (CompletableFuture<?> answer : answers.subList(1, callers)) {
      assertThat(answer.join()).isEqualTo("v1");
    }
    CacheStats stats = cache.stats();
    assertThat(loads).hasValue(1);
    assertThat(stats.loads()).isEqualTo(1);
    assertThat(stats.coalesced()).isEqualTo(callers - 1);
  }

  @Test
  void synchronousCallersShareOneLoadToo() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(50);
    try {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        int key = i % 20;
        answers.add(pool.submit(() -> cache.get(key, this::load)));
      }
      for (int i = 0; i < 1_000; i++) {
        assertThat(answers.get(i).get()).isEqualTo("v" + i % 20);
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(loads).hasValue(20);
  }

  @Test
  void aLoaderThatFailsFailsItsCallersAndNothingIsKept() {
    assertThatThrownBy(() -> cache.get(1, key -> {
          throw new IOException("database away");
        }))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("key 1")
        .hasRootCauseMessage("database away");
    assertThat(cache.get(1)).isNull();
    assertThat(cache.get(1, this::load)).isEqualTo("v1");
    assertThat(cache.stats().loadFailures()).isEqualTo(1);
    assertThat(cache.stats().loads()).isEqualTo(2);
  }

  @Test
  void aLoaderThatHasNothingIsAskedAgain() {
    assertThat(cache.get(1, key -> null)).isNull();
    assertThat(cache.get(1, this::load)).isEqualTo("v1");
  }

  @Test
  void aCallerWaitsForAHangingLoaderOnlyToTheTimeoutAndTheLoadIsGivenUpLater() {
    var never = new CountDownLatch(1);
    var interrupted = new CompletableFuture<Boolean>();
    try (var hasty =
        TieredCacheManager.builder().loadTimeout(Duration.ofMillis(50)).build()) {
      TieredCache<Integer, String> c = hasty.cache("c", Integer.class, String.class);
      Loader<Integer, String> hanging = key -> {
        loads.incrementAndGet();
        try {
          never.await();
        } catch (InterruptedException e) {
          interrupted.complete(true);
          throw e;
        }
        return "late";
      };
      assertThatThrownBy(() -> c.get(1, hanging))
          .isInstanceOf(LoadException.class)
          .hasMessageContaining("longer than PT0.05S");
      // Asked again, as a load is not interrupted that was given up before it began.
      await()
          .ignoreExceptionsInstanceOf(LoadException.class)
          .until(() -> interrupted.isDone() || c.get(1, hanging) == null);
      await()
          .ignoreExceptionsInstanceOf(LoadException.class)
          .until(() -> "v1".equals(c.get(1, this::load)));
    }
  }

  @Test
  void manyCallersOfAHangingKeyTakeOneThread() {
    var never = new CountDownLatch(1);
    try {
      for (int i = 0; i < 40; i++) {
        var unused = cache.async().get(1, key -> {
          never.await();
          return "late";
        });
      }
      assertThat(cache.get(2, this::load)).isEqualTo("v2");
    } finally {
      never.countDown();
    }
  }

  @Test
  void aLoaderThatIsALittleLateIsStillOfUse() {
    var scheduler = new FakeScheduler();
    try (var hasty = hasty(scheduler)) {
      TieredCache<Integer, String> c = hasty.cache("c", Integer.class, String.class);
      var loading = new CountDownLatch(1);
      var mayEnd = new CountDownLatch(1);
      var caller = c.async().get(1, key -> {
        loading.countDown();
        mayEnd.await();
        return load(key);
      });
      await().until(() -> loading.getCount() == 0);
      scheduler.advance(TIMEOUT);
      assertThat(caller)
          .failsWithin(LONG)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(LoadException.class);
      mayEnd.countDown();
      await().until(() -> "v1".equals(c.get(1)));
    }
  }

  @Test
  void loadersThatWaitForEachOtherInACircleEndAtTheTimeout() {
    var scheduler = new FakeScheduler();
    try (var hasty = hasty(scheduler)) {
      TieredCache<Integer, String> c = hasty.cache("c", Integer.class, String.class);
      var inside = new CountDownLatch(1);
      var both = new CyclicBarrier(2, inside::countDown);
      var one = c.async().get(1, key -> c.get(11, inner -> circleOf(c, both, 12)));
      var two = c.async().get(2, key -> c.get(12, inner -> circleOf(c, both, 11)));
      await().until(() -> inside.getCount() == 0);
      scheduler.advanceUntil(TIMEOUT, () -> one.isDone() && two.isDone());
      assertThatThrownBy(one::join).hasCauseInstanceOf(LoadException.class);
      assertThatThrownBy(two::join).hasCauseInstanceOf(LoadException.class);
      await().until(() -> {
        var again = c.async().get(11, this::load);
        scheduler.advance(TIMEOUT);
        return again.exceptionally(failure -> "none").get(30, TimeUnit.SECONDS).equals("v11");
      });
    }
  }

  private String circleOf(TieredCache<Integer, String> c, CyclicBarrier both, int other)
      throws Exception {
    both.await(10, TimeUnit.SECONDS);
    return c.get(other, this::load) + "";
  }

  @Test
  void whatFollowsALoadIsNotPartOfIt() {
    var value = cache
        .async()
        .get(1, key -> null)
        .thenCompose(nothing -> cache.async().get(1, this::load))
        .join();
    assertThat(value).isEqualTo("v1");
  }

  @Test
  void bulkLoadsInsideLoadersDoNotStarve() {
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(cache
          .async()
          .get(
              i,
              key -> cache.getAll(List.of(1_000 + key, 2_000 + key), this::load).toString()));
    }
    all.forEach(CompletableFuture::join);
    assertThat(loads).hasValue(80);
  }

  @Test
  void theLastLoadOfABulkReadHangingHoldsNoOtherUp() {
    var mayEnd = new CountDownLatch(1);
    List<Integer> keys = IntStream.range(0, 17).boxed().toList();
    var all = cache.async().getAll(keys, key -> {
      if (key == 16) {
        mayEnd.await();
      }
      return load(key);
    });
    await().until(() -> loads.get() == 16);
    assertThat(all).isNotDone();
    mayEnd.countDown();
    assertThat(all.join()).hasSize(17);
  }

  @Test
  void aHundredHangingLoadersDoNotKeepRedisHitsAway() {
    var never = new CountDownLatch(1);
    var scheduler = new FakeScheduler();
    cache.put(1_000, "in redis");
    try (var other = TieredCacheManager.builder()
        .redis(context -> redis)
        .loadTimeout(TIMEOUT)
        .time(TimeSource.SYSTEM, scheduler)
        .build()) {
      TieredCache<Integer, String> c = other.cache("c", Integer.class, String.class);
      List<CompletableFuture<?>> stuck = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        stuck.add(c.async().get(i, key -> {
          never.await();
          return "late";
        }));
      }
      assertThat(c.get(1_000)).isEqualTo("in redis");
      scheduler.advanceUntil(TIMEOUT, () -> stuck.stream().allMatch(CompletableFuture::isDone));
      for (CompletableFuture<?> one : stuck) {
        assertThatThrownBy(one::join).hasCauseInstanceOf(LoadException.class);
      }
    } finally {
      never.countDown();
    }
  }

  @Test
  void aLoaderMayLoadOtherKeysEvenWhenAllThreadsDo() {
    List<Integer> keys = IntStream.range(0, 200).boxed().toList();
    var values = cache.getAll(keys, key -> key + "+" + cache.get(key + 10_000, this::load));
    assertThat(values).hasSize(200).containsEntry(7, "7+v10007");
    assertThat(loads).hasValue(200);
  }

  @Test
  void aLoaderThatAsksForItsOwnKeyGetsAClearErrorInsteadOfADeadlock() {
    assertThatThrownBy(() -> cache.get(1, key -> cache.get(key, this::load)))
        .isInstanceOf(LoadException.class)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the loader of key 1 asks the cache to load key 1");
    assertThatThrownBy(() -> cache.get(1, key -> cache.get(2, other -> cache.get(1, this::load))))
        .hasStackTraceContaining("the loader of key 1 asks");
    assertThat(cache.get(1, this::load)).isEqualTo("v1");
  }

  @Test
  void anInterruptedCallerLeavesAndTheLoadGoesOn() throws Exception {
    var loading = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var outcome = new CompletableFuture<Throwable>();
    var caller = new Thread(() -> {
      try {
        cache.get(1, key -> {
          loading.countDown();
          assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
          return "v";
        });
      } catch (LoadException e) {
        outcome.complete(
            Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost"));
      }
    });
    caller.start();
    assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    assertThat(outcome.get(30, TimeUnit.SECONDS)).isInstanceOf(LoadException.class);
    mayEnd.countDown();
    await().until(() -> cache.get(1) != null);
  }

  @Test
  void aFailedLoadAmongManyFailsTheBulkReadAndKeepsTheOthers() {
    assertThatThrownBy(() -> cache.getAll(List.of(1, 2, 3), key -> {
          if (key == 2) {
            throw new IOException("no 2");
          }
          return load(key);
        }))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("key 2");
    assertThat(cache.getAll(List.of(1, 2, 3))).containsOnlyKeys(1, 3);
  }

  @Test
  void aFullLoaderQueueIsAnErrorNotAWait() {
    var never = new CountDownLatch(1);
    try {
      List<CompletableFuture<?>> all = new ArrayList<>();
      for (int i = 0; i < 10_100; i++) {
        all.add(cache.async().get(i, key -> {
          never.await();
          return "v";
        }));
      }
      await()
          .untilAsserted(
              () -> assertThat(all.stream().filter(CompletableFuture::isCompletedExceptionally))
                  .hasSize(10_100 - 10_016));
    } finally {
      never.countDown();
    }
  }
}
