package io.intelligentcache.internal.demotion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.CodecException;
import io.intelligentcache.internal.Insides;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Scheduler;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Entries that are only in memory are written to disk in the background, if the disk tier wants that. */
@Timeout(60)
final class WriteBehindTest {
  private static final Duration WITHIN = Duration.ofSeconds(1);

  /** A third of that, less what flushing takes. */
  private static final Duration ROUND = Duration.ofMillis(300);

  private static final Duration TICK = Duration.ofMillis(20);

  /** The writer does not pause for less than 5 ms. */
  private static final Duration NOT_YET = Duration.ofMillis(6);

  private final List<String> offered = new CopyOnWriteArrayList<>();
  private final AtomicReference<Outcome> refusal = new AtomicReference<>();
  private final HeapTier disk = new HeapTier(TimeSource.SYSTEM);
  private final FakeScheduler scheduler = new FakeScheduler();
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .memory(Memory.ofMegabytes(10).policy(EvictionPolicy.LRU))
      .disk(context -> new ForwardingTier(disk) {
        @Override
        public Duration writesBehind() {
          return WITHIN;
        }

        @Override
        public CompletableFuture<Outcome> offer(TierKey key, Item item, Worth worth, boolean last) {
          offered.add(new String(key.bytes(), UTF_8));
          Outcome answer = refusal.get();
          return answer == null ? super.offer(key, item, worth, last) : completedFuture(answer);
        }
      })
      .time(TimeSource.SYSTEM, scheduler)
      .build();
  private final TieredCache<Integer, String> cache =
      manager.cache("c", Integer.class, String.class);

  @AfterEach
  void close() {
    manager.close();
  }

  /** Waits until rounds have written two markers. Then all entries that were in memory at the call are written. */
  private void awaitRound(int marker) {
    for (int key = marker; key <= marker + 1; key++) {
      cache.put(key, "marker");
      String name = Integer.toString(key);
      scheduler.advanceUntil(TICK, () -> offered.contains(name));
    }
  }

  /** A writer with a scheduler of its own, so that nothing but its pauses is pending there. */
  private final class Writer implements AutoCloseable {
    private final FakeScheduler pauses = new FakeScheduler();
    private final WriteBehind writer =
        new WriteBehind(Insides.of(manager).memory(), disk, TimeSource.SYSTEM, pauses, WITHIN);

    Writer() {
      writer.start();
    }

    /** Advances the time when the writer pauses, and waits until it pauses again. */
    void advance(Duration time) {
      awaitPause();
      pauses.advance(time);
      awaitPause();
    }

    private void awaitPause() {
      pauses.advanceUntil(Duration.ZERO, () -> pauses.pending() == 1);
    }

    @Override
    public void close() {
      writer.close();
    }
  }

  @Test
  void anEntryIsWrittenInTheSecondRoundThatSeesItAndNotBefore() {
    cache.put(1, "value");
    try (var writer = new Writer()) {
      writer.advance(ROUND);
      writer.advance(ROUND.minus(NOT_YET));
      assertThat(offered).isEmpty();
      writer.advance(NOT_YET);
      assertThat(offered).containsExactly("1");
    }
  }

  @Test
  void theWritesOfARoundAreSpreadOverMostOfIt() {
    for (int key = 0; key < 10; key++) {
      cache.put(key, "value");
    }
    try (var writer = new Writer()) {
      writer.advance(ROUND);
      writer.advance(ROUND);
      assertThat(offered).hasSize(1);
      for (int written = 2; written <= 10; written++) {
        writer.advance(ROUND.multipliedBy(8).dividedBy(100).minus(NOT_YET));
        assertThat(offered).hasSize(written - 1);
        writer.advance(NOT_YET);
        assertThat(offered).hasSize(written);
      }
    }
  }

  @Test
  void theSchedulerEndsAPauseAndClosingEndsTheThread() throws Exception {
    var pauses = new FakeScheduler();
    var writer = new WriteBehind(
        Insides.of(manager).memory(), disk, TimeSource.SYSTEM, pauses, Duration.ofHours(3));
    var thread = new Thread(writer);
    thread.start();
    for (int round = 0; round < 3; round++) {
      await().until(() -> pauses.pending() == 1);
      pauses.advance(Duration.ofHours(1));
    }
    await().until(() -> pauses.pending() == 1);
    writer.close();
    thread.join();
    assertThat(pauses.pending()).isZero();
  }

