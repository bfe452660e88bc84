package io.intelligentcache.internal.tier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Memory;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.Unprintable;
import io.intelligentcache.internal.concurrent.DeadlineTimer;
import io.intelligentcache.internal.concurrent.Timeouts;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads of a device that hangs. */
final class ReadDeadlineTierTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private static final Space SPACE = new Space("c", "");

  private static final Duration HALF = TimedRead.DEADLINE.dividedBy(2);

  /** A tier whose reads of existing keys hang in the calling thread as long as a test wants that. */
  private static final class Device extends ForwardingTier {
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger hanging = new AtomicInteger();
    volatile CountDownLatch well = new CountDownLatch(0);
    volatile @Nullable RuntimeException failure;

    Device(Tier tier) {
      super(tier);
    }

    /** Lets reads hang from now on, until the latch is counted down. */
    CountDownLatch hang() {
      well = new CountDownLatch(1);
      return well;
    }

    @Override
    public boolean readsBlock() {
      return true;
    }

    @Override
    public CompletableFuture<Lookup> get(TierKey key) {
      if (mayContain(key)) {
        read();
      }
      return super.get(key);
    }

    private void read() {
      CountDownLatch now = well;
      hanging.incrementAndGet();
      begun.incrementAndGet();
      try {
        assertThat(now.await(60, SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } finally {
        hanging.decrementAndGet();
      }
      RuntimeException mischief = failure;
      if (mischief != null) {
        throw mischief;
      }
    }

    @Override
    public CompletableFuture<Listing> list(Space space, Listing.@Nullable Cursor from) {
      read();
      return super.list(space, from);
    }

    @Override
    public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
      return CompletableFuture.completedFuture(
          keys.stream().map(key -> get(key).join()).toList());
    }
  }

  private final FakeScheduler scheduler = new FakeScheduler();
  private final Device device = new Device(new HeapTier(TimeSource.SYSTEM));
  private final DeadlineTimer deadlines = new DeadlineTimer(scheduler);
  private final ReadDeadlineTier tier =
      new ReadDeadlineTier(device, new Timeouts(deadlines, Runnable::run));

  @AfterEach
  void close() {
    device.well.countDown();
    tier.close();
    deadlines.close();
  }

  private static TierKey key(String name) {
    return new TierKey(SPACE, name.getBytes(UTF_8));
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

  /** Reads a key on every reader thread, where each read hangs. */
  private List<CompletableFuture<Lookup>> hangAllThreads(String name) {
    List<CompletableFuture<Lookup>> reads = new ArrayList<>();
    for (int i = 0; i < ReaderThreads.THREADS; i++) {
      reads.add(tier.get(key(name)));
    }
    await().until(() -> device.hanging.get() == ReaderThreads.THREADS);
    return reads;
  }

  @Test
  void aReadThatHangsIsLateAndThoseAfterItAreRefusedAtOnceUntilItIsWell() {
    put("a", "b");
    device.hang();
    CompletableFuture<Lookup> read = tier.get(key("a"));
    await().until(() -> device.hanging.get() == 1);
    scheduler.advance(TimedRead.DEADLINE.minusNanos(1));
    assertThat(read).isNotDone();
    assertThat(tier.stats().available()).isTrue();
    scheduler.advance(Duration.ofNanos(1));
    assertThat(read).isCompletedWithValue(refused(Reason.LATE));
    assertThat(tier.stats().available()).isFalse();
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
  void aPageOfAListingThatHangsIsLateAndOpensTheBreakerUntilItIsWell() {
    put("a");
    device.hang();
    CompletableFuture<Listing> page = tier.list(SPACE, null);
    await().until(() -> device.hanging.get() == 1);
    scheduler.advance(TimedRead.DEADLINE.minusNanos(1));
    assertThat(page).isNotDone();
    scheduler.advance(Duration.ofNanos(1));
    assertThat(page).isCompletedWithValue(new Listing.Refused(Reason.LATE, ""));
    assertThat(tier.list(SPACE, null)).isCompletedWithValue(new Listing.Refused(Reason.OPEN, ""));
    assertThat(tier.get(key("a"))).isCompletedWithValue(refused(Reason.OPEN));
    assertThat(tier.stats().refused()).isEqualTo(3);
    device.well.countDown();
    await().until(() -> tier.stats().available());
    assertThat(tier.list(SPACE, null)).succeedsWithin(LONG).isInstanceOf(Listing.Page.class);
    device.failure = new IllegalStateException("made to fail");
    assertThat(tier.list(SPACE, null))
        .succeedsWithin(LONG)
        .isEqualTo(new Listing.Refused(Reason.BROKEN, ""));
  }

  @Test
  void theTimerOnlyHandsTheCheckOverBecauseItMayLog() {
    put("a");
    Queue<Runnable> given = new ConcurrentLinkedQueue<>();
    try (var checked = new ReadDeadlineTier(device, new Timeouts(deadlines, given::add))) {
      device.hang();
      CompletableFuture<Lookup> read = checked.get(key("a"));
      await().until(() -> device.hanging.get() == 1);
      scheduler.advance(TimedRead.DEADLINE);
      assertThat(read).isNotDone();
      assertThat(checked.stats().available()).isTrue();
      given.remove().run();
      assertThat(read).isCompletedWithValue(refused(Reason.LATE));
      assertThat(checked.stats().available()).isFalse();
      device.well.countDown();
    }
  }

  @Test
  void whatItDoesNotHaveIsAnsweredWhileAllThreadsHang() {
    put("a");
    device.hang();
    hangAllThreads("a");
    assertThat(tier.get(key("none"))).isCompletedWithValue(Lookup.MISS);
    assertThat(tier.getAll(List.of(key("none"), key("neither"))))
        .isCompletedWithValue(List.of(Lookup.MISS, Lookup.MISS));
  }

  @Test
  void ofManyKeysThoseThatItDoesNotHaveAreMissesWhenTheRestIsLateOrRefused() {
    put("a", "b");
    device.hang();
    List<TierKey> keys = List.of(key("none"), key("a"), key("neither"), key("b"));
    CompletableFuture<List<Lookup>> read = tier.getAll(keys);
    await().until(() -> device.hanging.get() == 1);
    scheduler.advance(TimedRead.DEADLINE);
    assertThat(read)
        .succeedsWithin(LONG)
        .isEqualTo(List.of(Lookup.MISS, refused(Reason.LATE), Lookup.MISS, refused(Reason.LATE)));
    await().until(() -> !tier.stats().available());
    assertThat(tier.getAll(keys))
        .isCompletedWithValue(
            List.of(Lookup.MISS, refused(Reason.OPEN), Lookup.MISS, refused(Reason.OPEN)));
    assertThat(tier.stats().misses()).isEqualTo(4);
    assertThat(tier.stats().refused()).isEqualTo(4);
  }

  @Test
  void answersOfManyKeysAreInTheirOrder() {
    put("a", "b");
    List<Lookup> answers = tier.getAll(List.of(key("b"), key("none"), key("a"))).join();
    assertThat(answers)
        .isEqualTo(List.of(
            device.get(key("b")).join(), Lookup.MISS, device.get(key("a")).join()));
  }

  @Test
  void aReadThatWaitedForOthersIsLateButOpensTheBreakerOnlyIfItHangsItself() {
    put("a", "b");
    CountDownLatch others = device.hang();
    List<CompletableFuture<Lookup>> reads = hangAllThreads("a");
    CompletableFuture<Lookup> waits = tier.get(key("b"));
    scheduler.advance(HALF);
    CountDownLatch own = device.hang();
    others.countDown();
    await().until(() -> device.begun.get() == ReaderThreads.THREADS + 1);
    assertThat(reads)
        .allSatisfy(read -> assertThat(read).succeedsWithin(LONG).isInstanceOf(Lookup.Hit.class));
    scheduler.advance(HALF);
    assertThat(waits).isCompletedWithValue(refused(Reason.LATE));
    assertThat(tier.stats().available()).isTrue();
    scheduler.advance(HALF); // the deadline since its start has passed
    assertThat(tier.stats().available()).isFalse();
    own.countDown();
    await().until(() -> tier.stats().available());
  }

  @Test
  void aReadThatIsLateBeforeItBeginsIsNotReadAtAll() {
    put("a", "b");
    CountDownLatch well = device.hang();
    hangAllThreads("a");
    CompletableFuture<Lookup> waits = tier.get(key("b"));
    scheduler.advance(TimedRead.DEADLINE);
    assertThat(waits).isCompletedWithValue(refused(Reason.LATE));
    assertThat(tier.stats().available()).isFalse();
    well.countDown();
    await().until(() -> tier.stats().available());
    assertThat(tier.get(key("a"))).succeedsWithin(LONG).isInstanceOf(Lookup.Hit.class);
    assertThat(device.begun).hasValue(ReaderThreads.THREADS + 2); // the probe and the last one
  }

  @Test
  void aFailureThatCantBePrintedIsAnsweredAndClosesTheBreaker() {
    put("a");
    device.failure = new Unprintable();
    for (int i = 0; i < 2 * ReaderThreads.THREADS; i++) {
      assertThat(tier.get(key("a"))).succeedsWithin(LONG).isEqualTo(refused(Reason.BROKEN));
    }
    CountDownLatch well = device.hang();
    CompletableFuture<Lookup> read = tier.get(key("a"));
    await().until(() -> device.hanging.get() == 1);
    scheduler.advance(TimedRead.DEADLINE);
    assertThat(read).succeedsWithin(LONG).isEqualTo(refused(Reason.LATE));
    await().until(() -> device.hanging.get() == 2); // tried again
    well.countDown();
    await().until(() -> tier.stats().available());
    device.failure = null;
    assertThat(tier.get(key("a"))).succeedsWithin(LONG).isInstanceOf(Lookup.Hit.class);
  }

  @Test
  void aProbeThatIsLateLeavesTheBreakerOpenUntilOneIsInTime() {
    put("a");
    CountDownLatch read = device.hang();
    var unused = tier.get(key("a"));
    await().until(() -> device.hanging.get() == 1);
    CountDownLatch probe = device.hang();
    scheduler.advance(TimedRead.DEADLINE);
    await().until(() -> device.hanging.get() == 2);
    scheduler.advance(TimedRead.DEADLINE);
    CountDownLatch next = device.hang();
    probe.countDown();
    read.countDown();
    await().until(() -> device.hanging.get() == 0);
    // It probes again when the probe before has ended.
    scheduler.advanceUntil(Duration.ofMillis(100), () -> device.hanging.get() == 1);
    assertThat(tier.stats().available()).isFalse();
    next.countDown();
    scheduler.advanceUntil(Duration.ofMillis(100), () -> tier.stats().available());
  }

  @Test
  void removalsAndOverwritesHoldWhileItHangs() {
    put("a", "b");
    device.hang();
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
    CountDownLatch first = device.hang();
    CompletableFuture<List<Lookup>> read = tier.getAll(List.of(key("a"), key("b")));
    await().until(() -> device.begun.get() == 1);
    device.hang();
    first.countDown();
    await().until(() -> device.begun.get() == 2);
    scheduler.advance(TimedRead.DEADLINE);
    assertThat(read).succeedsWithin(LONG);
    assertThat(read.join().get(0)).isInstanceOf(Lookup.Hit.class);
    assertThat(read.join().get(1)).isEqualTo(refused(Reason.LATE));
  }

  @Test
  void closingEndsReadsThatHang() {
    put("a");
    device.hang();
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
    device.hang();
    List<CompletableFuture<Lookup>> reads = hangAllThreads("a");
    for (int i = 0; i < ReaderThreads.WAITING; i++) {
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
        .time(TimeSource.SYSTEM, scheduler)
        .loadTimeout(Duration.ofHours(1))
        .build()) {
      var cache = manager.cache("c", String.class, String.class);
      for (String key : List.of("k1", "k2", "k3")) {
        cache.put(key, "old");
        await().until(() -> cache.get(key) != null); // from the device
      }
      device.hang();
      var reads = List.of(
          CompletableFuture.supplyAsync(() -> cache.get("k1", key -> "loaded")),
          cache.async().get("k2", key -> "loaded"),
          CompletableFuture.supplyAsync(
              () -> cache.getAll(List.of("k3"), key -> "loaded").get("k3")));
      scheduler.advanceUntil(
          TimedRead.DEADLINE.dividedBy(10),
          () -> reads.stream().allMatch(CompletableFuture::isDone));
      assertThat(reads).allSatisfy(read -> assertThat(read).isCompletedWithValue("loaded"));
      assertThat(cache.get("other", key -> "loaded")).isEqualTo("loaded");
      device.well.countDown();
    }
  }
}
