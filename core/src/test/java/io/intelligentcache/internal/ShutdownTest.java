package io.intelligentcache.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.LoadException;
import io.intelligentcache.Logged;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.codec.Codec;
import io.intelligentcache.internal.demotion.FinalFlush;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TierStats;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing a manager: the entries in memory are written to disk in time, and no caller is left waiting. */
@Timeout(60)
final class ShutdownTest {
  private static final int ENTRIES = 100;
  private static final Duration HOUR = Duration.ofHours(1);

  /** A disk tier that a test can keep from accepting writes. */
  private static class Disk extends ForwardingTier {
    final CountDownLatch go = new CountDownLatch(1);
    final CountDownLatch asked = new CountDownLatch(1);
    final AtomicInteger puts = new AtomicInteger();
    final AtomicInteger busy = new AtomicInteger();
    final AtomicBoolean closed = new AtomicBoolean();
    final AtomicLong capacity = new AtomicLong(1_000_000_000);

    Disk() {
      super(new HeapTier(TimeSource.SYSTEM));
    }

    static Disk free() {
      var disk = new Disk();
      disk.go.countDown();
      return disk;
    }

    @Override
    public CompletableFuture<Outcome> offer(TierKey key, Item item, Worth worth, boolean last) {
      return worth == Worth.REQUIRED
          ? put(key, item)
          : CompletableFuture.completedFuture(new Outcome.Refused(Reason.DECLINED));
    }

    @Override
    public CompletableFuture<Outcome> put(TierKey key, Item item) {
      asked.countDown();
      pass(go);
      if (busy.getAndDecrement() > 0) {
        return CompletableFuture.completedFuture(new Outcome.Refused(Reason.BUSY));
      }
      puts.incrementAndGet();
      return super.put(key, item);
    }

    @Override
    public TierStats stats() {
      return TierStats.none().capacityBytes(capacity.get());
    }

    @Override
    public void close() {
      closed.set(true); // and its entries can still be read
    }

    boolean has(String cache, Object key) {
      return get(new TierKey(new Space(cache, ""), key.toString().getBytes(UTF_8)))
              .join()
          instanceof Lookup.Hit;
    }
  }

