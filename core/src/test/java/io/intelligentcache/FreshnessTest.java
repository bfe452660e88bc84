package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Found.Origin;
import io.intelligentcache.Found.State;
import io.intelligentcache.internal.read.RefreshQueue;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is answered before, at and after the end of a TTL, while loaders do well, hang and fail. */
final class FreshnessTest {
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeTime time = new FakeTime();
  private final HeapTier redis = new HeapTier(time);
  private final TieredCacheManager manager =
      TieredCacheManager.builder().redis(context -> redis).time(time).build();
  private final AtomicInteger loads = new AtomicInteger();

  @AfterEach
  void close() {
    manager.close();
  }

  private TieredCache<String, String> cache(Freshness freshness) {
    return manager.cache(
        "c", CacheSpec.of(String.class, String.class).ttl(TTL).freshness(freshness));
  }

  private String load(String key) {
    return "v" + loads.incrementAndGet();
  }

  private static String fail(String key) throws IOException {
    throw new IOException("database away");
  }

  private static void settles(TieredCache<String, String> cache, long refreshes) {
    await().until(() -> cache.stats().freshness().refreshes() == refreshes);
  }

  @Test
  void aReadNearTheEndOfTheTtlHasTheValueLoadedAnewBehindItsBack() {
    TieredCache<String, String> cache = cache(Freshness.none().refreshAhead(Duration.ofMinutes(2)));
    assertThat(cache.get("k", this::load)).isEqualTo("v1");
    time.advance(Duration.ofMinutes(8).minus(SECOND));
    assertThat(cache.get("k", this::load)).isEqualTo("v1");
    assertThat(loads).as("too early").hasValue(1);
    time.advance(SECOND);
    assertThat(cache.get("k", this::load)).as("nobody waits").isEqualTo("v1");
    await().untilAsserted(() -> assertThat(cache.get("k", this::load)).isEqualTo("v2"));
    assertThat(loads).hasValue(2);
    time.advance(TTL.minus(SECOND));
    assertThat(cache.get("k")).as("the TTL began anew").isEqualTo("v2");
  }

  @Test
  void whatNobodyReadsIsNotLoadedAnew() {
    TieredCache<String, String> cache = cache(Freshness.none().refreshAhead(Duration.ofMinutes(2)));
    assertThat(cache.get("k", this::load)).isEqualTo("v1");
    time.advance(TTL);
    assertThat(cache.get("k")).isNull();
    assertThat(loads).hasValue(1);
  }

  @Test
  void oneRefreshPerKeyHoweverManyReadIt() throws Exception {
    TieredCache<String, String> cache = cache(Freshness.none().refreshAhead(Duration.ofMinutes(2)));
    cache.put("k", "v0");
    time.advance(Duration.ofMinutes(9));
    var mayEnd = new CountDownLatch(1);
    Loader<String, String> slow = key -> {
      assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
      return load(key);
    };
    for (int i = 0; i < 1_000; i++) {
      assertThat(cache.get("k", slow)).isEqualTo("v0");
    }
    settles(cache, 1);
    mayEnd.countDown();
    await().until(() -> "v1".equals(cache.get("k")));
    assertThat(loads).hasValue(1);
  }

  @Test
  void aRefreshAheadOfAShortTtlWaitsForItsSecondHalf() {
    TieredCache<String, String> cache = cache(Freshness.none().refreshAhead(Duration.ofHours(1)));
    cache.put("k", "v0");
    time.advance(Duration.ofMinutes(5).minus(SECOND));
    assertThat(cache.get("k", this::load)).isEqualTo("v0");
    assertThat(cache.stats().freshness().refreshes()).isZero();
    time.advance(SECOND);
    assertThat(cache.get("k", this::load)).isEqualTo("v0");
    settles(cache, 1);
  }

  @Test
  void aFailedRefreshIsTriedAgainAfterAWaitThatDoubles() {
    TieredCache<String, String> cache = cache(Freshness.none()
        .refreshAhead(Duration.ofMinutes(5))
        .failSafe(Duration.ofHours(1), Duration.ofSeconds(10)));
    cache.put("k", "v0");
    time.advance(Duration.ofMinutes(5));
    for (int wait = 10, tries = 1; tries <= 3; wait *= 2, tries++) {
      int before = tries;
      await().until(() -> {
        assertThat(cache.get("k", FreshnessTest::fail)).isEqualTo("v0");
        return cache.stats().freshness().refreshFailures() == before;
      });
      awaitBackOff(cache, Duration.ofSeconds(wait), before);
    }
  }

