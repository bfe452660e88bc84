package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.tier.Deadlines;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.ForwardingTier;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads of a device that hangs. */
final class ReadDeadlineTierTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** A tier whose reads hang in the calling thread while a test says so. */
  private static final class Device extends ForwardingTier {
    final AtomicInteger hanging = new AtomicInteger();
    volatile CountDownLatch well = new CountDownLatch(0);

    Device(Tier tier) {
      super(tier);
    }

    @Override
    public boolean readsBlock() {
      return true;
    }

    @Override
    public CompletableFuture<Lookup> get(TierKey key) {
      CountDownLatch now = well;
      hanging.incrementAndGet();
      try {
        assertThat(now.await(60, SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } finally {
        hanging.decrementAndGet();
      }
      return super.get(key);
    }
  }

  private final FakeTime time = new FakeTime();
  private final Device device = new Device(new HeapTier(time));
  private final Deadlines deadlines = new Deadlines("timer");
  private final ReadDeadlineTier tier = new ReadDeadlineTier(device, time, deadlines);

  @AfterEach
  void close() {
    device.well.countDown();
    tier.close();
    deadlines.close();
  }

  private static TierKey key(String name) {
    return new TierKey(new Space("c", ""), name.getBytes(UTF_8));
  }

  private void put(String... names) {
    for (String name : names) {
      byte[] value = name.getBytes(UTF_8);
      assertThat(tier.put(key(name), new Item(value, value.length, false, 7, Item.NEVER))
              .join())
          .isEqualTo(Outcome.DONE);
    }
  }

  private static Lookup refused(Reason why) {
    return new Lookup.Refused(why);
  }

  @Test
  void aReadThatHangsIsLateAndThoseAfterItAreRefusedAtOnceUntilItIsWell() {
    put("a", "b");
    device.well = new CountDownLatch(1);
    CompletableFuture<Lookup> read = tier.get(key("a"));
    await().until(() -> device.hanging.get() == 1);
    assertThat(read).isNotDone();
    time.advance(ReadDeadlineTier.DEADLINE);
    assertThat(read).succeedsWithin(LONG).isEqualTo(refused(Reason.LATE));
    await().until(() -> !tier.stats().available());
    assertThat(tier.get(key("b"))).isCompletedWithValue(refused(Reason.OPEN));
    assertThat(tier.getAll(List.of(key("a"), key("b"))))
        .isCompletedWithValue(List.of(refused(Reason.OPEN), refused(Reason.OPEN)));
    assertThat(tier.stats().refused()).isEqualTo(4);
    await().until(() -> device.hanging.get() == 2); // tried again, by one read only
    device.well.countDown();
    await().until(() -> tier.stats().available());
    assertThat(tier.get(key("b"))).succeedsWithin(LONG).isInstanceOf(Lookup.Hit.class);
  }

  @Test
  void whatItDoesNotHaveIsAnsweredWhileItHangs() {
    put("a");
    device.well = new CountDownLatch(1);
    var unused = tier.get(key("a"));
    await().until(() -> device.hanging.get() == 1);
    assertThat(device.mayContain(key("none"))).isFalse();
    device.well.countDown();
    assertThat(tier.get(key("none"))).succeedsWithin(LONG).isEqualTo(Lookup.MISS);
  }

  @Test
  void removalsAndOverwritesHoldWhileItHangs() {
    put("a", "b");
    device.well = new CountDownLatch(1);
    var late = tier.get(key("a"));
    await().until(() -> device.hanging.get() == 1);
    assertThat(tier.remove(key("a")).join()).isEqualTo(Outcome.DONE);
    put("b");
    device.well.countDown();
    assertThat(late).succeedsWithin(LONG);
    assertThat(tier.get(key("a"))).succeedsWithin(LONG).isEqualTo(Lookup.MISS);
  }

  @Test
  void ofManyKeysThoseThatWereReadAreAnswered() {
    put("a", "b");
    device.well = new CountDownLatch(1);
    var hold = new CountDownLatch(1);
    CountDownLatch first = device.well;
    CompletableFuture<List<Lookup>> read = tier.getAll(List.of(key("a"), key("b")));
    await().until(() -> device.hanging.get() == 1);
    device.well = hold;
    first.countDown();
    await().until(() -> device.hanging.get() == 1 && device.well == hold && first.getCount() == 0);
    await().untilAsserted(() -> {
      time.advance(ReadDeadlineTier.DEADLINE);
      assertThat(read).isDone();
    });
    assertThat(read.join().get(0)).isInstanceOf(Lookup.Hit.class);
    assertThat(read.join().get(1)).isEqualTo(refused(Reason.LATE));
  }

  @Test
  void closingEndsReadsThatHang() {
    put("a");
    device.well = new CountDownLatch(1);
    CompletableFuture<Lookup> read = tier.get(key("a"));
    await().until(() -> device.hanging.get() == 1);
    tier.close();
    deadlines.close();
    assertThat(read).isCompletedWithValue(refused(Reason.LATE));
    assertThat(tier.get(key("a"))).isCompletedWithValue(refused(Reason.CLOSED));
  }

  @Test
  void theQueueIsBounded() {
    put("a");
    device.well = new CountDownLatch(1);
    List<CompletableFuture<Lookup>> reads = new ArrayList<>();
    for (int i = 0; i < ReadDeadlineTier.THREADS + ReadDeadlineTier.WAITING; i++) {
      reads.add(tier.get(key("a")));
    }
    assertThat(tier.get(key("a"))).isCompletedWithValue(refused(Reason.BUSY));
    device.well.countDown();
    assertThat(reads).allSatisfy(read -> assertThat(read).succeedsWithin(LONG));
  }

  @Test
  void neitherSynchronousNorAsynchronousReadsHang() {
    try (var manager = TieredCacheManager.builder()
        .memory(Memory.ofBytes(1))
        .disk(context -> device)
        .build()) {
      var cache = manager.cache("c", String.class, String.class);
      for (String key : List.of("k1", "k2", "k3")) {
        cache.put(key, "old");
        await().until(() -> cache.get(key) != null); // from the device
      }
      device.well = new CountDownLatch(1);
      assertThat(cache.get("k1", key -> "loaded")).isEqualTo("loaded");
      assertThat(cache.async().get("k2", key -> "loaded")).succeedsWithin(LONG).isEqualTo("loaded");
      assertThat(cache.getAll(List.of("k3"), key -> "loaded")).containsValue("loaded");
      assertThat(cache.get("other", key -> "loaded")).isEqualTo("loaded");
      device.well.countDown();
    }
  }
}
