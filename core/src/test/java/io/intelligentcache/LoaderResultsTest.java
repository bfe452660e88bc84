package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.Found.Origin;
import io.intelligentcache.Found.State;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What loaders can be and can say, and how long what they bring is kept. */
final class LoaderResultsTest {
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final CacheSpec<String, String> SPEC =
      CacheSpec.of(String.class, String.class).ttl(TTL);

  private final FakeTime time = new FakeTime();
  private final HeapTier redis = new HeapTier(time);
  private final TieredCacheManager manager =
      TieredCacheManager.builder().redis(context -> redis).time(time).build();
  private final AtomicInteger loads = new AtomicInteger();

  @AfterEach
  void close() {
    manager.close();
  }

  private String load(String key) {
    return "v" + loads.incrementAndGet();
  }

  @Test
  void theTtlOfALoaderComesBeforeTheCallsBeforeTheComputedOneBeforeTheCaches() {
    TieredCache<String, String> cache = manager.cache(
        "c", SPEC.ttl((key, value) -> key.equals("computed") ? Duration.ofMinutes(7) : null));
    var call = EntryOptions.ttl(Duration.ofMinutes(8));
    cache.get("loader", Loader.detailed(key -> Loaded.of("v").ttl(Duration.ofMinutes(9))), call);
    cache.get("call", key -> "v", call);
    cache.get("computed", key -> "v");
    cache.get("cache", key -> "v");
    assertThat(cache.lookup("loader").timeLeft()).isEqualTo(Duration.ofMinutes(9));
    assertThat(cache.lookup("call").timeLeft()).isEqualTo(Duration.ofMinutes(8));
    assertThat(cache.lookup("computed").timeLeft()).isEqualTo(Duration.ofMinutes(7));
    assertThat(cache.lookup("cache").timeLeft()).isEqualTo(TTL);
  }

  @Test
  void aPutHasItsTtlComputedToo() {
    TieredCache<String, String> cache =
        manager.cache("c", SPEC.ttl((key, value) -> Duration.ofSeconds(value.length())));
    cache.put("k", "12345");
    cache.putAll(Map.of("l", "123"));
    assertThat(cache.lookup("k").timeLeft()).isEqualTo(Duration.ofSeconds(5));
    assertThat(cache.lookup("l").timeLeft()).isEqualTo(Duration.ofSeconds(3));
    assertThatThrownBy(() -> cache.put("k", "")).hasMessageContaining("PT0S");
    assertThat(cache.get("k")).as("nothing has changed").isEqualTo("12345");
  }

  @Test
  void aTtlFunctionThatThrowsCostsTheStoringNotTheAnswer() {
    TieredCache<String, String> cache = manager.cache("c", SPEC.ttl((key, value) -> {
      throw new IllegalStateException("no idea");
    }));
    assertThat(cache.get("k", this::load)).isEqualTo("v1");
    assertThat(cache.get("k", this::load)).isEqualTo("v2");
    assertThat(cache.stats().unwritable()).isEqualTo(2);
  }

  @Test
  void jitterShortensEachTtlByAShareOfItsOwn() {
    TieredCache<Integer, String> cache = manager.cache(
        "c",
        CacheSpec.of(Integer.class, String.class)
            .ttl(TTL)
            .freshness(Freshness.none().jitter(0.2)));
    Set<Duration> seen = new HashSet<>();
    for (int key = 0; key < 200; key++) {
      cache.put(key, "v");
      Duration left = cache.lookup(key).timeLeft();
      assertThat(left).isBetween(Duration.ofMinutes(8), TTL);
      seen.add(left);
    }
    assertThat(seen).hasSizeGreaterThan(190);
    assertThat(seen).anyMatch(left -> left.compareTo(Duration.ofSeconds(510)) < 0);
  }

