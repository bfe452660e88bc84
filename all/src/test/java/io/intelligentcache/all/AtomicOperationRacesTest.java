package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.AtomicOperationException;
import io.intelligentcache.internal.tier.ForwardingSharedTier;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Events during an atomic operation, at a moment that the test chooses. In most tests the instance under
 * test receives no invalidations, so that it has to be right without them.
 */
final class AtomicOperationRacesTest extends SharedRedis {
  private Instance other;

  @BeforeEach
  void open() {
    other = instance(redis -> redis);
  }

  /** An instance whose calls to Redis go through a wrapper. */
  private Instance instance(UnaryOperator<SharedTier> wrapped) {
    Instance instance = new Instance(
        server,
        namespace,
        directory.resolve("d" + instances.size()),
        redis -> context -> wrapped.apply((SharedTier) redis.open(context)));
    instances.add(instance);
    return instance;
  }

  private static String increment(String key, @Nullable String there) {
    return there == null ? "1" : Integer.toString(Integer.parseInt(there) + 1);
  }

  /** Delays the answers to conditional puts until the test releases them. The puts take effect at once. */
  private static final class LateToHear extends ForwardingSharedTier {
    private final CompletableFuture<?> mayHear;

    LateToHear(SharedTier tier, CompletableFuture<?> mayHear) {
      super(tier);
      this.mayHear = mayHear;
    }

    @Override
    public CompletableFuture<Outcome> putIf(Entry entry, Condition condition) {
      return super.putIf(entry, condition).thenCombine(mayHear, (outcome, go) -> outcome);
    }
  }

  @Test
  void aSweepBehindAnOperationIsNotUndoneByIt() {
    var mayHear = new CompletableFuture<Void>();
    Instance one = instance(redis -> new LateToHear(redis, mayHear));
    one.network.stallFeeds();
    CompletableFuture<String> operation = one.cache.async().getAndPut("k", "operation's");
    await().until(() -> "operation's".equals(other.cache.get("k")));
    one.cache.clear();
    mayHear.complete(null);
    assertThat(operation.join()).isNull();
    assertThat(one.cache.get("k")).isNull();
  }

  @Test
  void aChangeElsewhereBehindAnOperationIsNotHiddenByIt() {
    var mayHear = new CompletableFuture<Void>();
    Instance one = instance(redis -> new LateToHear(redis, mayHear));
    long changes = one.hearing().changes();
    CompletableFuture<String> operation = one.cache.async().getAndPut("k", "operation's");
    await().until(() -> "operation's".equals(other.cache.get("k")));
    await().until(() -> one.hearing().changes() > changes);
    long own = one.hearing().changes();
    other.putInTime("k", "other's");
    await().until(() -> one.hearing().changes() > own);
    mayHear.complete(null);
    assertThat(operation.join()).isNull();
    assertThat(one.cache.get("k")).isEqualTo("other's");
  }

