package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.Codecs;
import io.intelligentcache.codec.Compression;
import io.intelligentcache.internal.codec.ItemFormat;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Schedules in which something older is on its way while a key changes. After the change has
 * returned, nobody may get the older value, from any tier, at any time.
 */
public final class RacesTest {
  private static final TierKey KEY = new TierKey(new Space("c", ""), "k".getBytes(UTF_8));

  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private final HeapTier redis = new HeapTier(time);
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .disk(context -> disk)
      .redis(context -> redis)
      .time(time)
      .build();
  private final TieredCache<String, String> cache = manager.cache("c", String.class, String.class);

  /** The ways to change a key. */
  public enum Change {
    PUT,
    PUT_ALL,
    INVALIDATE,
    INVALIDATE_ALL,
    INVALIDATE_MATCHING,
    CLEAR;

    public void make(TieredCache<String, String> cache) {
      switch (this) {
        case PUT -> cache.put("k", "new");
        case PUT_ALL -> cache.putAll(Map.of("k", "new"));
        case INVALIDATE -> cache.invalidate("k");
        case INVALIDATE_ALL -> cache.invalidateAll(List.of("k", "l"));
        case INVALIDATE_MATCHING -> cache.invalidateMatching("k");
        case CLEAR -> cache.clear();
      }
    }