  @Test
  void anAbsenceIsBelievedForItsOwnTtl() {
    TieredCache<String, String> cache =
        manager.cache("c", SPEC.freshness(Freshness.none().absenceTtl(Duration.ofMinutes(1))));
    Loader<String, String> nothing = key -> {
      loads.incrementAndGet();
      return null;
    };
    Found<String> first = cache.lookup("k", nothing, EntryOptions.defaults());
    assertThat(first.state()).isEqualTo(State.ABSENT);
    assertThat(first.origin()).isEqualTo(Origin.LOADER);
    Found<String> second = cache.lookup("k", nothing, EntryOptions.defaults());
    assertThat(second.state()).isEqualTo(State.KNOWN_ABSENT);
    assertThat(second.origin()).isEqualTo(Origin.MEMORY);
    assertThat(cache.get("k", nothing)).isNull();
    assertThat(cache.getAll(List.of("k"), nothing)).isEmpty();
    assertThat(loads).hasValue(1);
    time.advance(Duration.ofMinutes(1));
    assertThat(cache.get("k", this::load)).isEqualTo("v2");
    assertThat(cache.stats().freshness().knownAbsent()).isEqualTo(3);
    FreshnessTest.requestsAddUp(cache, 5);
  }

  @Test
  void aLoaderMaySayHowLongAnAbsenceIsToBeBelieved() {
    TieredCache<String, String> cache = manager.cache("c", SPEC);
    assertThat(cache.get("k", Loader.detailed(key -> Loaded.<String>absent().ttl(TTL))))
        .isNull();
    assertThat(cache.lookup("k").state()).isEqualTo(State.KNOWN_ABSENT);
    assertThat(cache.get("l", Loader.detailed(key -> Loaded.absent()))).isNull();
    assertThat(cache.lookup("l").state()).isEqualTo(State.ABSENT);
  }

  @Test
  void whoSearchedWhileItWasFoundToBeAbsentDoesNotLoadItAgain() throws Exception {
    TieredCache<String, String> cache =
        manager.cache("c", SPEC.freshness(Freshness.none().absenceTtl(TTL)));
    var loading = new CompletableFuture<Void>();
    var mayEnd = new CompletableFuture<Void>();
    var first = cache.async().get("k", key -> {
      loading.complete(null);
      mayEnd.join();
      return null;
    });
    loading.get(30, TimeUnit.SECONDS);
    long reads = redis.reads();
    redis.holdReads();
    var second = cache.async().lookup("k", this::load, EntryOptions.defaults());
    Awaitility.await().until(() -> redis.reads() > reads);
    mayEnd.complete(null);
    assertThat(first.get(30, TimeUnit.SECONDS)).isNull();
    redis.release();
    assertThat(second.get(30, TimeUnit.SECONDS).state()).isEqualTo(State.KNOWN_ABSENT);
    assertThat(loads).hasValue(0);
  }

