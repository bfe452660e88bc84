package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.Found;
import io.intelligentcache.Freshness;
import io.intelligentcache.Loader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Loads of one key by several instances: one at a time, and the value of a late load is not kept. */
final class SharedLoadsTest extends SharedInstances {
  private static final Duration LONG = Duration.ofMinutes(5);

  private String slow(String key) throws InterruptedException {
    holdOn();
    return "loaded";
  }

  @Test
  void thereIsOneLoadPerKeyOverThreeInstances() {
    List<Instance> all = List.of(calm(), calm(), calm());
    AtomicInteger loads = new AtomicInteger();
    Loader<String, String> loader = key -> {
      loads.incrementAndGet();
      return "value of " + key;
    };
    List<CompletableFuture<String>> reads = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      reads.add(all.get(i % 3).cache.async().get("k" + i / 3 % 100, loader));
    }
    for (int i = 0; i < reads.size(); i++) {
      assertThat(reads.get(i).join()).isEqualTo("value of k" + i / 3 % 100);
    }
    assertThat(loads).hasValue(100);
  }

  /** The server also counts the commands inside the scripts: one in a claim and in a put, two if a value is there. */
  @Test
  void aReadWithALoaderAsksRedisOnce() {
    Instance one = calm();
    Instance other = calm();
    long before = redis.keysAsked();
    for (int i = 0; i < 100; i++) {
      assertThat(one.cache.get("k" + i, key -> "loaded")).isEqualTo("loaded");
    }
    await().until(() -> redis.keysAsked() - before >= 400); // stored after the answer
    assertThat(redis.keysAsked() - before).as("a claim and a put for each").isEqualTo(400);

    for (int i = 0; i < 100; i++) {
      assertThat(other.cache.get("k" + i, key -> "not asked")).isEqualTo("loaded");
    }
    assertThat(redis.keysAsked() - before).as("and a claim for each").isEqualTo(700);
    assertThat(other.cache.stats().redisHits()).isEqualTo(100);
    assertThat(other.cache.stats().loads()).isZero();
  }

  @Test
  void aReadWithALoaderAsksOnceAboutASuspectCopyToo() {
    Instance one = calm();
    Instance other = calm();
    for (int i = 0; i < 100; i++) {
      one.putInTime("k" + i, "v"); // suspect until its first read
    }
    long before = redis.keysAsked();
    for (int i = 0; i < 100; i++) {
      assertThat(one.cache.get("k" + i, key -> "not asked")).isEqualTo("v");
    }
    assertThat(redis.keysAsked() - before).as("unchanged: no value is sent").isEqualTo(200);
    assertThat(one.cache.stats().memoryHits()).isEqualTo(100);

    for (int i = 0; i < 100; i++) {
      String key = "k" + i;
      one.hearsOf(key, () -> other.cache.invalidate(key).orThrow());
    }
    long removed = redis.keysAsked();
    for (int i = 0; i < 100; i++) {
      assertThat(one.cache.get("k" + i, key -> "loaded")).isEqualTo("loaded");
    }
    await().until(() -> redis.keysAsked() - removed >= 400); // stored after the answer
    assertThat(redis.keysAsked() - removed).as("gone: a claim and a put").isEqualTo(400);
  }

  @Test
  void aReadWithALoaderAsksOnceAboutASuspectCopyOnDiskToo() {
    Instance one = calm();
    for (int i = 0; i < 100; i++) {
      one.putInTime("k" + i, "v");
    }
    one.restart(() -> redis.commands().del(redis.commands().keys("*k7*").toArray(String[]::new)));
    long before = redis.keysAsked();
    for (int i = 0; i < 100; i++) {
      boolean gone = i / 10 == 7 || i == 7;
      assertThat(one.cache.get("k" + i, key -> "loaded")).isEqualTo(gone ? "loaded" : "v");
    }
    await().until(() -> redis.keysAsked() - before >= 222); // stored after the answer
    assertThat(redis.keysAsked() - before).as("a claim each, eleven puts").isEqualTo(222);
    assertThat(one.cache.stats().diskHits()).isEqualTo(89);
  }

  @Test
  void aRedisThatIsFullStillAnswersReadsWithALoader() {
    Instance one = calm();
    Instance other = calm();
    one.cache.put("k", "in Redis").orThrow();
    redis.commands().configSet("maxmemory", "1");
    try {
      assertThat(one.cache.get("k", key -> "loaded")).as("suspect").isEqualTo("in Redis");
      assertThat(one.cache.stats().memoryHits()).isEqualTo(1);
      assertThat(other.cache.get("k", key -> "loaded")).isEqualTo("in Redis");
      assertThat(other.cache.get("other", key -> "loaded")).isEqualTo("loaded");
    } finally {
      redis.commands().configSet("maxmemory", "0");
    }
  }

  @Test
  void aRefreshReplacesTheValueForAllInstances() {
    Instance one = instance();
    Instance other = instance();
    one.cache.put("k", "1").orThrow();
    assertThat(other.cache.get("k")).isEqualTo("1");
    other.hearsOf("k", () -> assertThat(one.cache.refresh("k", key -> "2")).isEqualTo("2"));
    await().until(() -> "2".equals(other.cache.get("k")));
    assertThat(one.cache.get("k")).isEqualTo("2");
  }

  @Test
  void aRefreshReplacesWhatOnlyRedisHas() {
    Instance one = instance();
    Instance other = instance();
    one.cache.put("k", "1").orThrow();
    assertThat(other.cache.refresh("k", key -> "2")).isEqualTo("2");
    assertThat(other.cache.get("k")).isEqualTo("2");
    await().until(() -> "2".equals(one.cache.get("k")));
  }

  @Test
  void aRefreshThatAnotherInstanceHasOvertakenLeavesNoOlderValue() {
    Instance one = instance();
    Instance other = instance();
    one.cache.put("k", "1").orThrow();
    CompletableFuture<String> refresh = one.cache.async().refresh("k", this::slow);
    await().until(() -> loading.getCount() == 0);
    assertThat(other.cache.refresh("k", key -> "2")).isEqualTo("2");
    mayEnd.countDown();
    assertThat(refresh.join()).isEqualTo("loaded");
    // The key is removed, unless this instance has already got the newer value.
    await().until(() -> !"loaded".equals(one.cache.getIfPresent("k")));
    await().until(() -> Objects.equals(one.cache.getIfPresent("k"), other.cache.getIfPresent("k")));
    assertThat(one.cache.getIfPresent("k")).isIn(null, "2");
  }

  @Test
  void aRefreshDuringALoadOfAnotherInstanceLeavesNoOlderValue() {
    Instance one = instance();
    Instance other = instance();
    CompletableFuture<String> early = one.cache.async().get("k", this::slow);
    await().until(() -> loading.getCount() == 0);
    assertThat(other.cache.refresh("k", key -> "new")).isEqualTo("new");
    mayEnd.countDown();
    assertThat(early.join()).isEqualTo("loaded");
    await().until(() -> !"loaded".equals(one.cache.getIfPresent("k")));
    await().until(() -> !"loaded".equals(other.cache.getIfPresent("k")));
  }

  @Test
  void aRefreshWhileRedisIsAwayLeavesNoOlderValue() {
    Instance one = instance();
    Instance other = instance();
    one.cache.put("k", "old").orThrow();
    assertThat(other.cache.get("k")).isEqualTo("old");
    other.network.refuse();
    other.network.cut();
    assertThat(other.cache.refresh("k", key -> "new")).isEqualTo("new");
    other.network.heal();
    await().until(() -> one.cache.getIfPresent("k") == null);
    await().until(() -> !"old".equals(other.cache.getIfPresent("k")));
  }

  @Test
  void whileARefreshAsksRedisOthersGetTheValueFromBefore() {
    Instance one = calm();
    Instance other = calm();
    one.cache.put("k", "before").orThrow();
    other.network.stallReplies();
    CompletableFuture<String> refresh = other.cache.async().refresh("k", key -> {
      throw new IOException("database away");
    });
    CompletableFuture<String> read = other.cache.async().get("k", key -> "not asked");
    other.network.heal();
    assertThat(read.join()).isEqualTo("before");
    assertThatThrownBy(refresh::join).hasRootCauseMessage("database away");
  }

  @Test
  void aRefreshWithoutValueRemovesWhatOnlyRedisHas() {
    Instance one = instance();
    Instance other = instance();
    one.cache.put("k", "1").orThrow();
    assertThat(other.cache.refresh("k", key -> null)).isNull();
    await().until(() -> other.cache.getIfPresent("k") == null);
    await().until(() -> one.cache.getIfPresent("k") == null);
  }

  @Test
  void aLookSeesWhatAnotherInstanceHasPutOrRemoved() {
    Instance one = instance();
    Instance other = instance();
    one.cache.put("k", "1").orThrow();
    assertThat(other.cache.containsKey("k")).isTrue();
    assertThat(other.cache.peek("k").origin()).isEqualTo(Found.Origin.REDIS);
    other.warm("k");
    other.hearsOf("k", () -> one.cache.invalidate("k").orThrow());
    assertThat(other.cache.containsKey("k")).isFalse();
    other.hearsOf("k", () -> one.putInTime("k", "2"));
    assertThat(other.cache.peek("k").value()).isEqualTo("2");
  }

  @Test
  void aLoaderThatHangsDoesNotHideWhatAnotherInstanceHasPut() {
    Instance one = calm();
    Instance other = calm();
    CompletableFuture<String> hangs = one.cache.async().get("k", this::slow);
    await().until(() -> loading.getCount() == 0);
    other.cache.put("k", "put").orThrow();
    assertThat(one.cache.get("k", key -> "not asked")).isEqualTo("put");
    assertThat(hangs).isNotDone();
  }

  @Test
  void aBulkLoaderIsAskedForWhatNobodyElseLoads() {
    Instance one = calm();
    Instance other = calm();
    CompletableFuture<String> early = one.cache.async().get("k3", this::slow);
    await().until(() -> loading.getCount() == 0);
    AtomicInteger asked = new AtomicInteger();
    List<String> keys = IntStream.range(0, 6).mapToObj(i -> "k" + i).toList();
    CompletableFuture<Map<String, String>> all = other
        .cache
        .async()
        .getAll(keys, Loader.bulk(wanted -> {
          asked.addAndGet(wanted.size());
          return Map.of("k0", "0", "k1", "1", "k2", "2", "k4", "4", "k5", "5");
        }));
    await().untilAtomic(asked, org.hamcrest.Matchers.is(5));
    mayEnd.countDown();
    assertThat(all.join()).containsEntry("k3", early.join()).hasSize(6);
    assertThat(asked).hasValue(5);
  }

  @Test
  void whoLosesHearsOfAFailureAndTriesAtOnce() {
    Instance one = calm();
    Instance other = calm();
    CompletableFuture<String> fails = one.cache.async().get("k", key -> {
      slow(key);
      throw new IOException("database away");
    });
    await().until(() -> loading.getCount() == 0);
    CompletableFuture<String> loser = other.cache.async().get("k", key -> "second try");
    mayEnd.countDown();
    assertThat(loser.orTimeout(Instance.PATIENCE.toSeconds() / 2, SECONDS).join())
        .isEqualTo("second try");
    assertThatThrownBy(fails::join).hasRootCauseMessage("database away");
    await().until(() -> "second try".equals(one.cache.get("k"))); // stored after the answer
  }

  @Test
  void theLeaseOfAnInstanceThatIsGoneEndsByItself() {
    Instance one = instance(Duration.ofSeconds(3));
    Instance other = instance();
    var unused = one.cache.async().get("k", this::slow);
    await().until(() -> loading.getCount() == 0);
    one.network.refuse();
    one.network.cut();
    CompletableFuture<String> waits = other.cache.async().get("k", key -> "other");
    assertThat(waits.orTimeout(Instance.PATIENCE.toSeconds() / 2, SECONDS).join())
        .isEqualTo("other");
    await().until(() -> "other".equals(other.cache.get("k"))); // stored after the answer
  }

  @Test
  void aLoadThatBeganBeforeAForeignRemovalIsKeptNowhere() {
    Instance one = instance();
    Instance other = instance();
    CompletableFuture<String> late = one.cache.async().get("k", this::slow);
    await().until(() -> loading.getCount() == 0);
    other.cache.invalidate("k");
    mayEnd.countDown();
    assertThat(late.join()).as("its own callers may have it").isEqualTo("loaded");
    await().until(() -> one.cache.get("k") == null);
    assertThat(other.cache.get("k")).isNull();
  }

  @Test
  void whoComesAfterAForeignChangeWasToldDoesNotGetWhatAnEarlierLoadBrings() {
    Instance one = instance();
    Instance other = instance();
    CompletableFuture<String> early = one.cache.async().get("k", this::slow);
    await().until(() -> loading.getCount() == 0);
    long changes = one.hearing().changes();
    other.cache.invalidate("k");
    await().until(() -> one.hearing().changes() > changes);
    CompletableFuture<String> later = one.cache.async().get("k", key -> "changed");
    mayEnd.countDown();
    assertThat(later.join()).isEqualTo("changed");
    assertThat(early.join()).isEqualTo("loaded");
  }

  @Test
  void aWarmUpThatBeganBeforeAForeignWriteIsKeptNowhere() {
    Instance one = instance();
    Instance other = instance();
    var warmed = one.cache.async().warm(List.of("k"), this::slow);
    await().until(() -> loading.getCount() == 0);
    other.putInTime("k", "foreign");
    mayEnd.countDown();
    warmed.join();
    await().until(() -> "foreign".equals(one.cache.get("k")));
    assertThat(other.cache.get("k")).isEqualTo("foreign");
  }

  @Test
  void aRefreshThatBeganBeforeAForeignRemovalIsKeptNowhere() {
    Duration ttl = Duration.ofSeconds(12); // refreshed in its second half
    Instance one =
        instance(spec -> spec.ttl(ttl).freshness(Freshness.none().refreshAhead(ttl.dividedBy(2))));
    Instance other = instance();
    one.cache.put("k", "old");
    await().until(() -> {
      one.cache.get("k", this::slow);
      return loading.getCount() == 0;
    });
    other.cache.invalidate("k");
    mayEnd.countDown();
    await().until(() -> one.cache.stats().freshness().refreshes() == 1);
    await().until(() -> one.cache.get("k") == null);
    assertThat(other.cache.get("k")).isNull();
  }

  @Test
  void whatCameFromRedisBeforeAForeignWriteIsNotBelieved() {
    Instance one = instance();
    Instance other = instance();
    one.cache.put("k", "old");
    other.network.stallReplies();
    long asked = redis.keysAsked();
    CompletableFuture<String> late = other.cache.async().get("k");
    await().until(() -> redis.keysAsked() > asked);
    long told = other.told();
    one.cache.put("k", "new");
    await().until(() -> other.told() > told);
    other.network.heal();
    assertThat(late.join()).isIn("old", "new", null);
    await().until(() -> "new".equals(other.cache.get("k")));
  }

  @Test
  void anAnswerFromBeforeAForeignWriteConfirmsNothing() {
    Instance one = instance();
    Instance other = instance();
    one.cache.put("k", "old");
    other.cache.get("k");
    other.restart(() -> {});
    long asked = redis.keysAsked();
    other.network.stallReplies();
    CompletableFuture<String> late = other.cache.async().get("k");
    await().until(() -> redis.keysAsked() > asked);
    long told = other.told();
    one.cache.put("k", "new");
    await().until(() -> other.told() > told);
    other.network.heal();
    late.join();
    await().until(() -> "new".equals(other.cache.get("k")));
  }

  private static UnaryOperator<CacheSpec<String, String>> absent(Duration ttl) {
    return spec -> spec.freshness(Freshness.none().absenceTtl(ttl));
  }

  /** A loader that finds nothing. */
  private static final class Nothing implements Loader<String, String> {
    final AtomicInteger loads = new AtomicInteger();

    @Override
    public @Nullable String load(String key) {
      loads.incrementAndGet();
      return null;
    }
  }

  @Test
  void anAbsenceIsLoadedOnceForAllInstances() {
    List<Instance> all = List.of(calm(absent(LONG)), calm(absent(LONG)));
    Nothing nothing = new Nothing();
    for (int i = 0; i < 200; i++) {
      assertThat(all.get(i % 2).cache.get("k", nothing)).isNull();
      assertThat(all.get(i % 2).cache.getAll(List.of("k", "l"), nothing)).isEmpty();
    }
    assertThat(nothing.loads).as("of k and l").hasValue(2);
    for (Instance instance : all) {
      assertThat(instance.cache.lookup("k").state()).isEqualTo(Found.State.KNOWN_ABSENT);
      assertThat(instance.cache.stats().freshness().knownAbsent()).isGreaterThan(100);
    }
  }

  @Test
  void anAbsenceEndsForAllWhenSomebodyChangesTheKey() {
    Instance one = instance(absent(LONG));
    Instance other = instance(absent(LONG));
    Nothing nothing = new Nothing();
    List<Runnable> changes = List.of(
        () -> other.cache.invalidate("k"),
        () -> other.cache.invalidateMatching("k"),
        () -> other.cache.clear(),
        () -> assertThat(other.cache.putIfAbsent("k", "v")).isNull());
    for (Runnable change : changes) {
      assertThat(one.cache.get("k", nothing)).isNull();
      assertThat(other.cache.get("k", nothing)).isNull();
      await().until(() -> one.cache.lookup("k").origin() == Found.Origin.MEMORY);
      int loads = nothing.loads.get();
      change.run();
      await().until(() -> {
        String found = one.cache.get("k", nothing);
        return "v".equals(found) || nothing.loads.get() > loads;
      });
    }
    assertThat(other.cache.remove("k", "v")).isTrue();
  }

  @Test
  void anAbsenceIsBelievedNoLongerThanItsTtl() {
    Instance one = instance(absent(Duration.ofSeconds(1)));
    Instance other = instance(absent(Duration.ofSeconds(1)));
    Nothing nothing = new Nothing();
    one.cache.get("k", nothing);
    await().until(() -> other.cache.get("k", nothing) == null && nothing.loads.get() == 2);
  }

  @Test
  void anAbsenceIsNotBelievedWhileRedisCanNotBeAsked() {
    Instance one = instance(absent(LONG));
    Nothing nothing = new Nothing();
    one.cache.get("k", nothing);
    await().until(() -> one.cache.lookup("k").state() == Found.State.KNOWN_ABSENT);
    one.network.refuse();
    one.network.cut();
    await().until(() -> one.hearing().window().compareTo(Instance.BOUND) > 0);
    assertThat(one.cache.get("k", key -> "inserted meanwhile")).isEqualTo("inserted meanwhile");
  }

  @Test
  void aValuePastItsTtlServesUntilSomebodyRemovesIt() {
    Duration ttl = Duration.ofSeconds(2);
    UnaryOperator<CacheSpec<String, String>> spec = s -> s.ttl(ttl)
        .freshness(Freshness.none().failSafe(Duration.ofMinutes(1), Duration.ofMillis(1)));
    Instance one = instance(spec);
    Instance other = instance(spec);
    await().until(() -> {
      one.cache.put("k", "old");
      return "old".equals(other.cache.get("k")); // unless that took longer than the TTL
    });
    Loader<String, String> fails = key -> {
      throw new IOException("database away");
    };
    await().until(() -> other.cache.get("k") == null);
    for (int i = 0; i < 3; i++) {
      assertThat(other.cache.get("k", fails)).as("try %s", i).isEqualTo("old");
    }
    assertThat(other
            .cache
            .lookup("k", fails, io.intelligentcache.EntryOptions.defaults())
            .state())
        .isIn(Found.State.STALE_AFTER_FAILURE, Found.State.STALE_BACKING_OFF);
    one.cache.invalidate("k");
    await()
        .untilAsserted(() -> assertThatThrownBy(() -> other.cache.get("k", fails))
            .hasRootCauseMessage("database away"));
  }
}