  private static void pass(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static TieredCacheManager.Builder builder(Disk disk) {
    return TieredCacheManager.builder().closeTimeout(HOUR).disk(context -> disk);
  }

  private static TieredCache<Integer, String> filled(TieredCacheManager manager) {
    TieredCache<Integer, String> cache = manager.cache("c", Integer.class, String.class);
    for (int key = 0; key < ENTRIES; key++) {
      cache.put(key, "value " + key);
    }
    return cache;
  }

  private static Thread started(Runnable work) {
    var thread = new Thread(work);
    thread.start();
    return thread;
  }

  private static void assertAllWritten(Disk disk) {
    for (int key = 0; key < ENTRIES; key++) {
      assertThat(disk.has("c", key)).as("key %d", key).isTrue();
    }
  }

  @Test
  void whatIsInMemoryGetsToDiskThoughItIsNotWorthAWriteOtherwise() {
    Disk disk = Disk.free();
    TieredCacheManager manager = builder(disk).build();
    TieredCache<Integer, String> cache = filled(manager);
    manager.close();
    assertAllWritten(disk);
    assertThat(cache.stats().demotions()).isEqualTo(ENTRIES);
    assertThat(disk.closed).isTrue();
    assertThatThrownBy(() -> cache.get(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDiskThatIsBusyIsWaitedFor() {
    Disk disk = Disk.free();
    disk.busy.set(20);
    TieredCacheManager manager = builder(disk).build();
    filled(manager);
    manager.close();
    assertAllWritten(disk);
  }

  @Test
  void aSecondCloseReturnsWhenTheFirstIsThrough() throws Exception {
    Disk disk = new Disk();
    TieredCacheManager manager = builder(disk).build();
    filled(manager);
    Thread first = started(manager::close);
    disk.asked.await();
    var writtenThen = new AtomicInteger();
    Thread second = started(() -> {
      manager.close();
      writtenThen.set(disk.puts.get());
    });
    await().until(() -> second.getState() == Thread.State.TIMED_WAITING);
    disk.go.countDown();
    second.join();
    assertThat(writtenThen).hasValue(ENTRIES);
    first.join();
    manager.close();
  }

  @Test
  void aDiskThatHangsEndsTheWaitOfEachCallAtTheTimeout() {
    Disk disk = new Disk();
    var scheduler = new FakeScheduler();
    TieredCacheManager manager =
        builder(disk).time(TimeSource.SYSTEM, scheduler).build();
    filled(manager);
    String log = Logged.during(() -> {
      List<Thread> closing = List.of(started(manager::close), started(manager::close));
      pass(disk.asked);
      closing.forEach(
          thread -> await().until(() -> thread.getState() == Thread.State.TIMED_WAITING));
      scheduler.advance(HOUR);
      closing.forEach(thread -> await().until(() -> !thread.isAlive()));
    });
    assertThat(log).contains("has not closed within PT1H", "0 of 100 entries so far");
    assertThat(disk.closed).isFalse();
    disk.go.countDown();
    await().untilTrue(disk.closed);
  }

  @Test
  void whatHasNoTimeLeftIsNotWrittenAndTheTiersAreClosed() {
    Disk disk = new Disk();
    var scheduler = new FakeScheduler();
    TieredCacheManager manager =
        builder(disk).time(TimeSource.SYSTEM, scheduler).build();
    filled(manager);
    String log = Logged.during(() -> {
      Thread closing = started(manager::close);
      pass(disk.asked);
      scheduler.advance(HOUR.minusSeconds(2)); // the rest is for the tiers
      disk.go.countDown();
      await().until(() -> !closing.isAlive());
    });
    assertThat(log).contains("99 of the 100 entries", "for 99 there was no time");
    assertThat(disk.closed).isTrue();
  }

  @Test
  void whatADiskRefusesIsCountedInTheLogAndNotTriedOneByOne() {
    Disk disk = new Disk() {
      @Override
      public CompletableFuture<Outcome> put(TierKey key, Item item) {
        puts.incrementAndGet();
        return CompletableFuture.completedFuture(new Outcome.Refused(Reason.OPEN));
      }
    };
    TieredCacheManager manager = builder(disk).build();
    filled(manager);
    assertThat(Logged.during(manager::close))
        .contains("100 of the 100 entries in memory", "100 the disk tier refused");
    assertThat(disk.puts).hasValue(1);
  }

  @Test
  void whereTimeIsShortTheColdestIsLeftOut() {
    var now = new AtomicLong();
    List<Integer> written = new ArrayList<>();
    Disk disk = new Disk() {
      @Override
      public CompletableFuture<Outcome> offer(TierKey key, Item item, Worth worth, boolean last) {
        written.add(Integer.valueOf(new String(key.bytes(), UTF_8)));
        now.addAndGet(Duration.ofMillis(100).toNanos()); // 10 s for all
        return CompletableFuture.completedFuture(Outcome.DONE);
      }
    };
    TieredCacheManager manager =
        builder(disk).memory(Memory.ofMegabytes(1).policy(EvictionPolicy.LRU)).build();
    filled(manager);
    var writes = new FinalFlush(
        Insides.of(manager).memory(), disk, now::get, Duration.ofSeconds(5).toNanos());
    writes.write(tables -> {});
    assertThat(Logged.during(writes::report)).contains("for 50 there was no time");
    assertThat(written).hasSize(50).contains(ENTRIES - 1, ENTRIES - 50);
    assertThat(Insides.of(manager).memory().used()).isZero();
    manager.close();
  }

  @Test
  void aDiskSmallerThanMemoryKeepsTheHottest() {
    Disk disk = Disk.free();
    TieredCacheManager manager =
        builder(disk).memory(Memory.ofMegabytes(1).policy(EvictionPolicy.LRU)).build();
    filled(manager);
    long each = Insides.of(manager).memory().used() / ENTRIES;
    String log = Logged.during(() -> closeBehind(manager, disk, 10 * each));
    assertThat(log).contains("90 of the 100 entries", "for 90 it has no room");
    assertThat(disk.has("c", ENTRIES - 1)).isTrue();
    assertThat(disk.has("c", 0)).isFalse();
  }

  private static void closeBehind(TieredCacheManager manager, Disk disk, long capacity) {
    disk.capacity.set(capacity / 3 * 4);
    manager.close();
  }

  @Test
  void whoWaitsForALoadIsToldWhileTheDiskIsBeingWritten() throws Exception {
    Disk disk = new Disk();
    TieredCacheManager manager = builder(disk).loadTimeout(HOUR).build();
    TieredCache<Integer, String> cache = filled(manager);
    var loading = new CountDownLatch(1);
    CompletableFuture<String> load = cache.async().get(-1, key -> {
      loading.countDown();
      Thread.sleep(HOUR.toMillis());
      return "never";
    });
    loading.await();
    Thread closing = started(manager::close);
    assertThatThrownBy(load::join)
        .hasCauseInstanceOf(LoadException.class)
        .hasMessageContaining("closed");
    assertThat(closing.isAlive()).isTrue();
    disk.go.countDown();
    closing.join();
  }

  @Test
  void whoWaitsForAnAtomicOperationIsTold() throws Exception {
    Disk disk = Disk.free();
    TieredCacheManager manager = builder(disk).build();
    TieredCache<Integer, String> cache = filled(manager);
    var computing = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    CompletableFuture<String> computed = cache.async().compute(1, (key, there) -> {
      computing.countDown();
      pass(end);
      return "never";
    });
    computing.await();
    manager.close();
    assertThatThrownBy(computed::join).hasMessageContaining("closed");
    end.countDown();
  }

  @Test
  void aCodecMayCloseTheManagerThatIsWritingByIt() {
    Disk disk = Disk.free();
    TieredCacheManager[] manager = new TieredCacheManager[1];
    var closing = new AtomicBoolean();
    manager[0] = builder(disk).build();
    var cache =
        manager[0].cache("c", CacheSpec.of(Integer.class, String.class).codec(new TextCodec() {
          @Override
          public byte[] encode(String value) {
            if (closing.get()) {
              manager[0].close();
            }
            return super.encode(value);
          }
        }));
    cache.put(1, "one");
    closing.set(true);
    manager[0].close();
    assertThat(disk.has("c", 1)).isTrue();
  }

  @Test
  void aCallbackMayCloseTheManager() throws Exception {
    Disk disk = Disk.free();
    TieredCacheManager manager = builder(disk).build();
    TieredCache<Integer, String> cache = filled(manager);
    cache.async().get(-1, key -> "loaded").thenRun(manager::close).get(30, SECONDS);
    assertThat(disk.closed).isTrue();
    assertAllWritten(disk);
  }

  @Test
  void aLoaderMayCloseTheManager() {
    Disk disk = Disk.free();
    TieredCacheManager manager = builder(disk).build();
    TieredCache<Integer, String> cache = filled(manager);
    try {
      assertThat(cache.get(-1, key -> {
            manager.close();
            return "loaded";
          }))
          .isEqualTo("loaded");
    } catch (LoadException told) { // whichever comes first
      assertThat(told).hasMessageContaining("closed");
    }
    manager.close();
    assertAllWritten(disk);
  }

  @Test
  void anInterruptIsKeptAndLosesNothing() {
    Disk disk = Disk.free();
    TieredCacheManager manager = builder(disk).build();
    filled(manager);
    Thread.currentThread().interrupt();
    manager.close();
    assertThat(Thread.interrupted()).isTrue();
    assertAllWritten(disk);
  }

  @Test
  void aTierThatCantCloseDoesNotKeepTheOthersFromIt() {
    var closed = new AtomicBoolean();
    TieredCacheManager manager = TieredCacheManager.builder()
        .disk(context -> new ForwardingTier(new HeapTier(TimeSource.SYSTEM)) {
          @Override
          public void close() {
            throw new NoClassDefFoundError("undeployed");
          }
        })
        .redis(context -> new ForwardingTier(new HeapTier(TimeSource.SYSTEM)) {
          @Override
          public void close() {
            closed.set(true);
          }
        })
        .build();
    assertThat(Logged.during(manager::close)).contains("is closing the disk tier, failed");
    assertThat(closed).isTrue();
  }

  @Test
  void everyPutThatReturnedIsThereThoughSixteenThreadsWriteMeanwhile() throws Exception {
    Disk disk = Disk.free();
    TieredCacheManager manager = builder(disk).build();
    TieredCache<String, Integer> cache = manager.cache("c", String.class, Integer.class);
    Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
    var unexpected = new ConcurrentLinkedQueue<Throwable>();
    var underWay = new CountDownLatch(16);
    List<Thread> writers = new ArrayList<>();
    for (int thread = 0; thread < 16; thread++) {
      String prefix = thread + ":";
      writers.add(started(() -> {
        try {
          for (int i = 0; ; i++) {
            String key = prefix + i % 100;
            cache.put(key, i);
            acknowledged.put(key, i);
            underWay.countDown();
          }
        } catch (IllegalStateException closed) {
          // what ends it
        } catch (Throwable other) {
          unexpected.add(other);
        }
      }));
    }
    underWay.await();
    manager.close();
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(unexpected).isEmpty();
    TieredCacheManager reopened =
        TieredCacheManager.builder().disk(context -> disk).build();
    TieredCache<String, Integer> after = reopened.cache("c", String.class, Integer.class);
    acknowledged.forEach((key, value) -> assertThat(after.get(key)).as(key).isEqualTo(value));
    reopened.close();
  }

  @Test
  void whatAnotherThreadIsEvictingMeanwhileIsWritten() throws Exception {
    Disk disk = Disk.free();
    TieredCacheManager manager =
        builder(disk).memory(Memory.ofBytes(10_000).policy(EvictionPolicy.LRU)).build();
    var evicting = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var slow = new AtomicBoolean();
    TieredCache<Integer, String> cache =
        manager.cache("c", CacheSpec.of(Integer.class, String.class).codec(new TextCodec() {
          @Override
          public byte[] encode(String value) {
            if (slow.get() && Thread.currentThread().getName().equals("evicting")) {
              evicting.countDown();
              pass(go);
            }
            return super.encode(value);
          }
        }));
    for (int key = 0; key < 10; key++) {
      cache.put(key, "value");
    }
    slow.set(true);
    var thread = new Thread(() -> manager.resizeMemory(1), "evicting");
    thread.start();
    evicting.await();
    manager.close();
    for (int key = 0; key < 10; key++) {
      assertThat(disk.has("c", key)).as("key %d", key).isTrue();
    }
    go.countDown();
    thread.join();
    assertThat(disk.has("c", 0)).as("the late eviction has not made it absent").isTrue();
  }

  @Test
  void withoutADiskThereIsNothingToSay() {
    TieredCacheManager manager = TieredCacheManager.builder().build();
    filled(manager);
    assertThat(Logged.during(manager::close)).isEmpty();
  }

  @Test
  void callsThatComeLaterAreRefusedAlsoIfTheyAskForNothing() {
    TieredCacheManager manager = builder(Disk.free()).build();
    TieredCache<Integer, String> cache = filled(manager);
    manager.close();
    List<Runnable> calls = List.of(
        () -> cache.getAll(List.of()),
        () -> cache.putAll(Map.of()),
        () -> cache.invalidateAll(List.of()),
        () -> cache.warm(List.of(), key -> "value"));
    assertThat(calls)
        .allSatisfy(
            call -> assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class));
  }

  @Test
  void theTimeoutIsPositiveAndAtMostAnHour() {
    for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(-1), HOUR.plusNanos(1))) {
      assertThatThrownBy(() -> TieredCacheManager.builder().closeTimeout(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("closeTimeout", wrong.toString());
    }
  }

  private static class TextCodec implements Codec<String> {
    @Override
    public String id() {
      return "text";
    }

    @Override
    public byte[] encode(String value) {
      return value.getBytes(UTF_8);
    }

    @Override
    public String decode(byte[] bytes) {
      return new String(bytes, UTF_8);
    }
  }
}