  @Test
  void aPutOrAnInvalidationEndsAnAbsence() {
    TieredCache<String, String> cache =
        manager.cache("c", SPEC.freshness(Freshness.none().absenceTtl(TTL)));
    cache.get("put", key -> null);
    cache.get("invalidated", key -> null);
    cache.get("swept", key -> null);
    cache.put("put", "v");
    cache.invalidate("invalidated");
    cache.invalidateMatching("swept");
    assertThat(cache.get("put")).isEqualTo("v");
    assertThat(cache.get("invalidated", this::load)).isEqualTo("v1");
    assertThat(cache.get("swept", this::load)).isEqualTo("v2");
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void anAbsenceForgetsWhatATierHasThatDidNotAnswer(boolean bulk, boolean kept) {
    for (HeapTier lower : List.of(new HeapTier(time), redis)) {
      try (var m = (lower == redis
              ? TieredCacheManager.builder().redis(context -> lower)
              : TieredCacheManager.builder().disk(context -> lower))
          .memory(Memory.ofBytes(1_000))
          .time(time)
          .build()) {
        TieredCache<String, String> cache = m.cache(
            "c",
            SPEC.freshness(
                kept ? Freshness.none().absenceTtl(Duration.ofMinutes(1)) : Freshness.none()));
        TierKey below = new TierKey(new Space("c", ""), "k".getBytes(UTF_8));
        cache.put("k", "old");
        m.resizeMemory(1); // so that only the lower tier has it
        m.resizeMemory(100_000);
        assertThat(lower.stored(below)).isNotNull();
        lower.refuse(Reason.BROKEN);
        Loader<String, String> nothing = key -> {
          lower.refuse(null); // it is well again by the time at which the loader answers
          return null;
        };
        if (bulk) {
          assertThat(cache.getAll(List.of("k"), nothing)).isEmpty();
        } else {
          assertThat(cache.get("k", nothing)).isNull();
        }
        time.advance(Duration.ofMinutes(2)); // the absence has ended, the value would live on
        assertThat(lower.stored(below)).isNull();
        assertThat(cache.get("k")).isNull();
      }
    }
  }

  @Test
  void anAbsenceGoesToNoOtherTier() {
    var disk = new HeapTier(time);
    try (var small = TieredCacheManager.builder()
        .disk(context -> disk)
        .redis(context -> redis)
        .time(time)
        .build()) {
      TieredCache<String, String> cache =
          small.cache("c", SPEC.freshness(Freshness.none().absenceTtl(TTL)));
      cache.get("k", key -> null);
      small.resizeMemory(1);
      assertThat(cache.stats().entries()).isZero();
      assertThat(cache.stats().unwritable()).isZero();
    }
    assertThat(disk.stats().entries()).isZero();
    assertThat(redis.stats().entries()).isZero();
  }

  @Test
  void anAsynchronousLoaderTakesNoThreadWhileItWaits() {
    TieredCache<Integer, String> cache = manager.cache("c", Integer.class, String.class);
    Map<Integer, CompletableFuture<String>> pending = new ConcurrentHashMap<>();
    Loader<Integer, String> async =
        Loader.async(key -> pending.computeIfAbsent(key, k -> new CompletableFuture<>()));
    List<CompletableFuture<String>> answers =
        IntStream.range(0, 100).mapToObj(key -> cache.async().get(key, async)).toList();
    Awaitility.await().until(() -> pending.size() == 100);
    pending.forEach((key, promise) -> promise.complete("v" + key));
    for (int key = 0; key < 100; key++) {
      assertThat(answers.get(key).join()).isEqualTo("v" + key);
      assertThat(cache.get(key)).isEqualTo("v" + key);
    }
  }

  @Test
  void anAsynchronousLoaderThatFailsOrBringsNothingReleasesEveryone() {
    TieredCache<String, String> cache = manager.cache("c", SPEC);
    var failing = new CompletableFuture<String>();
    var one = cache.async().get("k", Loader.async(key -> failing));
    Awaitility.await().until(() -> cache.stats().loads() == 1);
    var other = cache.async().get("k", this::load);
    Awaitility.await().until(() -> cache.stats().coalesced() == 1);
    failing.completeExceptionally(new IllegalStateException("no connection"));
    assertThatThrownBy(one::join).hasRootCauseMessage("no connection");
    assertThatThrownBy(other::join).hasRootCauseMessage("no connection");
    assertThat(cache.get("k", Loader.async(key -> CompletableFuture.completedFuture(null))))
        .isNull();
    assertThatThrownBy(() -> cache.get("k", Loader.asyncDetailed(key -> null)))
        .hasRootCauseMessage("an asynchronous loader returned null");
    assertThat(cache.get("k", this::load)).isEqualTo("v1");
  }

  @Test
  void anAsynchronousLoadThatIsGivenUpIsCancelledAndTriedAgain() {
    TieredCache<String, String> cache =
        manager.cache("c", SPEC.freshness(Freshness.none().hardTimeout(Duration.ofMillis(20))));
    var never = new CompletableFuture<String>();
    assertThatThrownBy(() -> cache.get("k", Loader.async(key -> never)))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("PT0.02S");
    assertThatThrownBy(() -> never.orTimeout(30, TimeUnit.SECONDS).join())
        .isInstanceOf(CancellationException.class);
    Awaitility.await()
        .ignoreExceptionsInstanceOf(LoadException.class)
        .until(() -> "v1".equals(cache.get("k", this::load)));
  }

  @Test
  void aBulkLoaderIsAskedOnceForAllThatAreMissing() {
    var asked = new ConcurrentLinkedQueue<Set<Integer>>();
    TieredCache<Integer, String> cache = manager.cache(
        "c",
        CacheSpec.of(Integer.class, String.class)
            .freshness(Freshness.none().absenceTtl(TTL))
            .loader(Loader.bulk(keys -> {
              asked.add(keys);
              return Map.of(1, "one", 2, "two", 99, "not asked for");
            })));
    cache.put(0, "zero");
    assertThat(cache.getAll(List.of(0, 1, 2, 3)))
        .containsExactly(Map.entry(0, "zero"), Map.entry(1, "one"), Map.entry(2, "two"));
    assertThat(asked).containsExactly(Set.of(1, 2, 3));
    assertThat(cache.lookup(3).state()).isEqualTo(State.KNOWN_ABSENT);
    assertThat(cache.lookup(1).origin()).isEqualTo(Origin.MEMORY);
    assertThat(cache.stats().loads()).isEqualTo(3);
  }

  @Test
  void aBulkLoadSharesItsKeysWithThoseWhoWantOne() {
    TieredCache<String, String> cache = manager.cache("c", SPEC);
    var mayEnd = new CompletableFuture<Void>();
    var asked = new ConcurrentLinkedQueue<Set<String>>();
    var single = cache.async().get("a", Loader.async(key -> mayEnd.thenApply(v -> "single")));
    Awaitility.await().until(() -> cache.stats().loads() == 1);
    var bulk = cache.async().getAll(List.of("a", "b"), Loader.bulk(keys -> {
      asked.add(keys);
      mayEnd.join();
      return Map.of("a", "bulk", "b", "bulk");
    }));
    Awaitility.await().until(() -> !asked.isEmpty());
    var late = cache.async().get("b", this::load);
    Awaitility.await().until(() -> cache.stats().coalesced() == 2);
    mayEnd.complete(null);
    assertThat(single.join()).isEqualTo("single");
    assertThat(bulk.join()).isEqualTo(Map.of("a", "single", "b", "bulk"));
    assertThat(late.join()).isEqualTo("bulk");
    assertThat(asked).containsExactly(Set.of("b"));
    assertThat(loads).hasValue(0);
  }

  @Test
  void aBulkLoaderThatFailsReleasesEveryKey() {
    TieredCache<String, String> cache = manager.cache("c", SPEC);
    Loader<String, String> failing = Loader.bulk(keys -> {
      throw new IllegalStateException("no database");
    });
    assertThatThrownBy(() -> cache.getAll(List.of("a", "b"), failing))
        .hasRootCauseMessage("no database");
    assertThatThrownBy(() -> cache.get("a", Loader.bulk(keys -> null)))
        .hasRootCauseMessage("a bulk loader returned null in place of a map");
    assertThat(cache.getAll(List.of("a", "b"), this::load)).hasSize(2);
  }

  @Test
  void aBulkLoaderThatAsksForOneOfItsKeysGetsAClearError() {
    TieredCache<String, String> cache = manager.cache("c", SPEC);
    assertThatThrownBy(() -> cache.getAll(
            List.of("a", "b"), Loader.bulk(keys -> Map.of("a", cache.get("b", this::load) + ""))))
        .hasStackTraceContaining("the loader of key b asks");
    assertThat(cache.get("b", this::load)).isEqualTo("v1");
  }

  @Test
  void aCacheWithALoaderOfItsOwnLoadsOnEveryRead() {
    TieredCache<String, String> cache = manager.cache("c", SPEC.loader(this::load));
    assertThat(cache.get("a")).isEqualTo("v1");
    assertThat(cache.async().get("b").join()).isEqualTo("v2");
    assertThat(cache.getAll(List.of("a", "c"))).isEqualTo(Map.of("a", "v1", "c", "v3"));
    assertThat(cache.lookup("d").origin()).isEqualTo(Origin.LOADER);
    assertThat(cache.get("e", key -> "given")).as("before its own").isEqualTo("given");
    assertThat(cache.stats().absent()).isZero();
  }

  @Test
  void lookupTellsWhichTierAnswered() {
    TieredCache<String, String> cache = manager.cache("c", SPEC);
    cache.put("k", "v");
    assertThat(cache.lookup("k").origin()).isEqualTo(Origin.MEMORY);
    assertThat(cache.lookup("nothing").state()).isEqualTo(State.ABSENT);
    assertThat(cache.lookup("nothing").origin()).isEqualTo(Origin.NOBODY);
    try (var other =
        TieredCacheManager.builder().redis(context -> redis).time(time).build()) {
      Found<String> found = other.cache("c", SPEC).lookup("k");
      assertThat(found.origin()).isEqualTo(Origin.REDIS);
      assertThat(found.value()).isEqualTo("v");
    }
  }
}