  /** Nobody tries before the wait is over, whoever reads. */
  private void awaitBackOff(TieredCache<String, String> cache, Duration wait, int tries) {
    time.advance(wait.minusNanos(1));
    for (int i = 0; i < 10; i++) {
      assertThat(cache.get("k", FreshnessTest::fail)).isEqualTo("v0");
    }
    assertThat(cache.stats().freshness().refreshes()).isEqualTo(tries);
    time.advance(Duration.ofNanos(1));
  }

  @Test
  void withinStaleWhileRevalidateNobodyWaitsAndAfterItEverybodyDoes() {
    TieredCache<String, String> cache = cache(Freshness.none().staleWhileRevalidate(TTL));
    cache.put("k", "v0");
    time.advance(TTL);
    assertThat(cache.get("k")).as("without a loader nobody revalidates").isNull();
    Found<String> found = cache.lookup("k", this::load, EntryOptions.defaults());
    assertThat(found.value()).isEqualTo("v0");
    assertThat(found.state()).isEqualTo(State.STALE_WHILE_REVALIDATING);
    assertThat(found.origin()).isEqualTo(Origin.MEMORY);
    assertThat(found.age()).isEqualTo(TTL);
    assertThat(found.timeLeft()).isEqualTo(Duration.ZERO);
    await().until(() -> "v1".equals(cache.get("k")));
    time.advance(TTL.plus(TTL));
    assertThat(cache.get("k", this::load)).isEqualTo("v2");
    assertThat(cache.stats().freshness().stale()).isEqualTo(1);
  }

  @Test
  void whatCanNotBeLoadedIsAnsweredStaleUpToTheLimit() {
    TieredCache<String, String> cache =
        cache(Freshness.none().failSafe(Duration.ofHours(1), Duration.ofSeconds(10)));
    cache.put("k", "v0");
    time.advance(TTL);
    Found<String> found = cache.lookup("k", FreshnessTest::fail, EntryOptions.defaults());
    assertThat(found.value()).isEqualTo("v0");
    assertThat(found.state()).isEqualTo(State.STALE_AFTER_FAILURE);
    assertThat(cache.lookup("k", this::load, EntryOptions.defaults()).state())
        .as("it is too early to try again")
        .isEqualTo(State.STALE_BACKING_OFF);
    assertThat(loads).hasValue(0);
    time.advance(Duration.ofHours(1).minusNanos(1));
    assertThat(cache.get("k", FreshnessTest::fail)).isEqualTo("v0");
    time.advance(Duration.ofNanos(1));
    assertThatThrownBy(() -> cache.get("k", FreshnessTest::fail)).isInstanceOf(LoadException.class);
    assertThat(cache.stats().freshness().stale()).isEqualTo(3);
    requestsAddUp(cache, 4);
  }

  @Test
  void aLoaderThatRecoversEndsTheStaleAnswers() {
    TieredCache<String, String> cache =
        cache(Freshness.none().failSafe(Duration.ofHours(1), Duration.ofSeconds(10)));
    cache.put("k", "v0");
    time.advance(TTL);
    assertThat(cache.get("k", FreshnessTest::fail)).isEqualTo("v0");
    time.advance(Duration.ofSeconds(10));
    assertThat(cache.get("k", this::load)).isEqualTo("v1");
    assertThat(cache.lookup("k").state()).isEqualTo(State.FRESH);
  }

  @Test
  void whoWaitedForTheSoftTimeoutGetsTheStaleValueAndTheLoadGoesOn() throws Exception {
    TieredCache<String, String> cache = cache(Freshness.none()
        .failSafe(Duration.ofHours(1), Duration.ofSeconds(10))
        .softTimeout(Duration.ofMillis(50)));
    cache.put("k", "v0");
    time.advance(TTL);
    var mayEnd = new CountDownLatch(1);
    Loader<String, String> slow = key -> {
      assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
      return load(key);
    };
    Found<String> found = cache.lookup("k", slow, EntryOptions.defaults());
    assertThat(found.value()).isEqualTo("v0");
    assertThat(found.state()).isEqualTo(State.STALE_AFTER_TIMEOUT);
    assertThat(cache.lookup("k", slow, EntryOptions.defaults()).state())
        .as("the next need not wait")
        .isEqualTo(State.STALE_BACKING_OFF);
    mayEnd.countDown();
    await().until(() -> "v1".equals(cache.get("k")));
    assertThat(loads).hasValue(1);
  }

