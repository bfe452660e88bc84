package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.USERS;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.bytes;
import static io.intelligentcache.disk.internal.Fixture.copy;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.putForSure;
import static io.intelligentcache.disk.internal.Fixture.value;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Seed;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.internal.memory.HeapSizes;
import io.intelligentcache.internal.memory.size.HeapSize;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TierStats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class BoundsTest {
  @RegisterExtension
  private final Seed seed = new Seed();

  @TempDir
  Path directory;

  @Test
  void allFilesTogetherStayWithinTheMaximumAtEveryInstant() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong most = new AtomicLong();
    var watcher = Executors.newSingleThreadExecutor();
    try (DiskTier tier = open(directory)) {
      Future<?> watching = watcher.submit(() -> {
        while (!done.get()) {
          most.accumulateAndGet(bytes(directory), Math::max);
        }
        return most;
      });
      Random random = new Random(1);
      List<CompletableFuture<Outcome>> open = new ArrayList<>();
      for (int i = 0; i < 30_000; i++) {
        String key = "k" + random.nextInt(1_500);
        open.add(tier.put(key(key), item(value(key + "/" + i, 500 + random.nextInt(8_000)))));
        if (i % 1_000 == 999) {
          open.forEach(Fixture::await);
          open.clear();
        }
      }
      TierStats stats = tier.stats();
      assertThat(stats.evictions()).isPositive();
      assertThat(stats.bytes()).isLessThanOrEqualTo(SMALL);
      assertThat(stats.damaged()).isZero();
      done.set(true);
      watching.get(30, SECONDS);
      most.accumulateAndGet(bytes(directory), Math::max); // the watcher may have missed it
    } finally {
      watcher.shutdownNow();
    }
    assertThat(most.get()).isBetween(SMALL * 9 / 10, SMALL);
    assertThat(bytes(directory)).isLessThanOrEqualTo(SMALL);
  }

  @Test
  void theOldestGoesFirstAndTheNewestStay() {
    try (DiskTier tier = open(directory)) {
      for (int i = 0; i < 3_000; i++) {
        putForSure(tier, "k" + i, value("v" + i, 8_000));
      }
      // Segments are freed in the background. Until that ends, the oldest segment changes.
      Awaitility.await().untilAsserted(() -> holdsOnlyTheNewest(tier, 3_000));
    }
  }

  private static void holdsOnlyTheNewest(DiskTier tier, int put) {
    int oldest =
        IntStream.range(0, put).filter(i -> get(tier, "k" + i) != null).min().orElse(0);
    assertThat(oldest).isBetween(2_000, 2_600);
    for (int i = oldest; i < put; i++) {
      assertThat(get(tier, "k" + i)).isEqualTo(value("v" + i, 8_000));
    }
    assertThat(tier.stats().entries()).isEqualTo(put - oldest);
    assertThat(tier.stats().evictions()).isEqualTo(oldest);
  }

  /**
   * Otherwise, if a first put of an evicted key was lost in a crash, the evicted value would come
   * back.
   */
  @Test
  void whatWasEvictedIsGoneFromTheFilesToo() throws IOException {
    Path copy = directory.resolve("copy");
    Path live = directory.resolve("live");
    List<String> evicted = new ArrayList<>();
    try (DiskTier tier = open(live, 20_000_000)) { // enough to keep two segments free
      for (int i = 0; i < 3_000; i++) {
        putForSure(tier, "k" + i, value("v" + i, 8_000));
      }
      putForSure(
          tier, "k2999", value("v2999", 8_000)); // when an overwrite is done, all is in the file
      Awaitility.await().until(() -> tier.stats().bytes() < 17.5 * (1 << 20));
      for (int i = 0; i < 3_000; i++) {
        if (get(tier, "k" + i) == null) {
          evicted.add("k" + i);
        }
      }
      copy(live, copy);
    }
    assertThat(evicted).isNotEmpty();
    try (DiskTier tier = open(copy, 20_000_000)) {
      assertThat(evicted).allMatch(key -> get(tier, key) == null);
      assertThat(get(tier, "k2800")).isEqualTo(value("v2800", 8_000));
    }
  }

  @Test
  void anInterruptedReaderGetsItsAnswerAndDisturbsNobody() throws Exception {
    try (DiskTier tier = open(directory)) {
      for (int i = 0; i < 200; i++) {
        put(tier, "k" + i, value("v" + i, 2_000));
      }
      put(tier, "k0", value("v0", 2_000)); // acknowledged when all is in the file
      AtomicBoolean done = new AtomicBoolean();
      CountDownLatch started = new CountDownLatch(3);
      List<Thread> readers = new ArrayList<>();
      List<Throwable> failures = new CopyOnWriteArrayList<>();
      for (int t = 0; t < 3; t++) {
        Thread reader = new Thread(() -> {
          started.countDown();
          for (int i = 0; !done.get(); i++) {
            boolean before = Thread.currentThread().isInterrupted();
            String expected = value("v" + i % 200, 2_000);
            if (!expected.equals(get(tier, "k" + i % 200))) {
              failures.add(new AssertionError("a miss at " + i));
              return;
            }
            if (before && !Thread.currentThread().isInterrupted()) {
              failures.add(new AssertionError("its flag is down at " + i));
              return;
            }
          }
        });
        reader.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
        readers.add(reader);
        reader.start();
      }
      assertThat(started.await(10, SECONDS)).isTrue();
      for (int i = 0; i < 20_000; i++) {
        readers.get(0).interrupt(); // its flag stays set, so each read is interrupted
      }
      for (int i = 0; i < 200; i++) {
        assertThat(get(tier, "k" + i)).isEqualTo(value("v" + i, 2_000));
      }
      done.set(true);
      for (Thread reader : readers) {
        reader.join(10_000);
      }
      assertThat(failures).isEmpty();
      assertThat(tier.stats().damaged()).isZero();
      assertThat(tier.stats().misses()).isZero();
    }
  }

  @Test
  void anInterruptedThreadCanPutAndClose() {
    DiskTier tier = open(directory);
    Thread.currentThread().interrupt();
    CompletableFuture<Outcome> first = tier.put(key("k"), item("v1"));
    CompletableFuture<Outcome> second = tier.put(key("k"), item("v2"));
    tier.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(List.of(await(first), await(second))).containsOnly(Outcome.DONE);
    try (DiskTier again = open(directory)) {
      assertThat(get(again, "k")).isEqualTo("v2");
    }
  }

  @Test
  void clearedEntriesAreCountedOutInTheBackground() {
    Space other = new Space("other", "");
    try (DiskTier tier = open(directory)) {
      for (int i = 0; i < 500; i++) {
        put(tier, "k" + i, "v");
      }
      await(tier.put(new TierKey(other, new byte[1]), item("x")));
      await(tier.clear(USERS));
      Awaitility.await().until(() -> tier.stats().entries() == 1);
    }
  }

  @Test
  void theIndexTakesLessThan24BytesPerEntryOnAverage() {
    Index index = new Index();
    Random random = new Random(1);
    double sum = 0;
    int samples = 0;
    for (int entries = 1; entries <= 1_000_000; entries++) {
      index.put(random.nextLong(), Address.of(1, 64, 64));
      if (entries >= 100_000 && entries % 10_000 == 0) {
        sum += heapBytes(index) / (double) entries;
        samples++;
      }
    }
    assertThat(index.live()).isBetween(999_990L, 1_000_000L);
    assertThat(sum / samples).isLessThan(24);
  }

  private static long heapBytes(Index index) {
    HeapSize size = HeapSizes.of(index, Long.MAX_VALUE);
    assertThat(size.missing()).isNull();
    return size.bytes();
  }

  @Test
  void theIndexBehavesAsAMap() {
    Random random = seed.random();
    Index index = new Index();
    var model = new HashMap<Long, Long>();
    for (int step = 0; step < 300_000; step++) {
      long hash = random.nextInt(4) * (1L << 62) + random.nextInt(3_000) * 1_431_655L % (1L << 32);
      long address = Address.of(random.nextInt(50), 64 + 8 * random.nextInt(100_000), 64);
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          long before = index.put(hash, address);
          Long expected = model.put(hash, address);
          assertThat(before).isEqualTo(expected == null ? Address.NONE : expected);
        }
        case 2 -> {
          long before = index.remove(hash);
          Long expected = model.remove(hash);
          assertThat(before).isEqualTo(expected == null ? Address.NONE : expected);
        }
        default -> assertThat(index.find(hash)).isEqualTo(model.getOrDefault(hash, Address.NONE));
      }
      if (step % 10_000 == 0) {
        int victim = random.nextInt(50);
        index.removeIf(a -> Address.segment(a) == victim);
        model.values().removeIf(a -> Address.segment(a) == victim);
        assertThat(index.live()).as("seed %s", seed).isEqualTo(model.size());
      }
    }
  }
}
