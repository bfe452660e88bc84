package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.internal.runtime.ListenerDispatcher;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a listener is told, in which order, and what it can't do to the cache. */
final class CacheListenerTest {
  private static final Duration TTL = Duration.ofMinutes(10);

  private final FakeTime time = new FakeTime();
  private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
  private final TieredCacheManager manager =
      TieredCacheManager.builder().time(time).build();

  private final CacheListener<Object, String> listener = new CacheListener<>() {
    @Override
    public void removed(Object key, String value, Cause cause) {
      told.add(cause + " " + key + "=" + value);
    }

    @Override
    public void loadFailed(Object key, Throwable failure) {
      told.add("failed " + key + String.valueOf(failure.getMessage()).replaceAll(".*: ", ": "));
    }

    @Override
    public void refreshed(Object key, String value) {
      told.add("refreshed " + key + "=" + value);
    }
  };

  @AfterEach
  void close() {
    manager.close();
  }

  private CacheSpec<String, String> spec() {
    return CacheSpec.of(String.class, String.class).ttl(TTL).listener(listener);
  }

  private void isTold(String... events) {
    await().untilAsserted(() -> assertThat(told).containsExactly(events));
    told.clear();
  }

  @Test
  void tellsWhyAValueLeft() {
    TieredCache<String, String> cache = manager.cache("c", spec());
    cache.put("k", "v0");
    cache.put("k", "v1");
    isTold("REPLACED k=v0");
    cache.invalidate("k");
    isTold("INVALIDATED k=v1");
    cache.putAll(Map.of("k", "v2"));
    cache.invalidateMatching("k");
    isTold("INVALIDATED k=v2");
    cache.put("k", "v3");
    cache.clear();
    isTold("INVALIDATED k=v3");
    cache.put("k", "v4");
    time.advance(TTL);
    assertThat(cache.get("k")).isNull();
    isTold("EXPIRED k=v4");
    cache.put("k", "v5");
    time.advance(TTL);
    cache.put("k", "v6");
    isTold("EXPIRED k=v5");
    manager.resizeMemory(1);
    isTold("EVICTED k=v6");
  }

  @Test
  void tellsOfDemotionAsEviction() {
    var disk = new HeapTier(time);
    try (var small =
        TieredCacheManager.builder().disk(context -> disk).time(time).build()) {
      TieredCache<String, String> cache = small.cache("c", spec());
      cache.put("k", "v");
      small.resizeMemory(1);
      isTold("EVICTED k=v");
      assertThat(cache.get("k")).isEqualTo("v");
    }
  }

  @Test
  void tellsOfLoadsThatFailAndOfRefreshes() {
    TieredCache<String, String> cache = manager.cache(
        "c",
        spec()
            .freshness(Freshness.none()
                .refreshAhead(Duration.ofMinutes(5))
                .failSafe(TTL, Duration.ofSeconds(1))));
    assertThatThrownBy(() -> cache.get("k", key -> {
      throw new IllegalStateException("no database");
    }));
    isTold("failed k: no database");
    cache.put("k", "v0");
    time.advance(Duration.ofMinutes(5));
    cache.get("k", key -> {
      throw new IllegalStateException("still none");
    });
    isTold("failed k: still none");
    time.advance(Duration.ofSeconds(1));
    await().until(() -> "v1".equals(cache.get("k", key -> "v1")));
    isTold("REPLACED k=v0", "refreshed k=v1");
  }

  @Test
  void anAbsenceIsNoValueThatCouldLeave() {
    TieredCache<String, String> cache =
        manager.cache("c", spec().freshness(Freshness.none().absenceTtl(TTL)));
    cache.get("k", key -> null);
    cache.put("k", "v");
    cache.invalidate("k");
    isTold("INVALIDATED k=v");
  }

  @Test
  void closingTellsNothingAndWhatWasToldBeforeArrives() {
    try (var other = TieredCacheManager.builder().time(time).build()) {
      TieredCache<String, String> cache = other.cache("c", spec());
      cache.put("k", "v0");
      cache.put("k", "v1");
    }
    isTold("REPLACED k=v0");
  }

  @Test
  void closingLosesNoneOfManyThatWait() {
    int events = 1_000;
    try (var other = TieredCacheManager.builder().time(time).build()) {
      TieredCache<String, String> cache = other.cache("c", spec());
      for (int i = 0; i <= events; i++) {
        cache.put("k", "v" + i);
      }
    }
    await().untilAsserted(() -> assertThat(told).hasSize(events));
  }

