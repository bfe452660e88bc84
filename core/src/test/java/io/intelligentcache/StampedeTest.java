package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Found.State;
import io.intelligentcache.internal.read.RefreshQueue;
import io.intelligentcache.tier.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many callers at once, and loaders that never return. */
final class StampedeTest {
  private static final int MANY = 1_000;
  private static final int POOL = 16;
  private static final Duration TTL = Duration.ofMinutes(10);

  private final FakeTime time = new FakeTime();
  private final AtomicInteger loads = new AtomicInteger();

  @Test
  void aThousandCallersAtOnceOfOneMissingKeyHalfOfThemWaitingMakeOneLoad() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(MANY / 2);
    try (var manager =
        TieredCacheManager.builder().loadTimeout(Duration.ofSeconds(30)).build()) {
      TieredCache<Integer, String> cache = manager.cache("c", Integer.class, String.class);
      var start = new CountDownLatch(1);
      Loader<Integer, String> slow = key -> {
        loads.incrementAndGet();
        await().until(() -> cache.stats().coalesced() == MANY - 1);
        return "v";
      };
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int i = 0; i < MANY / 2; i++) {
        answers.add(CompletableFuture.supplyAsync(() -> awaited(start, cache, slow), callers));
      }
      for (int i = 0; i < MANY / 2; i++) {
        answers.add(cache.async().get(1, slow));
      }
      start.countDown();
      for (CompletableFuture<String> answer : answers) {
        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("v");
      }
      assertThat(loads).hasValue(1);
      FreshnessTest.requestsAddUp(cache, MANY);
    } finally {
      callers.shutdownNow();
    }
  }

  private static String awaited(
      CountDownLatch start, TieredCache<Integer, String> cache, Loader<Integer, String> loader) {
    try {
      start.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return cache.get(1, loader) + "";
  }

  @Test
  void aThousandMissingKeysMakeAThousandLoadsOnTheThreadsOfThePool() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    var atOnce = new AtomicInteger();
    var most = new AtomicInteger();
    try (var manager = TieredCacheManager.builder().build()) {
      TieredCache<Integer, String> cache = manager.cache("c", Integer.class, String.class);
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int key = 0; key < MANY; key++) {
        answers.add(cache.async().get(key, k -> {
          loads.incrementAndGet();
          threads.add(Thread.currentThread());
          most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          atOnce.decrementAndGet();
          return "v" + k;
        }));
      }
      for (int key = 0; key < MANY; key++) {
        assertThat(answers.get(key).join()).isEqualTo("v" + key);
      }
    }
    assertThat(loads).hasValue(MANY);
    // A thread that has just become idle may be too late for the next load, which starts another
    // one.
    assertThat(threads).hasSizeLessThan(4 * POOL);
    assertThat(most.get()).isLessThanOrEqualTo(POOL);
  }

  @Test
  void aLoaderThatHangsForEverCostsAThreadAndNobodyTheirAnswer() {
    var never = new CountDownLatch(1);
    var hanging = new AtomicInteger();
    Loader<Integer, String> hangs = key -> {
      hanging.incrementAndGet();
      try {
        never.await();
        return "late";
      } finally {
        hanging.decrementAndGet();
      }
    };
    var freshness = Freshness.none()
        .failSafe(Duration.ofHours(1), Duration.ofSeconds(1))
        .softTimeout(Duration.ofMillis(20))
        .hardTimeout(Duration.ofMillis(200));
    try (var manager = TieredCacheManager.builder().time(time).build()) {
      TieredCache<Integer, String> cache = manager.cache(
          "c", CacheSpec.of(Integer.class, String.class).ttl(TTL).freshness(freshness));
      cache.put(1, "stale");
      time.advance(TTL);
      List<CompletableFuture<Found<String>>> withStale = new ArrayList<>();
      List<CompletableFuture<String>> without = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        withStale.add(cache.async().lookup(1, hangs, EntryOptions.defaults()));
        without.add(cache.async().get(2, hangs));
      }
      for (CompletableFuture<Found<String>> one : withStale) {
        assertThat(one.join().value()).isEqualTo("stale");
        assertThat(one.join().state().isStale()).isTrue();
      }
      for (CompletableFuture<String> one : without) {
        assertThatThrownBy(one::join)
            .hasCauseInstanceOf(LoadException.class)
            .hasMessageContaining("PT0.2S");
      }
      assertThat(hanging.get()).as("one thread per key").isLessThanOrEqualTo(2);
      await().untilAsserted(() -> assertThat(hanging).as("given up").hasValue(0));
      time.advance(Duration.ofHours(1).minusSeconds(1));
      await().ignoreExceptionsInstanceOf(LoadException.class).until(() -> {
        boolean loaded = "v".equals(cache.get(1, key -> "v"));
        time.advance(Duration.ofSeconds(1)); // where no thread had time for it, and it is to wait
        return loaded;
      });
      await()
          .ignoreExceptionsInstanceOf(LoadException.class)
          .until(() -> "v".equals(cache.get(2, key -> "v")));
      assertThat(cache.lookup(1).state()).isEqualTo(State.FRESH);
    } finally {
      never.countDown();
    }
  }

  @Test
  void refreshesThatHangLeaveThreadsToThoseWhoWait() {
    var never = new CountDownLatch(1);
    try (var manager = TieredCacheManager.builder().time(time).build()) {
      TieredCache<Integer, String> cache = manager.cache(
          "c",
          CacheSpec.of(Integer.class, String.class)
              .ttl(TTL)
              .freshness(Freshness.none().staleWhileRevalidate(TTL)));
      for (int key = 0; key < 100; key++) {
        cache.put(key, "stale");
      }
      time.advance(TTL);
      for (int key = 0; key < 100; key++) {
        assertThat(cache.get(key, k -> {
              never.await();
              return "late";
            }))
            .isEqualTo("stale");
      }
      await().until(() -> cache.stats().freshness().refreshes() >= RefreshQueue.AT_A_TIME);
      for (int key = 1_000; key < 1_200; key++) {
        assertThat(cache.get(key, k -> "v")).isEqualTo("v");
      }
    } finally {
      never.countDown();
    }
  }

  @Test
  void cancelledAndTimedOutFuturesLeaveNoFlightBehind() {
    try (var manager =
        TieredCacheManager.builder().loadTimeout(Duration.ofSeconds(20)).build()) {
      TieredCache<Integer, String> cache = manager.cache("c", Integer.class, String.class);
      List<CompletableFuture<String>> promises = new ArrayList<>();
      for (int key = 0; key < 100; key++) {
        var promise = new CompletableFuture<String>();
        promises.add(promise);
        var cancelled = cache.async().get(key, Loader.async(k -> promise));
        var timedOut = cache.async().get(key, Loader.async(k -> promise));
        long asked = 2L * (key + 1);
        await().until(() -> cache.stats().loads() + cache.stats().coalesced() == asked);
        assertThat(cancelled.cancel(true)).isTrue();
        assertThatThrownBy(() -> timedOut.orTimeout(1, TimeUnit.MILLISECONDS).join())
            .hasCauseInstanceOf(java.util.concurrent.TimeoutException.class);
        assertThat(promise).as("the load goes on").isNotDone();
      }
      promises.forEach(promise -> promise.completeExceptionally(new IllegalStateException()));
      for (int key = 0; key < 100; key++) {
        int each = key;
        await()
            .ignoreExceptionsInstanceOf(LoadException.class)
            .until(() -> "v".equals(cache.get(each, k -> "v")));
      }
    }
  }
}
