package io.intelligentcache;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.internal.runtime.ThreadPools;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What users hang on futures and callbacks can block nothing but themselves. */
final class CallbacksTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** A tier whose answers come when a test says so. */
  private static final class Late extends ForwardingTier {
    volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    Late() {
      super(new HeapTier(TimeSource.SYSTEM));
    }

    private <T> CompletableFuture<T> late(CompletableFuture<T> answer) {
      return gate.thenCompose(open -> answer);
    }

    @Override
    public CompletableFuture<Lookup> get(TierKey key) {
      return late(super.get(key));
    }

    @Override
    public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
      return late(super.getAll(keys));
    }

    @Override
    public CompletableFuture<Outcome> put(TierKey key, Item item) {
      return late(super.put(key, item));
    }

    @Override
    public CompletableFuture<Outcome> put(Entry entry) {
      return late(super.put(entry));
    }

    @Override
    public CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
      return late(super.putAll(entries));
    }

    @Override
    public CompletableFuture<Outcome> remove(TierKey key) {
      return late(super.remove(key));
    }

    @Override
    public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
      return late(super.removeAll(keys));
    }

    @Override
    public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
      return late(super.removeMatching(space, matching));
    }

    @Override
    public CompletableFuture<Outcome> clear(Space space) {
      return late(super.clear(space));
    }
  }

  private final Late redis = new Late();
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .redis(context -> redis)
      .loadTimeout(Duration.ofSeconds(20))
      .build();
  private final TieredCache<Integer, String> cache =
      manager.cache("c", Integer.class, String.class);

  @AfterEach
  void close() {
    mayEnd.countDown();
    manager.close();
  }

  private void block() {
    try {
      assertThat(mayEnd.await(60, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String load(int key) {
    return "v" + key;
  }

  /** Everything that a cache answers with a future, but for what may be done at once. */
  private static final List<
          BiFunction<AsyncTieredCache<Integer, String>, Integer, CompletableFuture<?>>>
      CALLS = List.of(
          (cache, key) -> cache.get(key),
          (cache, key) -> cache.get(key, CallbacksTest::load),
          (cache, key) -> cache.lookup(key),
          (cache, key) -> cache.getAll(List.of(key, key + 1)),
          (cache, key) -> cache.getAll(List.of(key, key + 1), CallbacksTest::load),
          (cache, key) -> cache.put(key, "v"),
          (cache, key) -> cache.putAll(Map.of(key, "v")),
          (cache, key) -> cache.putIfAbsent(key, "v"),
          (cache, key) -> cache.replace(key, "v", "w"),
          (cache, key) -> cache.remove(key, "v"),
          (cache, key) -> cache.getAndPut(key, "v"),
          (cache, key) -> cache.getAndRemove(key),
          (cache, key) -> cache.compute(key, (k, there) -> "v"),
          (cache, key) -> cache.update(key, (k, there) -> Update.putKeepingExpiry("v")),
          (cache, key) -> cache.invalidate(key),
          (cache, key) -> cache.invalidateAll(List.of(key)),
          (cache, key) -> cache.invalidateMatching(key + "x"),
          (cache, key) -> cache.warm(List.of(key), CallbacksTest::load));

  @Test
  void whatFollowsOnEveryKindOfCallCanBlockAndEverythingElseGoesOn() {
    redis.gate = new CompletableFuture<>();
    var blocked = new AtomicInteger();
    List<CompletableFuture<?>> all = new ArrayList<>();
    int times = 10; // more than there are threads before the pool grows
    for (int call = 0; call < CALLS.size(); call++) {
      for (int i = 0; i < times; i++) {
        int key = 1_000 * (call + 1) + 10 * i;
        all.add(CALLS.get(call).apply(cache.async(), key).whenComplete((done, failure) -> {
          blocked.incrementAndGet();
          block();
        }));
      }
    }
    redis.gate.complete(null);
    await().until(() -> blocked.get() == all.size());
    assertThat(all).noneMatch(CompletableFuture::isDone);

    cache.put(1, "v1");
    assertThat(cache.get(1)).isEqualTo("v1");
    assertThat(cache.get(2, CallbacksTest::load)).isEqualTo("v2");
    assertThat(cache.getAll(List.of(3, 4), CallbacksTest::load)).hasSize(2);
    assertThat(cache.compute(5, (key, there) -> "made")).isEqualTo("made");
    assertThat(cache.invalidateMatching("5")).isPositive();
    cache.clear();
    assertThat(cache.warm(List.of(6), CallbacksTest::load).loaded()).isEqualTo(1);
    var inTime = Freshness.none().hardTimeout(Duration.ofMillis(100));
    assertThatThrownBy(() -> cache.get(
            7,
            key -> {
              block();
              return "late";
            },
            EntryOptions.defaults().with(inTime)))
        .hasMessageContaining("longer than PT0.1S");
    assertThat(cache.async().get(8, CallbacksTest::load)).succeedsWithin(LONG);

    mayEnd.countDown();
    assertThat(all).allSatisfy(one -> assertThat(one).succeedsWithin(LONG));
  }

  @Test
  void callbacksThatAllBlockLoseNoCompletion() {
    redis.gate = new CompletableFuture<>();
    var blocked = new AtomicInteger();
    List<CompletableFuture<?>> all = IntStream.range(0, ThreadPools.MOST_CALLBACKS + 50)
        .<CompletableFuture<?>>mapToObj(
            key -> cache.async().get(key, CallbacksTest::load).thenRun(() -> {
              blocked.incrementAndGet();
              block();
            }))
        .toList();
    redis.gate.complete(null);
    await().until(() -> blocked.get() == ThreadPools.MOST_CALLBACKS);
    assertThat(cache.get(5_000, CallbacksTest::load)).isEqualTo("v5000");
    assertThat(cache.warm(List.of(6_000), CallbacksTest::load).loaded()).isEqualTo(1);
    mayEnd.countDown();
    assertThat(all).allSatisfy(one -> assertThat(one).succeedsWithin(LONG));
  }

  @Test
  void continuationsMayWaitForOtherFuturesOfTheCache() {
    redis.gate = new CompletableFuture<>();
    List<CompletableFuture<String>> all = IntStream.range(0, 50)
        .mapToObj(key -> cache
            .async()
            .get(key, CallbacksTest::load)
            .thenApply(value ->
                value + cache.async().get(key + 1_000, CallbacksTest::load).join()))
        .toList();
    redis.gate.complete(null);
    for (int key = 0; key < all.size(); key++) {
      assertThat(all.get(key)).succeedsWithin(LONG).isEqualTo("v" + key + "v" + (key + 1_000));
    }
  }

  static Stream<Consumer<CompletableFuture<String>>> tampering() {
    return Stream.of(
        future -> future.cancel(true),
        future -> future.complete("the user's"),
        future -> future.completeExceptionally(new IllegalStateException("the user's")),
        future -> future.obtrudeValue("the user's"),
        future -> future.obtrudeException(new IllegalStateException("the user's")));
  }

  @ParameterizedTest
  @MethodSource("tampering")
  void whatAUserDoesToAFutureIsNobodyElsesAffair(Consumer<CompletableFuture<String>> tamper) {
    Loader<Integer, String> loader = key -> {
      block();
      return load(key);
    };
    var one = cache.async().get(1, loader);
    var other = cache.async().get(1, loader);
    tamper.accept(one);
    mayEnd.countDown();
    assertThat(other).succeedsWithin(LONG).isEqualTo("v1");
    tamper.accept(other);
    assertThat(cache.get(1)).isEqualTo("v1");
    assertThat(cache.async().get(1).join()).isEqualTo("v1");
    tamper.accept(cache.async().get(1));
    assertThat(cache.async().get(1).join()).isEqualTo("v1");
  }

  @Test
  void progressMayReadTheCacheAndOthersMayWarm() {
    redis.gate = new CompletableFuture<>();
    var unused = cache.async().put(5_000, "in redis");
    List<Integer> keys = IntStream.range(0, 40).boxed().toList();
    var told = new AtomicInteger();
    var warming = cache
        .async()
        .warm(
            Warming.of(keys).onProgress(soFar -> {
              assertThat(cache.get(5_000)).isEqualTo("in redis");
              assertThat(cache.get((int) soFar.done())).isIn(null, "v" + soFar.done());
              told.set((int) soFar.done());
            }),
            CallbacksTest::load);
    redis.gate.complete(null);
    assertThat(warming).succeedsWithin(LONG).returns(40L, WarmReport::loaded);
    assertThat(told).hasValue(40);
  }

  @Test
  void progressThatHangsHoldsUpTheEndOfItsWarmUpAndNoLoad() {
    var warming = cache
        .async()
        .warm(Warming.of(List.of(1, 2, 3)).onProgress(soFar -> block()), CallbacksTest::load);
    await().until(() -> cache.stats().warmed() == 3);
    assertThat(warming).isNotDone();
    assertThat(cache.warm(List.of(4), CallbacksTest::load).loaded()).isEqualTo(1);
    mayEnd.countDown();
    assertThat(warming).succeedsWithin(LONG);
  }

  @Test
  void progressIsToldToTheCallerWhoWaitsInHisThread() {
    List<Thread> threads = new ArrayList<>();
    cache.warm(
        Warming.of(List.of(1, 2, 3)).onProgress(soFar -> threads.add(Thread.currentThread())),
        CallbacksTest::load);
    assertThat(threads).containsOnly(Thread.currentThread());
  }

  @Test
  void progressMayThrowWhateverItLikes() {
    assertThat(cache.warm(
            Warming.of(List.of(1, 2, 3)).onProgress(soFar -> {
              throw new StackOverflowError("made to fail");
            }),
            CallbacksTest::load))
        .returns(3L, WarmReport::loaded);
  }
}
