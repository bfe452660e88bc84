package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.AtomicOperationException;
import io.intelligentcache.Effort;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Found;
import io.intelligentcache.TieredCache;
import io.intelligentcache.Update;
import io.intelligentcache.internal.tier.ForwardingSharedTier;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Three instances share one Redis: an atomic operation of one instance is atomic for all of them. */
@ExtendWith(Effort.class)
final class AtomicOperationsSharedTest extends SharedRedis {
  private static final int THREADS_EACH = 3;
  private static final Duration TIME = Effort.of(Duration.ofMillis(1_500), Duration.ofSeconds(30));

  /** How far the clocks of two instances may be apart, as far as they know the clock of Redis. */
  private static final Duration NEARLY = Duration.ofMinutes(1);

  private Instance one;
  private Instance other;

  @BeforeEach
  void open() {
    for (int i = 0; i < 3; i++) {
      instances.add(new Instance(
          server, namespace, directory.resolve("d" + i), builder -> builder, spec -> spec));
    }
    one = instances.get(0);
    other = instances.get(1);
  }

  private static String increment(String key, @Nullable String there) {
    return there == null ? "1" : Integer.toString(Integer.parseInt(there) + 1);
  }

  /** Runs the same work in several threads of each instance. */
  private <T> List<T> everywhere(Function<Instance, Callable<T>> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS_EACH * instances.size());
    try {
      List<Future<T>> running = new ArrayList<>();
      for (Instance instance : instances) {
        for (int i = 0; i < THREADS_EACH; i++) {
          running.add(threads.submit(work.apply(instance)));
        }
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : running) {
        results.add(result.get(60, SECONDS));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void incrementsOfAllInstancesAddUp() throws Exception {
    everywhere(instance -> () -> {
      for (int i = 0; i < 100; i++) {
        instance.cache.compute("k", AtomicOperationsSharedTest::increment);
      }
      return 0;
    });
    String sum = Integer.toString(100 * THREADS_EACH * instances.size());
    for (Instance instance : instances) {
      await().until(() -> sum.equals(instance.cache.get("k")));
    }
  }

  @Test
  void incrementsThatReturnedAreAllThereWhateverTheNetworkDoes() throws Exception {
    var returned = new AtomicInteger();
    var unknown = new AtomicInteger();
    var cuts = new AtomicInteger();
    long end = System.nanoTime() + TIME.toNanos();
    everywhere(instance -> () -> {
      while (System.nanoTime() < end) {
        try {
          instance.cache.compute("k", AtomicOperationsSharedTest::increment);
          returned.incrementAndGet();
        } catch (AtomicOperationException failure) {
          unknown.incrementAndGet();
        }
        if (instance == other && returned.get() > 100 * (cuts.get() + 1) && cuts.get() < 5) {
          cuts.incrementAndGet();
          other.network.cut();
          other.network.heal();
        }
      }
      return 0;
    });
    await().until(() -> one.cache.get("k") != null);
    int counted =
        Integer.parseInt(Objects.requireNonNull(one.cache.compute("k", (key, there) -> there)));
    assertThat(cuts).hasPositiveValue();
    assertThat(counted).isBetween(returned.get(), returned.get() + unknown.get());
  }

  @Test
  void oneOfAllStoresAndOneOfAllTakes() throws Exception {
    for (int round = 0; round < 30; round++) {
      String key = "k" + round;
      assertThat(everywhere(instance -> () -> instance.cache.putIfAbsent(key, "v") == null))
          .containsOnlyOnce(true);
      assertThat(everywhere(instance -> () -> instance.cache.getAndRemove(key) != null))
          .containsOnlyOnce(true);
    }
  }

  @Test
  void theExpectedValueIsTheOneThatRedisHas() {
    one.cache.put("k", "old");
    other.warm("k");
    other.network.stallFeeds();
    one.cache.put("k", "new");
    assertThat(other.cache.replace("k", "old", "x")).isFalse();
    assertThat(other.cache.remove("k", "old")).isFalse();
    assertThat(other.cache.replace("k", "new", "newer")).isTrue();
    assertThat(one.cache.remove("k", "newer")).isTrue();
    assertThat(other.cache.getAndRemove("k")).isNull();
  }

  @Test
  void ownChangesAreReadAtOnceWithoutAnyMessage() {
    TieredCache<String, String> cache = other.cache;
    one.cache.put("k", "old");
    other.warm("k");
    other.network.stallFeeds();
    assertThat(cache.getAndPut("k", "a")).isEqualTo("old");
    assertThat(cache.get("k")).isEqualTo("a");
    assertThat(cache.compute("k", (key, there) -> there + "b")).isEqualTo("ab");
    assertThat(cache.get("k")).isEqualTo("ab");
    assertThat(cache.getAndRemove("k")).isEqualTo("ab");
    assertThat(cache.get("k")).isNull();
  }

  @Test
  void whatAnOperationSawIsNotFollowedByAnOlderRead() {
    one.cache.put("k", "old");
    other.warm("k");
    other.network.stallFeeds();
    one.cache.put("k", "new");
    assertThat(other.cache.putIfAbsent("k", "x")).isEqualTo("new");
    assertThat(other.cache.get("k")).isEqualTo("new");
  }

  @Test
  void aChangeIsSeenByOthersAtOnce() {
    one.cache.put("k", "old");
    other.warm("k");
    one.cache.getAndPut("k", "new");
    await().until(() -> "new".equals(other.cache.get("k")));
    one.cache.getAndRemove("k");
    await().until(() -> other.cache.get("k") == null);
  }

  @Test
  void optionsHoldForAllInstances() {
    Duration ttl = Duration.ofHours(1);
    EntryOptions options = EntryOptions.ttl(ttl);
    one.cache.putIfAbsent("absent", "v", options);
    one.cache.put("present", "old");
    one.cache.replace("present", "v", options);
    one.cache.put("expected", "old");
    one.cache.replace("expected", "old", "v", options);
    one.cache.getAndPut("before", "v", options);
    one.cache.putAll(Map.of("all", "v"), options);
    for (String key : List.of("absent", "present", "expected", "before", "all")) {
      Found<String> found = seen(other, key);
      assertThat(found.value()).as(key).isEqualTo("v");
      assertThat(found.timeLeft()).as(key).isPositive().isLessThanOrEqualTo(NEARLY.plus(ttl));
    }
    one.cache.getAndPut("before", "w");
    assertThat(seen(other, "before").timeLeft()).as("without options").isNull();
  }

  private static Found<String> seen(Instance instance, String key) {
    var seen = new AtomicReference<@Nullable Found<String>>();
    instance.cache.update(key, (same, there) -> {
      seen.set(there);
      return Update.keep();
    });
    return Objects.requireNonNull(seen.get());
  }

  @Test
  void aCounterOfAllInstancesKeepsTheEndOfItsWindow() throws Exception {
    Duration window = Duration.ofHours(1);
    everywhere(instance -> () -> {
      for (int i = 0; i < 50; i++) {
        instance.cache.update("k", (key, there) -> {
          String next = increment(key, there.value());
          return next.equals("1")
              ? Update.put(next, EntryOptions.ttl(window))
              : Update.putKeepingExpiry(next);
        });
      }
      return 0;
    });
    Found<String> found = seen(one, "k");
    assertThat(found.value()).isEqualTo(Integer.toString(50 * THREADS_EACH * instances.size()));
    assertThat(found.timeLeft()).isPositive().isLessThanOrEqualTo(NEARLY.plus(window));
    assertThat(one.cache.lookup("k").timeLeft()).isPositive();
    assertThat(other.cache.update("k", (key, there) -> Update.remove())).isNull();
    assertThat(seen(one, "k").value()).isNull();
  }

  /** Delays the answers of Redis until the test releases them. */
  private static final class Held extends ForwardingSharedTier {
    private final CompletableFuture<?> changes;
    private final CompletableFuture<?> searches;

    Held(SharedTier tier, CompletableFuture<?> changes, CompletableFuture<?> searches) {
      super(tier);
      this.changes = changes;
      this.searches = searches;
    }

    @Override
    public CompletableFuture<Outcome> putIf(Entry entry, Condition condition) {
      return super.putIf(entry, condition).thenCombine(changes, (outcome, go) -> outcome);
    }

    @Override
    public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
      return super.getAll(keys).thenCombine(searches, (lookups, go) -> lookups);
    }
  }

  private Instance held(CompletableFuture<?> changes, CompletableFuture<?> searches) {
    Instance held = new Instance(
        server,
        namespace,
        directory.resolve("held"),
        redis -> context -> new Held((SharedTier) redis.open(context), changes, searches));
    instances.add(held);
    return held;
  }

  @Test
  void aPutBehindAnOperationIsNotUndoneByIt() {
    var changes = new CompletableFuture<Void>();
    Instance held = held(changes, CompletableFuture.completedFuture(null));
    held.network.stallFeeds();
    CompletableFuture<String> operation = held.cache.async().getAndPut("k", "operation's");
    await().until(() -> "operation's".equals(one.cache.get("k")));
    held.cache.put("k", "put's");
    changes.complete(null);
    assertThat(operation.join()).isNull();
    assertThat(held.cache.get("k")).isEqualTo("put's");
  }

  @Test
  void aSearchFromBeforeAnOperationBringsNothingBack() {
    one.cache.put("k", "old");
    var searches = new CompletableFuture<Void>();
    Instance held = held(CompletableFuture.completedFuture(null), searches);
    held.network.stallFeeds();
    long asked = redis.keysAsked();
    CompletableFuture<String> search = held.cache.async().get("k");
    await().until(() -> redis.keysAsked() > asked);
    assertThat(held.cache.getAndRemove("k")).isEqualTo("old");
    searches.complete(null);
    assertThat(search.join()).isEqualTo("old");
    assertThat(held.cache.get("k")).isNull();
  }

  @Test
  void aValueTooLargeForRedisLeavesTheKeyAbsent() {
    Instance small = new Instance(
        server,
        namespace,
        directory.resolve("small"),
        redis -> ((Redis) redis).maximumItemBytes(100));
    instances.add(small);
    one.cache.put("k", "old");
    assertThatThrownBy(() -> small.cache.getAndPut("k", "x".repeat(1_000)))
        .isInstanceOf(AtomicOperationException.class)
        .hasMessageContaining("too large");
    assertThat(small.cache.putIfAbsent("k", "v")).isNull();
  }

  @Test
  void whereRedisIsAwayAnOperationFailsInTime() {
    Instance hasty = new Instance(
        server,
        namespace,
        directory.resolve("hasty"),
        redis -> ((Redis) redis).commandTimeout(Duration.ofMillis(400)));
    instances.add(hasty);
    one.cache.put("k", "v");
    hasty.network.stallRequests();
    hasty.network.stallLaterConnections();
    assertThatThrownBy(() -> hasty.cache.putIfAbsent("k", "w"))
        .isInstanceOf(AtomicOperationException.class)
        .hasMessageContaining("key k");
    assertThatThrownBy(() -> hasty.cache.async().getAndPut("k", "w").join())
        .hasCauseInstanceOf(AtomicOperationException.class);
    hasty.network.heal();
    await().ignoreExceptions().until(() -> hasty.cache.getAndPut("k", "w") != null);
  }
}