  @Test
  void theHardTimeoutOfACacheOrACallComesBeforeTheManagers() {
    var never = new CountDownLatch(1);
    TieredCache<String, String> cache = cache(Freshness.none().hardTimeout(Duration.ofMillis(40)));
    try {
      Loader<String, String> hanging = key -> {
        never.await();
        return "late";
      };
      assertThatThrownBy(() -> cache.get("k", hanging)).hasMessageContaining("PT0.04S");
      assertThatThrownBy(() -> cache.get(
              "l",
              hanging,
              EntryOptions.defaults().with(Freshness.none().hardTimeout(Duration.ofMillis(30)))))
          .hasMessageContaining("PT0.03S");
    } finally {
      never.countDown();
    }
  }

  @Test
  void aCallTakesNoStalerValueThanItSays() {
    TieredCache<String, String> cache = cache(Freshness.none().staleWhileRevalidate(TTL));
    cache.put("k", "v0");
    time.advance(TTL);
    assertThat(cache.get("k", this::load, EntryOptions.defaults().with(Freshness.none())))
        .isEqualTo("v1");
  }

  @Test
  void aValueKeptForLongerIsNoFallbackForACallThatAllowsLess() {
    TieredCache<String, String> cache =
        cache(Freshness.none().failSafe(Duration.ofHours(1), SECOND));
    cache.put("k", "v0");
    time.advance(TTL.plus(Duration.ofMinutes(5)));
    var strict =
        EntryOptions.defaults().with(Freshness.none().failSafe(Duration.ofMinutes(5), SECOND));
    assertThatThrownBy(() -> cache.get("k", FreshnessTest::fail, strict))
        .isInstanceOf(LoadException.class);
    assertThatThrownBy(() -> cache.get("k", FreshnessTest::fail, strict))
        .as("nor while it is too early to try again")
        .isInstanceOf(LoadException.class);
    assertThat(cache.get("k", FreshnessTest::fail)).isEqualTo("v0");
  }

  @Test
  void aWarmUpThatFailsSaysSoThoughThereIsAStaleValue() {
    TieredCache<String, String> cache = cache(Freshness.none().failSafe(TTL, SECOND));
    cache.put("k", "v0");
    time.advance(TTL);
    assertThat(cache.warm(List.of("k"), FreshnessTest::fail).failed()).isEqualTo(1);
  }

  @Test
  void whatIsStaleIsNotDemoted() {
    var disk = new HeapTier(time);
    try (var small =
        TieredCacheManager.builder().disk(context -> disk).time(time).build()) {
      TieredCache<String, String> cache = small.cache(
          "c",
          CacheSpec.of(String.class, String.class)
              .ttl(TTL)
              .freshness(Freshness.none().staleWhileRevalidate(TTL)));
      cache.put("k", "v0");
      time.advance(TTL);
      small.resizeMemory(1);
      assertThat(cache.stats().entries()).isZero();
      assertThat(disk.writes()).isZero();
    }
  }

  @Test
  void aCallCanKeepItsValueForOthersToTakeStale() {
    TieredCache<String, String> cache = cache(Freshness.none());
    var generous = EntryOptions.ttl(SECOND)
        .with(Freshness.none().failSafe(Duration.ofHours(1), Duration.ofSeconds(1)));
    cache.put("k", "v0", generous);
    time.advance(SECOND);
    assertThatThrownBy(() -> cache.get("k", FreshnessTest::fail)).isInstanceOf(LoadException.class);
    assertThat(cache.get("k", FreshnessTest::fail, generous)).isEqualTo("v0");
  }

  @Test
  void nothingIsStaleUnlessSomebodyAllowedIt() {
    TieredCache<String, String> cache = cache(Freshness.none());
    cache.put("k", "v0");
    time.advance(TTL);
    assertThatThrownBy(() -> cache.get("k", FreshnessTest::fail)).isInstanceOf(LoadException.class);
    assertThat(cache.get("k")).isNull();
    assertThat(cache.stats().entries()).isZero();
  }

  @Test
  void anInvalidatedValueIsNoFallback() {
    TieredCache<String, String> cache =
        cache(Freshness.none().staleWhileRevalidate(TTL).failSafe(TTL, SECOND));
    cache.put("k", "v0");
    time.advance(TTL);
    cache.invalidate("k");
    assertThatThrownBy(() -> cache.get("k", FreshnessTest::fail)).isInstanceOf(LoadException.class);
  }

