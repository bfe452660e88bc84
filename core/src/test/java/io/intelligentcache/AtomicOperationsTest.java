package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Atomic operations where no other instance has a say. */
final class AtomicOperationsTest {
  private static final int THREADS = 8;
  private static final int EACH = 500;
  private static final long ROOM = 1_000_000;

  private final FakeTime time = new FakeTime();
  private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
  private final HeapTier disk = new HeapTier(time);
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .memory(Memory.ofBytes(ROOM))
      .disk(context -> disk)
      .redis(context -> new HeapTier(time))
      .time(time)
      .build();
  private final TieredCache<String, Integer> cache = manager.cache(
      "c",
      CacheSpec.of(String.class, Integer.class)
          .ttl(Duration.ofMinutes(1))
          .loader(key -> {
            throw new AssertionError("nobody asked to load " + key);
          })
          .listener(new CacheListener<String, Integer>() {
            @Override
            public void removed(String key, Integer value, Cause cause) {
              events.add(key + "=" + value + " " + cause);
            }
          }));

  @AfterEach
  void close() {
    manager.close();
  }

  private static Integer increment(String key, Integer there) {
    return there == null ? 1 : there + 1;
  }

  private static <T> List<T> inThreads(Callable<T> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(Collections.nCopies(THREADS, work))) {
        results.add(result.get(60, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Brings what memory has to the disk. */
  private void evict() {
    manager.resizeMemory(1_000);
    for (int i = 0; i < 100; i++) {
      cache.put("filler" + i, i);
    }
  }

  @Test
  void putIfAbsentStoresOnceAndTellsWhatIsThere() {
    assertThat(cache.putIfAbsent("k", 1)).isNull();
    assertThat(cache.putIfAbsent("k", 2)).isEqualTo(1);
    assertThat(cache.get("k")).isEqualTo(1);
    assertThat(cache.stats().puts()).isEqualTo(1);
  }

  @Test
  void replaceWantsTheExpectedValue() {
    assertThat(cache.replace("k", 1, 2)).as("absent").isFalse();
    cache.put("k", 1_000);
    assertThat(cache.replace("k", 7, 2)).isFalse();
    assertThat(cache.replace("k", 1_000, 2)).as("equal").isTrue();
    assertThat(cache.get("k")).isEqualTo(2);
    assertThat(cache.stats().puts()).isEqualTo(2);
  }

  @Test
  void removeWantsTheExpectedValue() {
    cache.put("k", 1_000);
    assertThat(cache.remove("k", 7)).isFalse();
    assertThat(cache.remove("k", 1_000)).as("equal").isTrue();
    assertThat(cache.remove("k", 1_000)).isFalse();
    assertThat(cache.putIfAbsent("k", 1)).isNull();
    assertThat(cache.stats().invalidations()).isEqualTo(1);
  }

  @Test
  void getAndPutAndGetAndRemoveTellWhatWasThere() {
    assertThat(cache.getAndPut("k", 1)).isNull();
    assertThat(cache.getAndPut("k", 2)).isEqualTo(1);
    assertThat(cache.getAndRemove("k")).isEqualTo(2);
    assertThat(cache.getAndRemove("k")).isNull();
    assertThat(cache.stats().puts()).isEqualTo(2);
    assertThat(cache.stats().invalidations()).isEqualTo(1);
  }

  @Test
  void computeStoresReplacesAndRemoves() {
    assertThat(cache.compute("k", (key, there) -> null)).isNull();
    assertThat(cache.compute("k", AtomicOperationsTest::increment)).isEqualTo(1);
    assertThat(cache.compute("k", AtomicOperationsTest::increment)).isEqualTo(2);
    assertThat(cache.compute("k", (key, there) -> null)).isNull();
    assertThat(cache.putIfAbsent("k", 5)).as("it was removed").isNull();
    assertThat(cache.stats().puts()).isEqualTo(3);
    assertThat(cache.stats().invalidations()).isEqualTo(1);
  }

  @Test
  void theAsynchronousOnesDoTheSame() {
    AsyncTieredCache<String, Integer> async = cache.async();
    assertThat(async.putIfAbsent("k", 1).join()).isNull();
    assertThat(async.replace("k", 1, 2).join()).isTrue();
    assertThat(async.compute("k", AtomicOperationsTest::increment).join()).isEqualTo(3);
    assertThat(async.getAndPut("k", 4).join()).isEqualTo(3);
    assertThat(async.remove("k", 3).join()).isFalse();
    assertThat(async.getAndRemove("k").join()).isEqualTo(4);
  }

  @Test
  void aValueThatIsOnlyOnDiskCounts() {
    cache.put("k", 1);
    evict();
    long hits = cache.stats().memoryHits();
    assertThat(cache.putIfAbsent("k", 2)).isEqualTo(1);
    assertThat(cache.compute("k", AtomicOperationsTest::increment)).isEqualTo(2);
    assertThat(cache.getAndRemove("k")).isEqualTo(2);
    assertThat(cache.getAndRemove("k")).as("gone from disk, too").isNull();
    assertThat(cache.stats().memoryHits()).as("these are no requests").isEqualTo(hits);
  }

  @Test
  void whatHasExpiredIsAbsent() {
    cache.put("k", 1);
    time.advance(Duration.ofMinutes(1));
    assertThat(cache.replace("k", 1, 2)).isFalse();
    assertThat(cache.putIfAbsent("k", 3)).isNull();
    time.advance(Duration.ofSeconds(59));
    assertThat(cache.getAndPut("k", 4)).isEqualTo(3);
    time.advance(Duration.ofSeconds(59));
    assertThat(cache.getAndRemove("k")).as("its life began anew").isEqualTo(4);
  }

  @Test
  void listenersHearOfWhatWasReplacedAndRemoved() {
    cache.putIfAbsent("k", 1);
    cache.replace("k", 1, 2);
    cache.getAndRemove("k");
    await()
        .untilAsserted(() -> assertThat(events).containsExactly("k=1 REPLACED", "k=2 INVALIDATED"));
  }

  @Test
  void whatTheFunctionThrowsComesOutAndChangesNothing() {
    cache.put("k", 1);
    var failure = new IllegalStateException("no");
    assertThatThrownBy(() -> cache.compute("k", (key, there) -> {
          throw failure;
        }))
        .isSameAs(failure);
    assertThatThrownBy(() -> cache
            .async()
            .compute("k", (key, there) -> {
              throw failure;
            })
            .join())
        .isInstanceOf(CompletionException.class)
        .hasCause(failure);
    assertThat(cache.getAndPut("k", 2)).isEqualTo(1);
  }

  @Test
  void theFunctionRunsInTheCallingThread() {
    List<Thread> threads = new ArrayList<>();
    cache.compute("k", (key, there) -> {
      threads.add(Thread.currentThread());
      return 1;
    });
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  void aChangeMadeWhileTheFunctionRunsIsSeenByItsNextRun() {
    cache.put("k", 1);
    List<Integer> seen = new ArrayList<>();
    Integer made = cache.compute("k", (key, there) -> {
      if (seen.isEmpty()) {
        cache.put("k", 10);
      }
      seen.add(there);
      return there + 1;
    });
    assertThat(seen).containsExactly(1, 10);
    assertThat(made).isEqualTo(11);
    assertThat(cache.get("k")).isEqualTo(11);
  }

  @Test
  void anInvalidationOrAClearWhileTheFunctionRunsIsSeenByItsNextRun() {
    for (Runnable change : List.<Runnable>of(
        () -> cache.invalidate("k"), cache::clear, () -> cache.invalidateMatching("k"))) {
      cache.put("k", 1);
      List<Integer> seen = new ArrayList<>();
      cache.compute("k", (key, there) -> {
        if (seen.isEmpty()) {
          change.run();
        }
        seen.add(there);
        return increment(key, there);
      });
      assertThat(seen).containsExactly(1, null);
      assertThat(cache.get("k")).isEqualTo(1);
    }
  }

  @Test
  void aValueLoadedWhileTheFunctionRunsIsSeenByItsNextRun() {
    List<Integer> seen = new ArrayList<>();
    cache.compute("k", (key, there) -> {
      if (seen.isEmpty()) {
        cache.get("k", id -> 5);
      }
      seen.add(there);
      return increment(key, there);
    });
    assertThat(seen).containsExactly(null, 5);
    assertThat(cache.get("k")).isEqualTo(6);
  }

  @Test
  void aLoadThatBeganBeforeIsNotStored() throws Exception {
    var loading = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    CompletableFuture<Integer> loaded = cache.async().get("k", key -> {
      loading.countDown();
      assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
      return 1;
    });
    assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(cache.putIfAbsent("k", 2)).isNull();
    mayEnd.countDown();
    assertThat(loaded.join()).isEqualTo(1);
    assertThat(cache.get("k")).isEqualTo(2);
  }

  @Test
  void aLoadThatBeganBeforeIsNotStoredWhereTheKeyWasRemovedSince() throws Exception {
    var loading = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    CompletableFuture<Integer> loaded = cache.async().get("k", key -> {
      loading.countDown();
      assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
      return 1;
    });
    assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(cache.putIfAbsent("k", 2)).isNull();
    assertThat(cache.getAndRemove("k")).isEqualTo(2);
    mayEnd.countDown();
    assertThat(loaded.join()).isEqualTo(1);
    assertThat(cache.putIfAbsent("k", 3)).isNull();
  }

  @Test
  void aSearchThatBeganBeforeAChangeBringsNothingBack() {
    cache.put("k", 1);
    List<CompletableFuture<Integer>> searches = new ArrayList<>();
    cache.compute("k", (key, there) -> {
      evict();
      disk.holdReads();
      long reads = disk.reads();
      searches.add(cache.async().get("k", id -> 1));
      await().until(() -> disk.reads() > reads);
      return null;
    });
    disk.release();
    assertThat(searches.get(0).join()).isEqualTo(1);
    assertThat(cache.putIfAbsent("k", 2)).isNull();
  }

  @Test
  void incrementsOfManyThreadsAddUp() throws Exception {
    inThreads(() -> {
      for (int i = 0; i < EACH; i++) {
        cache.compute("k", AtomicOperationsTest::increment);
      }
      return null;
    });
    assertThat(cache.get("k")).isEqualTo(THREADS * EACH);
  }

  @Test
  void incrementsAddUpWhereMemoryHasNoRoom() throws Exception {
    try (var small = TieredCacheManager.builder()
        .memory(Memory.ofBytes(300))
        .disk(context -> new HeapTier(time))
        .time(time)
        .build()) {
      TieredCache<Integer, Integer> counters = small.cache("c", Integer.class, Integer.class);
      inThreads(() -> {
        for (int i = 0; i < EACH; i++) {
          counters.compute(i % 5, (key, there) -> there == null ? 1 : there + 1);
        }
        return null;
      });
      for (int key = 0; key < 5; key++) {
        assertThat(counters.get(key)).isEqualTo(THREADS * EACH / 5);
      }
    }
  }

  @Test
  void asynchronousIncrementsAddUp() {
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(cache.async().compute("k", AtomicOperationsTest::increment));
    }
    all.forEach(CompletableFuture::join);
    assertThat(cache.get("k")).isEqualTo(200);
  }

  @Test
  void oneOfManyStoresAndOneOfManyTakes() throws Exception {
    for (int round = 0; round < 200; round++) {
      String key = "k" + round;
      assertThat(inThreads(() -> cache.putIfAbsent(key, 1)).stream().filter(was -> was == null))
          .hasSize(1);
      assertThat(inThreads(() -> cache.getAndRemove(key)).stream().filter(was -> was != null))
          .hasSize(1);
    }
  }

  @Test
  @SuppressWarnings("NullAway") // nulls are what this is about
  void nullIsRefused() {
    assertThatNullPointerException().isThrownBy(() -> cache.putIfAbsent(null, 1));
    assertThatNullPointerException().isThrownBy(() -> cache.putIfAbsent("k", null));
    assertThatNullPointerException().isThrownBy(() -> cache.replace("k", null, 1));
    assertThatNullPointerException().isThrownBy(() -> cache.replace("k", 1, (Integer) null));
    assertThatNullPointerException().isThrownBy(() -> cache.remove("k", null));
    assertThatNullPointerException().isThrownBy(() -> cache.getAndPut("k", null));
    assertThatNullPointerException().isThrownBy(() -> cache.getAndRemove(null));
    assertThatNullPointerException().isThrownBy(() -> cache.compute("k", null));
    assertThatNullPointerException().isThrownBy(() -> cache.async().compute("k", null));
    assertThatNullPointerException().isThrownBy(() -> cache.async().putIfAbsent(null, 1));
  }

  @Test
  void aClosedManagerRefuses() {
    manager.close();
    assertThatThrownBy(() -> cache.getAndPut("k", 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cache.async().getAndPut("k", 1))
        .isInstanceOf(IllegalStateException.class);
  }
}