  @Test
  void anOperationWaitsForASweepOfItsKeyAndOfNoOther() throws Exception {
    var begun = new CountDownLatch(1);
    var maySweep = new CompletableFuture<Void>();
    Instance one = instance(redis -> new ForwardingSharedTier(redis) {
      @Override
      public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
        begun.countDown();
        return maySweep.thenCompose(go -> redis.removeMatching(space, matching));
      }
    });
    one.cache.put("swept", "old");
    CompletableFuture<Long> sweep = one.cache.async().invalidateMatching("swept");
    assertThat(begun.await(20, SECONDS)).isTrue();
    CompletableFuture<String> operation = one.cache.async().getAndPut("swept", "new");
    for (int i = 0; i < 10; i++) { // each takes as long as the first operation would
      one.cache.compute("unconcerned", AtomicOperationRacesTest::increment);
    }
    assertThat(operation).isNotDone();
    assertThat(other.cache.get("swept")).isEqualTo("old");
    maySweep.complete(null);
    sweep.join();
    assertThat(operation.join()).isNull();
    assertThat(one.cache.get("swept")).isEqualTo("new");
  }

  @Test
  void aChangeThatWasNotAcknowledgedIsNotMadeTwiceAndNotHidden() {
    var changes = new AtomicInteger();
    Instance one = instance(redis -> new ForwardingSharedTier(redis) {
      @Override
      public CompletableFuture<Outcome> putIf(Entry entry, Condition condition) {
        changes.incrementAndGet();
        return super.putIf(entry, condition).thenApply(outcome -> new Outcome.Refused(Reason.LATE));
      }
    });
    one.cache.put("k", "0");
    one.warm("k");
    one.network.stallFeeds();
    assertThatThrownBy(() -> one.cache.compute("k", AtomicOperationRacesTest::increment))
        .isInstanceOf(AtomicOperationException.class)
        .hasMessageContaining("look at the key");
    assertThat(changes).hasValue(1);
    assertThat(one.cache.get("k")).isEqualTo("1");
  }

  @Test
  void whatWasRemovedForAValueTooLargeIsReadByNobodyAnyMore() {
    Instance small = new Instance(
        server,
        namespace,
        directory.resolve("small"),
        redis -> ((Redis) redis).maximumItemBytes(100));
    instances.add(small);
    small.cache.put("k", "old");
    small.warm("k");
    small.network.stallFeeds();
    assertThatThrownBy(() -> small.cache.getAndPut("k", "x".repeat(1_000)))
        .isInstanceOf(AtomicOperationException.class);
    assertThat(small.cache.get("k")).isNull();
  }

  @Test
  void whoWasToldThatAKeyIsAbsentReadsNothingOlder() {
    Instance one = instance(redis -> redis);
    one.cache.put("k", "old");
    one.warm("k");
    one.network.stallFeeds();
    other.cache.invalidate("k");
    assertThat(one.cache.replace("k", "old", "new")).isFalse();
    assertThat(one.cache.get("k")).isNull();
  }

  @Test
  void anOperationThatFindsItsOwnCopyRightLeavesItTrusted() {
    Instance one = new Instance(
        server,
        namespace,
        directory.resolve("calm"),
        Instance::calm, // nothing else makes it ask Redis
        spec -> spec);
    instances.add(one);
    one.network.stallFeeds();
    one.cache.getAndPut("k", "v");
    assertThat(one.cache.putIfAbsent("k", "w")).isEqualTo("v");
    long asked = redis.keysAsked();
    assertThat(one.cache.get("k")).isEqualTo("v");
    assertThat(redis.keysAsked()).isEqualTo(asked);
  }

  @Test
  void anOperationTakesWhatItChangesOffTheDisk() {
    Instance one = instance(redis -> redis);
    long changes = one.hearing().changes();
    one.cache.put("k", "old");
    await().until(() -> one.hearing().changes() > changes);
    one.warm("k"); // so the disk copy is confirmed after the put was reported
    one.manager.resizeMemory(10_000);
    for (int i = 0; i < 200; i++) {
      one.cache.put("filler" + i, "v");
    }
    one.manager.resizeMemory(1_000_000);
    one.warm("k");
    assertThat(one.cache.stats().diskHits())
        .as("it came from disk, and is still there")
        .isOne();
    one.network.stallFeeds();
    assertThat(one.cache.getAndRemove("k")).isEqualTo("old");
    assertThat(one.cache.get("k")).isNull();
  }

  /** A tier that alters the answers of Redis to reads of one key. */
  private static SharedTier answering(SharedTier redis, Function<Lookup, Lookup> alteration) {
    return new ForwardingSharedTier(redis) {
      @Override
      public CompletableFuture<Lookup> get(TierKey key) {
        return super.get(key).thenApply(alteration);
      }
    };
  }

  @Test
  void whileAnEarlierWriteIsMadeUpForAnOperationWaits() {
    var asked = new AtomicInteger();
    Instance one = instance(redis -> answering(
        redis, lookup -> asked.incrementAndGet() < 4 ? new Lookup.Refused(Reason.BROKEN) : lookup));
    other.cache.put("k", "old");
    assertThat(one.cache.getAndPut("k", "new")).isEqualTo("old");
    assertThat(asked).hasValue(4);
  }

  private static Lookup altered(Lookup lookup, UnaryOperator<Item> alteration) {
    return lookup instanceof Lookup.Hit hit ? new Lookup.Hit(alteration.apply(hit.item())) : lookup;
  }

  @Test
  void whatExpiresOnItsWayOrCanNotBeReadIsAbsentAndReplaced() {
    UnaryOperator<Item> expired =
        item -> new Item(item.payload(), item.rawBytes(), item.compressed(), item.codec(), 1)
            .with(item.version(), item.stamp());
    UnaryOperator<Item> unreadable = item -> new Item(
            item.payload(), item.rawBytes(), item.compressed(), item.codec() + 1, Item.NEVER)
        .with(item.version(), item.stamp());
    for (UnaryOperator<Item> alteration : List.of(expired, unreadable)) {
      Instance one = instance(redis -> answering(redis, lookup -> altered(lookup, alteration)));
      other.cache.put("k", "old");
      assertThat(one.cache.putIfAbsent("k", "new")).isNull();
      assertThat(one.cache.get("k")).isEqualTo("new");
      await().until(() -> "new".equals(other.cache.get("k")));
    }
  }

  @Test
  void aLoadFromBeforeAnOperationElsewhereIsKeptNowhere() throws Exception {
    Instance one = instance(redis -> redis);
    Instance forgetful = new Instance(
        server,
        namespace,
        directory.resolve("forgetful"),
        builder -> builder,
        spec -> spec.ttl(Duration.ofMillis(300)));
    instances.add(forgetful);
    var loading = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    CompletableFuture<String> loaded = one.cache.async().get("k", key -> {
      loading.countDown();
      assertThat(mayEnd.await(20, SECONDS)).isTrue();
      return "loaded";
    });
    assertThat(loading.await(20, SECONDS)).isTrue();
    assertThat(forgetful.cache.putIfAbsent("k", "v")).isNull();
    await().until(() -> forgetful.cache.get("k") == null);
    one.network.stallFeeds();
    mayEnd.countDown();
    assertThat(loaded.join()).isEqualTo("loaded");
    await().until(() -> one.cache.get("k") == null);
    assertThat(forgetful.cache.get("k")).isNull();
  }

  @Test
  void theFunctionRunsInTheCallingThreadWhoeverHeardTheAnswer() {
    List<Thread> ran = new ArrayList<>();
    assertThat(other.cache.compute("a", (a, none) -> {
          ran.add(Thread.currentThread());
          if (ran.size() < 3) {
            other.cache.put("a", "mine");
          }
          return other.cache.compute("b", (b, there) -> {
            ran.add(Thread.currentThread());
            return "inner";
          });
        }))
        .isEqualTo("inner");
    assertThat(ran).containsOnly(Thread.currentThread()).hasSizeBetween(4, 6);
    assertThat(other.cache.get("b")).isEqualTo("inner");
  }
}