    /** What is right afterwards. */
    @Nullable
    public String after() {
      return this == PUT || this == PUT_ALL ? "new" : null;
    }
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Item old() {
    return new ItemFormat<>(Codecs.string(), Compression.none()).encode("old", Item.NEVER);
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void aPromotionFromRedisThatBeganBeforeAChangeIsNotStored(Change change) {
    redis.plant(KEY, old());
    redis.holdReads();
    CompletableFuture<?> early = cache.async().get("k");
    awaitReads(redis, 1);
    change.make(cache);
    assertThat(early).isNotDone();
    redis.release();
    assertThat(early.join()).as("its own caller may have it").isEqualTo("old");
    assertThat(cache.get("k")).isEqualTo(change.after());
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void aPromotionFromDiskThatBeganBeforeAChangeIsNotStored(Change change) {
    disk.plant(KEY, old());
    disk.holdReads();
    CompletableFuture<?> early = cache.async().get("k");
    awaitReads(disk, 1);
    change.make(cache);
    disk.release();
    assertThat(early.join()).isEqualTo("old");
    assertThat(cache.get("k")).isEqualTo(change.after());
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void aBulkReadThatBeganBeforeAChangeStoresNothing(Change change) {
    redis.plant(KEY, old());
    redis.holdReads();
    CompletableFuture<?> early = cache.async().getAll(List.of("k", "l"));
    awaitReads(redis, 2);
    change.make(cache);
    redis.release();
    early.join();
    assertThat(cache.get("k")).isEqualTo(change.after());
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void aLoadThatBeganBeforeAChangeIsNotStoredInAnyTier(Change change) throws Exception {
    var loading = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    CompletableFuture<?> early = cache.async().get("k", key -> {
      loading.countDown();
      assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
      return "old";
    });
    assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
    change.make(cache);
    mayEnd.countDown();
    assertThat(early.join()).isEqualTo("old");
    assertThat(cache.get("k")).isEqualTo(change.after());
    if (change.after() == null) {
      assertThat(redis.stored(KEY)).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void aReadAfterAChangeDoesNotJoinASearchFromBeforeIt(Change change) {
    redis.plant(KEY, old());
    redis.holdReads();
    CompletableFuture<?> early = cache.async().get("k");
    awaitReads(redis, 1);
    change.make(cache);
    CompletableFuture<?> late = cache.async().get("k");
    if (change.after() == null) {
      awaitReads(redis, 2);
    }
    redis.release();
    assertThat(early.join()).isEqualTo("old");
    assertThat(late.join()).isEqualTo(change.after());
  }

  /** The disk is told before Redis is: in between a search can still find the old value there. */
  @ParameterizedTest
  @EnumSource(
      value = Change.class,
      names = {"INVALIDATE", "INVALIDATE_ALL"}) // a put shows in memory all the while
  void aSearchThatBeginsInTheMiddleOfAChangeIsNotStored(Change change) {
    redis.plant(KEY, old());
    redis.holdReads();
    List<CompletableFuture<?>> inTheMiddle = new ArrayList<>();
    var between = new ForwardingTier(disk) {
      @Override
      public CompletableFuture<Outcome> remove(TierKey key) {
        read();
        return super.remove(key);
      }

      @Override
      public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
        read();
        return super.removeAll(keys);
      }

      private void read() {
        inTheMiddle.add(reader.async().get("k"));
        awaitReads(redis, 1);
      }

      TieredCache<String, String> reader = cache;
    };
    try (var other = TieredCacheManager.builder()
        .disk(context -> between)
        .redis(context -> redis)
        .time(time)
        .build()) {
      TieredCache<String, String> c = other.cache("c", String.class, String.class);
      between.reader = c;
      change.make(c);
      redis.release();
      assertThat(inTheMiddle).hasSize(1);
      assertThat(inTheMiddle.get(0).join()).as("it may have what it found").isEqualTo("old");
      assertThat(c.get("k")).isEqualTo(change.after());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Change.class,
      names = {"INVALIDATE_MATCHING", "CLEAR"})
  void aReadDuringASweepDoesNotBringUpWhatIsAboutToGo(Change change) {
    redis.plant(KEY, old());
    var duringSweep = new CompletableFuture<Object>();
    var slow = new ForwardingTier(redis) {
      @Override
      public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
        readMeanwhile.run();
        return super.removeMatching(space, matching);
      }

      @Override
      public CompletableFuture<Outcome> clear(Space space) {
        readMeanwhile.run();
        return super.clear(space);
      }

      Runnable readMeanwhile = () -> {};
    };
    try (var other =
        TieredCacheManager.builder().redis(context -> slow).time(time).build()) {
      TieredCache<String, String> c = other.cache("c", String.class, String.class);
      slow.readMeanwhile =
          () -> duringSweep.complete(c.async().get("k").join() == null ? "absent" : "old");
      change.make(c);
      assertThat(duringSweep.join()).isEqualTo("absent");
      assertThat(c.get("k")).isNull();
    }
  }

  @Test
  void whatExpiresOnItsWayUpIsNotReturned() {
    redis.plant(
        KEY,
        new ItemFormat<>(Codecs.string(), Compression.none())
            .encode("old", time.epochMillis() + 1_000));
    redis.holdReads();
    CompletableFuture<?> early = cache.async().get("k");
    awaitReads(redis, 1);
    time.advance(Duration.ofSeconds(1));
    redis.release();
    assertThat(early.join()).isNull();
  }

  @Test
  void aDemotionThatIsOvertakenByAnInvalidationDoesNotReachTheDisk() {
    var overtaken = new CompletableFuture<Boolean>();
    var gate = new ForwardingTier(disk) {
      Runnable beforeDemotion = () -> {};

      @Override
      public boolean mayContain(TierKey key) {
        return super.mayContain(key);
      }
    };
    // The codec runs after the victim was chosen and before the disk is told.
    var codec = new Codec<String>() {
      @Override
      public String id() {
        return Codecs.string().id();
      }

      @Override
      public byte[] encode(String value) {
        if (value.equals("old") && overtaken.complete(true)) {
          gate.beforeDemotion.run();
        }
        return Codecs.string().encode(value);
      }

      @Override
      public String decode(byte[] bytes) {
        return Codecs.string().decode(bytes);
      }
    };
    try (var small = TieredCacheManager.builder()
        .memory(Memory.ofBytes(400).policy(EvictionPolicy.LRU))
        .disk(context -> gate)
        .time(time)
        .build()) {
      TieredCache<String, String> c =
          small.cache("c", CacheSpec.of(String.class, String.class).codec(codec));
      gate.beforeDemotion = () -> c.invalidate("k");
      c.put("k", "first"); // of its class, which is written to see whether it survives
      c.put("k", "old");
      c.put("l", "pushes k out");
      c.put("m", "and more");
      assertThat(overtaken).isCompleted();
      assertThat(disk.stored(KEY)).isNull();
      assertThat(c.get("k")).isNull();
    }
  }

  private static void awaitReads(HeapTier tier, int reads) {
    await().until(() -> tier.reads() >= reads);
  }

  @Test
  void aSweepThatTheDiskRefusesStillLeavesNothingOld() {
    var refusing = new ForwardingTier(disk) {
      @Override
      public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
        return CompletableFuture.completedFuture(new Outcome.Refused(Reason.BUSY));
      }
    };
    disk.plant(KEY, old());
    try (var other =
        TieredCacheManager.builder().disk(context -> refusing).time(time).build()) {
      TieredCache<String, String> c = other.cache("c", String.class, String.class);
      c.invalidateMatching("k");
      assertThat(c.get("k")).isNull();
    }
  }

  @Test
  void aSweepThatACloseOvertakesSaysSo() {
    var closed = new ForwardingTier(disk) {
      @Override
      public CompletableFuture<Outcome> clear(Space space) {
        return CompletableFuture.completedFuture(new Outcome.Refused(Reason.CLOSED));
      }
    };
    try (var other =
        TieredCacheManager.builder().disk(context -> closed).time(time).build()) {
      TieredCache<String, String> c = other.cache("c", String.class, String.class);
      assertThatThrownBy(c::clear)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void closeWaitsForAChangeThatIsUnderWay() throws Exception {
    var inTheMiddle = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    disk.plant(KEY, old());
    var slow = new ForwardingTier(disk) {
      @Override
      public CompletableFuture<Outcome> remove(TierKey key) {
        inTheMiddle.countDown();
        try {
          assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        return super.remove(key);
      }
    };
    var other = TieredCacheManager.builder().disk(context -> slow).time(time).build();
    TieredCache<String, String> c = other.cache("c", String.class, String.class);
    var change = CompletableFuture.runAsync(() -> c.invalidate("k"));
    assertThat(inTheMiddle.await(30, TimeUnit.SECONDS)).isTrue();
    var close = CompletableFuture.runAsync(other::close);
    await().until(() -> refuses(c));
    assertThat(close).isNotDone();
    mayEnd.countDown();
    change.join();
    close.join();
    assertThat(disk.stored(KEY)).isNull();
  }

  private static boolean refuses(TieredCache<String, String> c) {
    try {
      c.get("absent"); // a read that finds an entry would wait for the change of its key
      return false;
    } catch (IllegalStateException closed) {
      return true;
    }
  }
}
