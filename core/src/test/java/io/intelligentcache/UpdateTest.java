package io.intelligentcache;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Found.Origin;
import io.intelligentcache.Found.State;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Updates: atomic operations that see the time that a value has left, and decide how the next one is kept. */
final class UpdateTest {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private final HeapTier redis = new HeapTier(time);
  private final TieredCacheManager manager =
      TieredCacheManager.builder().time(time).build();
  private final TieredCache<String, Integer> cache =
      manager.cache("c", CacheSpec.of(String.class, Integer.class).ttl(WINDOW));

  @AfterEach
  void close() {
    manager.close();
  }

  /** A counter that ends with its window. */
  private static Update<Integer> count(String key, Found<Integer> there) {
    Integer before = there.value();
    return Update.putKeepingExpiry(before == null ? 1 : before + 1);
  }

  private static Found<Integer> seen(TieredCache<String, Integer> cache, String key) {
    var seen = new AtomicReference<@Nullable Found<Integer>>();
    cache.update(key, (same, there) -> {
      seen.set(there);
      return Update.keep();
    });
    return requireNonNull(seen.get());
  }

  @Test
  void theFunctionSeesTheTimeLeft() {
    assertThat(seen(cache, "k").state()).isEqualTo(State.ABSENT);
    cache.put("k", 1);
    time.advance(Duration.ofSeconds(20));
    assertThat(seen(cache, "k")).isEqualTo(Answers.known(Origin.MEMORY, 1, Duration.ofSeconds(40)));
    cache.put("k", 2, EntryOptions.noExpiry());
    assertThat(seen(cache, "k").timeLeft()).isNull();
  }

  @Test
  void theTimeLeftOfAValueOnDiskAndInRedisIsKnownToTheMillisecond() {
    try (var tiers = TieredCacheManager.builder()
        .disk(context -> disk)
        .redis(context -> redis)
        .time(time)
        .build()) {
      TieredCache<String, Integer> lower = tiers.cache("c", String.class, Integer.class);
      lower.put("k", 1, EntryOptions.ttl(WINDOW));
      lower.put("lasting", 1);
      tiers.resizeMemory(1);
      time.advance(Duration.ofSeconds(20));
      for (Origin origin : List.of(Origin.DISK, Origin.REDIS)) {
        Found<Integer> found = seen(lower, "k");
        assertThat(found.origin()).isEqualTo(origin);
        assertThat(found.timeLeft()).isEqualTo(Duration.ofSeconds(40).minusMillis(1));
        assertThat(lower.lookup("k").timeLeft())
            .isEqualTo(Duration.ofSeconds(40).minusMillis(1));
        assertThat(seen(lower, "lasting")).isEqualTo(Answers.known(origin, 1, null));
        assertThat(lower.lookup("lasting").timeLeft()).isNull();
        disk.refuse(Reason.BROKEN);
      }
    }
  }

  @Test
  void aValueThatMemoryHasRoomForAgainKeepsItsTimeLeft() {
    try (var tiers =
        TieredCacheManager.builder().disk(context -> disk).time(time).build()) {
      TieredCache<String, Integer> lower = tiers.cache("c", String.class, Integer.class);
      lower.put("k", 1, EntryOptions.ttl(WINDOW));
      tiers.resizeMemory(1);
      tiers.resizeMemory(1_000_000);
      time.advance(Duration.ofSeconds(20));
      assertThat(seen(lower, "k").timeLeft()).isEqualTo(Duration.ofSeconds(40).minusMillis(1));
      assertThat(lower.stats().promotions()).isOne();
      assertThat(lower.update("k", UpdateTest::count)).isEqualTo(2);
      assertThat(lower.lookup("k").timeLeft()).isEqualTo(Duration.ofSeconds(40).minusMillis(1));
    }
  }

  @Test
  void aReadOfTheDiskThatTakesLongDoesNotShortenTheTimeLeft() {
    try (var tiers =
        TieredCacheManager.builder().disk(context -> disk).time(time).build()) {
      TieredCache<String, Integer> lower = tiers.cache("c", String.class, Integer.class);
      lower.put("k", 1, EntryOptions.ttl(WINDOW));
      tiers.resizeMemory(1);
      tiers.resizeMemory(1_000_000);
      disk.holdReads();
      CompletableFuture<Integer> update = lower.async().update("k", UpdateTest::count);
      await().until(() -> disk.reads() > 0);
      time.advance(Duration.ofSeconds(20));
      disk.release();
      assertThat(update.join()).isEqualTo(2);
      assertThat(lower.lookup("k").timeLeft()).isEqualTo(Duration.ofSeconds(40).minusMillis(1));
    }
  }