  @Test
  void aSchedulerThatHoldsALockWhileItWakesTheWriterDoesNotBlockForEver() throws Exception {
    var pauses = new LockingScheduler();
    var writer = new WriteBehind(
        Insides.of(manager).memory(), disk, TimeSource.SYSTEM, pauses, Duration.ofHours(3));
    var thread = new Thread(writer);
    thread.start();
    await().until(() -> pauses.time.pending() == 1);
    CompletableFuture<Void> woken;
    synchronized (pauses) {
      writer.close(); // the writer wakes, and may ask for the time
      await().until(() -> thread.getState() != Thread.State.TIMED_WAITING);
      woken = CompletableFuture.runAsync(() -> pauses.alarm.run());
      woken.get(10, TimeUnit.SECONDS);
    }
    thread.join();
  }

  /** A scheduler whose methods are synchronized. */
  private static final class LockingScheduler implements Scheduler {
    final FakeScheduler time = new FakeScheduler();
    volatile Runnable alarm = () -> {};

    @Override
    public synchronized long nanos() {
      return time.nanos();
    }

    @Override
    public synchronized Future<?> schedule(Runnable work, long delayNanos) {
      alarm = work;
      return time.schedule(work, delayNanos);
    }
  }

  @Test
  void whatDoesNotChangeIsWrittenOnceAndStaysInMemory() {
    for (int key = 0; key < 100; key++) {
      cache.put(key, "value");
    }
    awaitRound(1_000);
    awaitRound(2_000);
    assertThat(offered).hasSize(104).doesNotHaveDuplicates();
    assertThat(cache.stats().entries()).isEqualTo(104);
    assertThat(cache.stats().demotions()).isEqualTo(104);
    assertThat(cache.stats().evictions()).isZero();
  }

  @Test
  void whatIsPutAgainIsWrittenAgain() {
    cache.put(1, "old");
    awaitRound(1_000);
    cache.put(1, "new");
    awaitRound(2_000);
    assertThat(offered).filteredOn("1"::equals).hasSize(2);
    manager.close();
    assertThat(offered)
        .filteredOn("1"::equals)
        .as("closing has nothing to write")
        .hasSize(2);
  }

  @Test
  void theHottestIsWrittenFirst() {
    refusal.set(new Outcome.Refused(Reason.DECLINED)); // ends each round
    for (int key = 0; key < 100; key++) {
      cache.put(key, "value");
    }
    cache.get(17);
    offered.clear(); // an earlier round may still offer another one
    scheduler.advanceUntil(TICK, () -> offered.size() >= 4);
    assertThat(offered.subList(1, 4)).as("one each round").containsOnly("17");
  }

  @Test
  void whatTheDiskHasIsNotWrittenWhenItIsEvicted() {
    for (int key = 0; key < 100; key++) {
      cache.put(key, "value");
    }
    awaitRound(1_000);
    int before = offered.size();
    manager.resizeMemory(1);
    assertThat(cache.stats().evictions()).isEqualTo(102);
    assertThat(offered).hasSize(before);
    assertThat(cache.get(1)).isEqualTo("value");
  }

  @Test
  void anAbsenceAndWhatHasExpiredAreNotWritten() {
    cache.put(1, "short", EntryOptions.ttl(Duration.ofMillis(1)));
    awaitRound(1_000);
    awaitRound(2_000);
    assertThat(offered).doesNotContain("1").hasSize(4);
  }

  @Test
  void aValueThatCantBeWrittenIsTriedOnceAndKeepsNothingFromBeingWritten() {
    TieredCache<Integer, String> odd =
        manager.cache("odd", CacheSpec.of(Integer.class, String.class).codec(new Failing()));
    odd.put(-1, "value");
    awaitRound(1_000);
    awaitRound(2_000);
    assertThat(odd.stats().unwritable()).isEqualTo(1);
    assertThat(odd.get(-1)).isEqualTo("value");
  }

  private static final class Failing implements Codec<String> {
    @Override
    public String id() {
      return "failing";
    }

    @Override
    public byte[] encode(String value) {
      throw new CodecException("can't be written", null);
    }

    @Override
    public String decode(byte[] bytes) {
      return "";
    }
  }
}