  @Test
  void aLoaderThatFindsNothingEndsTheStaleValueAsWell() {
    TieredCache<String, String> cache =
        cache(Freshness.none().refreshAhead(Duration.ofMinutes(1)).failSafe(TTL, SECOND));
    cache.put("k", "v0");
    time.advance(TTL.minus(SECOND));
    assertThat(cache.get("k", key -> null)).isEqualTo("v0");
    await().until(() -> cache.get("k") == null);
    assertThatThrownBy(() -> cache.get("k", FreshnessTest::fail)).isInstanceOf(LoadException.class);
  }

  @Test
  void staleCopiesStayInMemory() {
    TieredCache<String, String> cache = cache(Freshness.none().staleWhileRevalidate(TTL));
    cache.put("k", "v0");
    time.advance(TTL);
    try (var other =
        TieredCacheManager.builder().redis(context -> redis).time(time).build()) {
      TieredCache<String, String> elsewhere = other.cache("c", String.class, String.class);
      assertThat(elsewhere.get("k")).isNull();
      elsewhere.put("k", "newer", EntryOptions.ttl(TTL));
      assertThat(cache.get("k")).as("in place of the stale one").isEqualTo("newer");
    }
  }

  @Test
  void whatCameUpFromRedisIsLoadedAnewBeforeItsOwnEnd() {
    cache(Freshness.none()).put("k", "v0");
    try (var other =
        TieredCacheManager.builder().redis(context -> redis).time(time).build()) {
      TieredCache<String, String> elsewhere = other.cache(
          "c",
          CacheSpec.of(String.class, String.class)
              .freshness(Freshness.none().refreshAhead(Duration.ofMinutes(1))));
      assertThat(elsewhere.get("k", this::load)).isEqualTo("v0");
      time.advance(TTL.minus(SECOND));
      assertThat(elsewhere.get("k", this::load)).isEqualTo("v0");
      await().until(() -> "v1".equals(elsewhere.get("k")));
    }
  }

  @Test
  void refreshesBeyondTheQueueAreDroppedAndCounted() {
    TieredCache<Integer, String> cache = manager.cache(
        "many",
        CacheSpec.of(Integer.class, String.class)
            .ttl(TTL)
            .freshness(Freshness.none().refreshAhead(Duration.ofMinutes(5))));
    int keys = RefreshQueue.AT_A_TIME + RefreshQueue.WAITING + 7;
    for (int key = 0; key < keys; key++) {
      cache.put(key, "v0");
    }
    time.advance(Duration.ofMinutes(6));
    var mayEnd = new CountDownLatch(1);
    Loader<Integer, String> slow = key -> {
      assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
      return "v1";
    };
    for (int key = 0; key < keys; key++) {
      assertThat(cache.get(key, slow)).isEqualTo("v0");
    }
    assertThat(cache.stats().freshness().refreshesDropped()).isEqualTo(7);
    assertThat(cache.get(-1, key -> "others find a thread")).isNotNull();
    mayEnd.countDown();
    await().until(() -> cache.stats().freshness().refreshes() == keys - 7);
    assertThat(cache.get(keys - 1, key -> "v1")).as("asks again").isEqualTo("v0");
    await().until(() -> "v1".equals(cache.get(keys - 1)));
  }

  @Test
  void asynchronousCallersGetTheSame() {
    TieredCache<String, String> cache =
        cache(Freshness.none().failSafe(TTL, SECOND).softTimeout(Duration.ofMillis(20)));
    cache.put("k", "v0");
    time.advance(TTL);
    var later = new CompletableFuture<String>();
    Found<String> found = cache
        .async()
        .lookup("k", Loader.async(key -> later), EntryOptions.defaults())
        .join();
    assertThat(found.state()).isEqualTo(State.STALE_AFTER_TIMEOUT);
    later.complete("v1");
    await().until(() -> "v1".equals(cache.async().get("k").join()));
  }

  static void requestsAddUp(TieredCache<?, ?> cache, long requests) {
    CacheStats stats = cache.stats();
    assertThat(stats.requests()).isEqualTo(requests);
    assertThat(stats.misses()).isEqualTo(stats.loads() + stats.coalesced() + stats.absent());
  }
}