  @Test
  void aCounterKeepsTheEndOfItsWindow() {
    for (int i = 1; i <= 60; i++) {
      assertThat(cache.update("k", UpdateTest::count)).isEqualTo(i);
      assertThat(cache.lookup("k").timeLeft()).isEqualTo(WINDOW.minusSeconds(i - 1));
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(cache.get("k")).isNull();
    assertThat(cache.update("k", UpdateTest::count)).as("the next window").isEqualTo(1);
    assertThat(cache.lookup("k").timeLeft()).isEqualTo(WINDOW);
  }

  @Test
  void jitterDoesNotShortenAnExpiryThatIsKept() {
    TieredCache<String, Integer> jittered = manager.cache(
        "jittered",
        CacheSpec.of(String.class, Integer.class)
            .ttl(WINDOW)
            .freshness(Freshness.none().jitter(0.5)));
    jittered.put("k", 1);
    Duration left = jittered.lookup("k").timeLeft();
    assertThat(jittered.update("k", UpdateTest::count)).isEqualTo(2);
    assertThat(jittered.lookup("k").timeLeft()).isEqualTo(left);
  }

  @Test
  void aValueThatDoesNotExpireIsReplacedByOneThatDoesNot() {
    cache.put("k", 1, EntryOptions.noExpiry());
    assertThat(cache.update("k", UpdateTest::count)).isEqualTo(2);
    assertThat(cache.lookup("k").timeLeft()).isNull();
  }

  @Test
  void keepChangesNothing() {
    assertThat(cache.update("k", (key, there) -> Update.keep())).isNull();
    cache.put("k", 1);
    time.advance(Duration.ofSeconds(20));
    assertThat(cache.update("k", (key, there) -> Update.keep())).isEqualTo(1);
    assertThat(cache.lookup("k").timeLeft()).isEqualTo(Duration.ofSeconds(40));
    assertThat(cache.stats().puts()).isOne();
    assertThat(cache.stats().invalidations()).isZero();
  }

  @Test
  void removeRemoves() {
    cache.put("k", 1);
    assertThat(cache.update("k", (key, there) -> Update.remove())).isNull();
    assertThat(cache.get("k")).isNull();
    assertThat(cache.update("k", (key, there) -> Update.remove())).isNull();
    assertThat(cache.stats().invalidations()).as("once there was something").isOne();
  }

  @Test
  void afterARemovalALoadThatBeganBeforeIsNotStored() throws Exception {
    var loading = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    CompletableFuture<Integer> loaded = cache.async().get("k", key -> {
      loading.countDown();
      assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
      return 1;
    });
    assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(cache.update("k", (key, there) -> Update.remove())).isNull();
    mayEnd.countDown();
    assertThat(loaded.join()).isEqualTo(1);
    assertThat(cache.get("k")).isNull();
  }

  @Test
  void aChangeMadeWhileTheFunctionRunsIsSeenByItsNextRun() {
    cache.put("k", 1);
    List<Integer> seen = new ArrayList<>();
    Integer made = cache.update("k", (key, there) -> {
      if (seen.isEmpty()) {
        cache.put("k", 10, EntryOptions.ttl(Duration.ofSeconds(10)));
      }
      seen.add(requireNonNull(there.value()));
      return count(key, there);
    });
    assertThat(seen).containsExactly(1, 10);
    assertThat(made).isEqualTo(11);
    assertThat(cache.lookup("k").timeLeft()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aValueThatExpiresBeforeTheFunctionRunsIsAbsent() {
    TieredCache<String, Integer> late = manager.cache(
        "late", CacheSpec.of(String.class, Integer.class).ttl(WINDOW).loaderExecutor(function -> {
          time.advance(WINDOW);
          function.run();
        }));
    late.put("k", 1);
    assertThat(late.async().update("k", UpdateTest::count).join()).isEqualTo(1);
    assertThat(late.lookup("k").timeLeft()).as("a window of its own").isEqualTo(WINDOW);
    late.put("k", 1);
    assertThat(late.async().compute("k", (key, there) -> there).join()).isNull();
  }

  @Test
  void theFunctionRunsInTheCallingThreadOrOnALoaderThread() {
    List<Thread> threads = new ArrayList<>();
    cache.update("k", (key, there) -> {
      threads.add(Thread.currentThread());
      return Update.keep();
    });
    assertThat(threads).containsExactly(Thread.currentThread());
    cache
        .async()
        .update("k", (key, there) -> {
          threads.add(Thread.currentThread());
          return Update.keep();
        })
        .join();
    assertThat(threads.get(1)).isNotSameAs(Thread.currentThread());
  }

  @Test
  void whatTheFunctionThrowsComesOutAndChangesNothing() {
    cache.put("k", 1);
    var failure = new IllegalStateException("no");
    assertThatThrownBy(() -> cache.update("k", (key, there) -> {
          throw failure;
        }))
        .isSameAs(failure);
    assertThatThrownBy(() -> cache
            .async()
            .update("k", (key, there) -> {
              throw failure;
            })
            .join())
        .isInstanceOf(CompletionException.class)
        .hasCause(failure);
    assertThat(cache.get("k")).isEqualTo(1);
  }

  @Test
  @SuppressWarnings("NullAway") // nulls are what this is about
  void nullIsRefused() {
    cache.put("k", 1);
    assertThatNullPointerException().isThrownBy(() -> cache.update("k", (key, there) -> null));
    assertThatNullPointerException().isThrownBy(() -> Update.put(null, EntryOptions.noExpiry()));
    assertThatNullPointerException().isThrownBy(() -> Update.put(1, null));
    assertThatNullPointerException().isThrownBy(() -> Update.putKeepingExpiry(null));
    assertThatNullPointerException().isThrownBy(() -> cache.update("k", null));
    assertThatNullPointerException()
        .isThrownBy(() -> cache.update(null, (key, there) -> Update.keep()));
    assertThatNullPointerException().isThrownBy(() -> cache.async().update("k", null));
    assertThat(cache.get("k")).isEqualTo(1);
  }

  @Test
  void anUpdateSaysWhatItIs() {
    assertThat(Update.keep()).hasToString("Update[keep]");
    assertThat(Update.remove()).hasToString("Update[remove]");
    assertThat(Update.putKeepingExpiry(1)).hasToString("Update[1, same expiry]");
    assertThat(Update.put(1, EntryOptions.noExpiry()))
        .hasToString("Update[1, EntryOptions[ttl=none]]");
  }
}
