package io.intelligentcache.internal.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Found;
import io.intelligentcache.Freshness;
import io.intelligentcache.Loader;
import io.intelligentcache.RacesTest.Change;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Schedules in which a key changes while a value for it is being loaded again, on every path on which that can
 * happen. The change wins: the loaded value is stored nowhere, and no later read gets the old value.
 */
final class RefreshRacesTest {
  private static final TierKey KEY = new TierKey(new Space("c", ""), "k".getBytes(UTF_8));
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private final HeapTier redis = new HeapTier(time);
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .disk(context -> disk)
      .redis(context -> redis)
      .time(time)
      .build();
  private final CountDownLatch loading = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  /** The paths that load a key for which there is a value. */
  enum Path {
    REFRESH_AHEAD,
    STALE_WHILE_REVALIDATE,
    SOFT_TIMEOUT,
    FAIL_SAFE,
    BULK,
    ASYNC;

    Freshness freshness() {
      var stale = Freshness.none().failSafe(TTL, SECOND);
      return switch (this) {
        case REFRESH_AHEAD -> Freshness.none().refreshAhead(Duration.ofMinutes(1));
        case STALE_WHILE_REVALIDATE -> Freshness.none().staleWhileRevalidate(TTL);
        case SOFT_TIMEOUT -> stale.softTimeout(Duration.ofMillis(10));
        case FAIL_SAFE, BULK, ASYNC -> stale;
      };
    }

    boolean expires() {
      return this != REFRESH_AHEAD;
    }
  }

  static Stream<Arguments> pathsAndChanges() {
    return Stream.of(Path.values())
        .flatMap(path -> Stream.of(Change.values()).map(change -> Arguments.of(path, change)));
  }

  @AfterEach
  void close() {
    mayEnd.countDown();
    manager.close();
  }

  private TieredCache<String, String> cache(Freshness freshness) {
    return manager.cache(
        "c", CacheSpec.of(String.class, String.class).ttl(TTL).freshness(freshness));
  }

  private String slow(String key) throws InterruptedException {
    loading.countDown();
    assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
    return "loaded";
  }

  private CompletableFuture<?> read(TieredCache<String, String> cache, Path path) {
    return switch (path) {
      case BULK -> cache.async().getAll(List.of("k"), Loader.bulk(keys -> Map.of("k", slow("k"))));
      case ASYNC ->
        cache
            .async()
            .get(
                "k",
                Loader.async(key -> CompletableFuture.supplyAsync(() -> {
                  try {
                    return slow(key);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                })));
      default -> cache.async().get("k", this::slow);
    };
  }

  @ParameterizedTest
  @MethodSource("pathsAndChanges")
  void aChangeDuringARefreshWins(Path path, Change change) throws Exception {
    TieredCache<String, String> cache = cache(path.freshness());
    cache.put("k", "old");
    time.advance(path.expires() ? TTL : TTL.minus(SECOND));
    CompletableFuture<?> early = read(cache, path);
    assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
    time.advance(SECOND); // also past the value that was loaded ahead
    CompletableFuture<?> joined =
        cache.async().get("k", this::slow, EntryOptions.defaults().with(Freshness.none()));
    await().until(() -> cache.stats().coalesced() == 1);
    change.make(cache);
    assertThat(cache.get("k")).isEqualTo(change.after());
    mayEnd.countDown();
    assertThat(joined.join()).as("it began before the change").isEqualTo("loaded");
    early.join();
    assertThat(cache.get("k")).isEqualTo(change.after());
    if (change.after() == null) {
      assertThat(redis.stored(KEY)).isNull();
      assertThat(disk.stored(KEY)).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Change.class,
      names = {"INVALIDATE", "INVALIDATE_ALL", "INVALIDATE_MATCHING", "CLEAR"})
  void whatWasInvalidatedWhileTheLoadRanIsNoFallbackWhenItFails(Change change) throws Exception {
    TieredCache<String, String> cache = cache(Path.FAIL_SAFE.freshness());
    cache.put("k", "old");
    time.advance(TTL);
    CompletableFuture<?> early = cache.async().get("k", key -> {
      slow(key);
      throw new IOException("database away");
    });
    assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
    change.make(cache);
    mayEnd.countDown();
    assertThatThrownBy(early::join).hasRootCauseMessage("database away");
  }

  @Test
  void whatWasPutWhileTheLoadRanIsAnsweredWhenItFails() throws Exception {
    TieredCache<String, String> cache = cache(Path.FAIL_SAFE.freshness());
    cache.put("k", "old");
    time.advance(TTL);
    CompletableFuture<?> early = cache.async().get("k", key -> {
      slow(key);
      throw new IOException("database away");
    });
    assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
    cache.put("k", "new");
    mayEnd.countDown();
    assertThat(early.join()).isEqualTo("new");
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void anAbsenceLoadedBeforeAChangeIsNotKept(Change change) throws Exception {
    TieredCache<String, String> cache = cache(Freshness.none().absenceTtl(TTL));
    CompletableFuture<?> early = cache.async().get("k", key -> {
      slow(key);
      return null;
    });
    assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
    change.make(cache);
    mayEnd.countDown();
    assertThat(early.join()).isNull();
    assertThat(cache.lookup("k").state()).isNotEqualTo(Found.State.KNOWN_ABSENT);
    assertThat(cache.get("k")).isEqualTo(change.after());
  }

  @Test
  void aRefreshThatWaitsForItsTurnDoesNotStartOnceItsKeyHasChanged() throws Exception {
    TieredCache<String, String> cache = cache(Path.REFRESH_AHEAD.freshness());
    cache.put("k", "old");
    for (int i = 0; i < RefreshQueue.AT_A_TIME; i++) {
      cache.put("other" + i, "old");
    }
    time.advance(TTL.minus(SECOND));
    for (int i = 0; i < RefreshQueue.AT_A_TIME; i++) {
      cache.get("other" + i, this::slow);
    }
    var loads = new AtomicInteger();
    cache.get("k", key -> "loaded" + loads.incrementAndGet());
    cache.invalidate("k");
    mayEnd.countDown();
    await().until(() -> "loaded".equals(cache.get("other" + (RefreshQueue.AT_A_TIME - 1))));
    cache.put("last", "old", EntryOptions.ttl(SECOND));
    time.advance(Duration.ofMillis(900));
    cache.get("last", key -> "refreshed");
    await().until(() -> "refreshed".equals(cache.get("last")));
    assertThat(loads).hasValue(0);
  }

  /** A refresh searches Redis first. A change makes the value found there outdated, just like a loaded one. */
  @ParameterizedTest
  @EnumSource(Change.class)
  void whatARefreshFoundBelowBeforeAChangeIsNotStored(Change change) {
    TieredCache<String, String> cache = cache(Path.STALE_WHILE_REVALIDATE.freshness());
    cache.put("k", "old");
    time.advance(TTL);
    try (var other =
        TieredCacheManager.builder().redis(context -> redis).time(time).build()) {
      other.cache("c", String.class, String.class).put("k", "elsewhere");
      long reads = redis.reads();
      redis.holdReads();
      assertThat(cache.get("k", key -> "loaded")).isEqualTo("old");
      await().until(() -> redis.reads() > reads);
      change.make(cache);
      redis.release();
      assertThat(cache.get("k")).isEqualTo(change.after());
    }
  }
}
