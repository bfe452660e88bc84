package io.intelligentcache.internal.load;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Freshness;
import io.intelligentcache.LoadException;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.internal.read.RefreshQueue;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fair shares of the loader threads. */
final class LoaderThreadsTest {
  private final LoaderThreads threads = new LoaderThreads();
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();

  @AfterEach
  void close() {
    mayEnd.countDown();
    threads.close();
  }

  private int running(String owner) {
    return running.computeIfAbsent(owner, absent -> new AtomicInteger()).get();
  }

  private void hang(String owner, int tasks) {
    AtomicInteger count = running.computeIfAbsent(owner, absent -> new AtomicInteger());
    for (int i = 0; i < tasks; i++) {
      threads.execute(
          owner,
          new Runnable() { // a different object each time
            @Override
            public void run() {
              count.incrementAndGet();
              LoaderThreadsTest.await(mayEnd);
            }
          });
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void oneAloneTakesAllAndEachThatComesGetsItsShareAllTheSame() {
    hang("first", 40);
    hang("second", 40);
    hang("third", 40);
    Awaitility.await().untilAsserted(() -> {
      assertThat(running("first")).isEqualTo(LoaderThreads.THREADS);
      assertThat(running("second")).isEqualTo(LoaderThreads.THREADS / 2);
      assertThat(running("third")).isEqualTo(LoaderThreads.THREADS / 3);
    });
  }

  @Test
  void ninetyThatHangLeaveAThreadToTheNext() {
    for (int i = 0; i < 90; i++) {
      hang("tenant " + i, 20);
    }
    hang("next", 1);
    Awaitility.await().until(() -> running("next") == 1);
    int all = running.values().stream().mapToInt(AtomicInteger::get).sum();
    assertThat(all).isLessThanOrEqualTo(LoaderThreads.MOST_THREADS);
  }

  @Test
  void thereIsALimitAndWhoWaitsBeyondItIsServedWhenALoadEnds() {
    for (int i = 0; i < 2 * LoaderThreads.MOST_THREADS; i++) {
      hang("tenant " + i, 1);
    }
    Awaitility.await()
        .until(() -> running.values().stream().mapToInt(AtomicInteger::get).sum()
            == LoaderThreads.MOST_THREADS);
    mayEnd.countDown();
    Awaitility.await().until(() -> running.values().stream().allMatch(began -> began.get() == 1));
  }

  @Test
  void thoseThatWaitTakeTurns() {
    var one = new CountDownLatch(1);
    threads.execute("the one that ends", () -> await(one));
    for (int i = 1; i < LoaderThreads.MOST_THREADS; i++) {
      hang("tenant " + i, 1);
    }
    Queue<String> order = new ConcurrentLinkedQueue<>();
    for (int i = 1; i <= 3; i++) {
      String task = "a" + i;
      threads.execute("a", () -> order.add(task));
    }
    threads.execute("b", () -> order.add("b1"));
    one.countDown(); // its thread runs them all
    Awaitility.await().until(() -> order.size() == 4);
    assertThat(order).containsExactly("a1", "b1", "a2", "a3");
  }

  @Test
  void aQueueIsBoundedAndThoseOfOthersAreNotAffected() {
    hang("full", LoaderThreads.THREADS + LoaderThreads.WAITING);
    assertThatThrownBy(() -> hang("full", 1)).isInstanceOf(RejectedExecutionException.class);
    hang("other", 1);
    Awaitility.await().until(() -> running("other") == 1);
  }

  @Test
  void theInterruptOfALoadIsNotTheNextOnes() {
    var interrupted = new CompletableFuture<Boolean>();
    var first = new CountDownLatch(1);
    for (int i = 0; i < LoaderThreads.THREADS; i++) {
      threads.execute("c", new Runnable() {
        @Override
        public void run() {
          first.countDown();
          LoaderThreadsTest.await(mayEnd);
          Thread.currentThread().interrupt();
        }
      });
    }
    await(first);
    threads.execute("c", () -> interrupted.complete(Thread.currentThread().isInterrupted()));
    mayEnd.countDown();
    assertThat(interrupted).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(false);
  }

  // How callers of a cache see it.

  @Test
  void aTenantWhoseLoadersHangKeepsNoOtherFromLoading() {
    try (var manager = TieredCacheManager.builder().multiTenant(true).build()) {
      var reports = manager.cache("reports", String.class, String.class);
      var users = manager.cache("users", String.class, String.class);
      for (int i = 0; i < 40; i++) {
        var unused = reports.tenant("acme").async().get("r" + i, key -> {
          mayEnd.await();
          return "late";
        });
      }
      assertThat(users.get("u", key -> "v")).isEqualTo("v");
      assertThat(reports.get("r", key -> "v")).isEqualTo("v");
      assertThat(reports.tenant("other").get("r", key -> "v")).isEqualTo("v");
      mayEnd.countDown();
    }
  }

  @Test
  void aLoadThatNeverBeganSaysSoAndIsTakenOutOfTheQueue() {
    var begun = new AtomicInteger();
    var timeout = Duration.ofSeconds(3);
    var scheduler = new FakeScheduler();
    try (var manager = TieredCacheManager.builder()
        .loadTimeout(timeout)
        .time(TimeSource.SYSTEM, scheduler)
        .build()) {
      var reports = manager.cache("reports", String.class, String.class);
      EntryOptions patient =
          EntryOptions.defaults().with(Freshness.none().hardTimeout(Duration.ofMinutes(5)));
      for (int i = 0; i < LoaderThreads.THREADS; i++) {
        var unused = reports
            .async()
            .get(
                "r" + i,
                key -> {
                  begun.incrementAndGet();
                  mayEnd.await();
                  return "late";
                },
                patient);
      }
      Awaitility.await().until(() -> begun.get() == LoaderThreads.THREADS);
      var one = reports.async().get("u", key -> "runs " + begun.incrementAndGet());
      var many = reports.async().getAll(List.of("v", "w"), key -> "" + begun.incrementAndGet());
      scheduler.advance(timeout);
      assertThat(one)
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableThat()
          .withCauseInstanceOf(LoadException.class)
          .withMessageContaining("loading key u of")
          .withMessageContaining("never began: it waited PT3S for a loader thread")
          .withMessageContaining(LoaderThreads.THREADS + " of its loads are running (key r0")
          .withMessageContaining("loaderExecutor");
      assertThat(many)
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableThat()
          .withMessageContaining("never began");
      mayEnd.countDown();
      assertThat(reports.get("after", key -> "v", patient)).isEqualTo("v");
      assertThat(begun).hasValue(LoaderThreads.THREADS);
    }
  }

  @Test
  void refreshesThatHangKeepNoOtherCacheFromRefreshing() {
    var time = new FakeTime();
    try (var manager = TieredCacheManager.builder().time(time).build()) {
      var spec = CacheSpec.of(Integer.class, String.class)
          .ttl(Duration.ofMinutes(1))
          .freshness(Freshness.none().staleWhileRevalidate(Duration.ofHours(1)));
      var slow = manager.cache("slow", spec);
      var quick = manager.cache("quick", spec);
      for (int key = 0; key < 3 * RefreshQueue.AT_A_TIME; key++) {
        slow.put(key, "old");
      }
      quick.put(1, "old");
      time.advance(Duration.ofMinutes(2));
      for (int key = 0; key < 3 * RefreshQueue.AT_A_TIME; key++) {
        slow.get(key, k -> {
          mayEnd.await();
          return "late";
        });
      }
      Awaitility.await().until(() -> "new".equals(quick.get(1, key -> "new")));
      mayEnd.countDown();
    }
  }
}