  @Test
  void aListenerThatThrowsIsCountedAndToldTheNextAllTheSame() {
    TieredCache<String, String> cache = manager.cache("c", spec().listener(new CacheListener<>() {
      @Override
      public void removed(String key, String value, Cause cause) {
        listener.removed(key, value, cause);
        throw new IllegalStateException("not me");
      }
    }));
    cache.put("k", "v0");
    cache.put("k", "v1");
    cache.put("k", "v2");
    isTold("REPLACED k=v0", "REPLACED k=v1");
    await().until(() -> cache.stats().listeners().failures() == 2);
  }

  @Test
  void aListenerThatThrowsWhatCantBePrintedIsToldTheNextAllTheSame() {
    TieredCache<String, String> cache = manager.cache("c", spec().listener(new CacheListener<>() {
      @Override
      public void removed(String key, String value, Cause cause) {
        listener.removed(key, value, cause);
        throw new Unprintable();
      }
    }));
    cache.put("k", "v0");
    cache.put("k", "v1");
    cache.put("k", "v2");
    isTold("REPLACED k=v0", "REPLACED k=v1");
  }

  @Test
  void aListenerThatHangsBlocksNobodyAndWhatItMissesIsCounted() {
    var never = new CountDownLatch(1);
    try {
      TieredCache<Integer, String> cache = manager.cache(
          "c", CacheSpec.of(Integer.class, String.class).listener(new CacheListener<>() {
            @Override
            public void removed(Integer key, String value, Cause cause) {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
          }));
      cache.put(0, "v");
      cache.put(0, "v"); // the one that it hangs at
      await()
          .until(() -> Thread.getAllStackTraces().keySet().stream()
              .anyMatch(thread -> thread.getName().startsWith("icm-callback")
                  && thread.getState() == Thread.State.WAITING));
      for (int i = 0; i < ListenerDispatcher.WAITING + 20; i++) {
        cache.put(0, "v");
      }
      assertThat(cache.stats().listeners().dropped()).isBetween(19L, 21L);
      TieredCache<String, String> other = manager.cache("other", spec());
      other.put("k", "v0");
      other.put("k", "v1");
      isTold("REPLACED k=v0");
    } finally {
      never.countDown();
    }
  }

  @Test
  void whatWaitsForAListenerKeepsASixteenthOfTheBudgetAtMost() throws Exception {
    var hangs = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (TieredCacheManager small =
        TieredCacheManager.builder().memory(Memory.ofMegabytes(32)).build()) {
      TieredCache<Integer, byte[]> cache = small.cache(
          "c", CacheSpec.of(Integer.class, byte[].class).listener(new CacheListener<>() {
            @Override
            public void removed(Integer key, byte[] value, Cause cause) {
              hangs.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
          }));
      cache.put(0, new byte[100_000]);
      cache.put(0, new byte[100_000]); // the one that it hangs at
      hangs.await();
      for (int i = 0; i < 100; i++) {
        cache.put(0, new byte[100_000]);
      }
      assertThat(cache.stats().listeners().dropped()).isBetween(79L, 82L); // 2 MB are 19 or 20
      go.countDown();
    }
  }

  @Test
  void eventsOfOneKeyComeInTheOrderInWhichTheyHappened() throws Exception {
    TieredCache<Integer, Integer> cache = manager.cache(
        "c", CacheSpec.of(Integer.class, Integer.class).listener(new CacheListener<>() {
          @Override
          public void removed(Integer key, Integer value, Cause cause) {
            told.add(key + ":" + value);
          }
        }));
    int threads = 4;
    int writes = 500;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int key = 0; key < threads; key++) {
        int mine = key;
        running.add(pool.submit(() -> {
          for (int value = 0; value <= writes; value++) {
            cache.put(mine, value);
            if (value % 7 == 0) {
              cache.invalidate(mine);
            }
          }
        }));
      }
      for (Future<?> one : running) {
        one.get(30, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }
    await().until(() -> told.size() == threads * writes);
    for (int key = 0; key < threads; key++) {
      String prefix = key + ":";
      List<Integer> values = told.stream()
          .filter(event -> event.startsWith(prefix))
          .map(event -> Integer.parseInt(event.substring(prefix.length())))
          .toList();
      assertThat(values).hasSize(writes).isSorted();
    }
  }
}
