package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.USERS;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.copy;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.putForSure;
import static io.intelligentcache.disk.internal.Fixture.remove;
import static io.intelligentcache.disk.internal.Fixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Seed;
import io.intelligentcache.disk.internal.file.DirectoryLock;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.format.SegmentHeader;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Entries that were read are relocated once. Entries that must be gone are not. */
final class ReclaimTest {
  private static final long BYTES = 20_000_000; // so that two segments are kept free
  private static final int VALUE = 8_000;
  private static final int ROUND = 3_000; // such entries fill 1.2 logs
  private static final int FEW = 5;

  /** With more bytes than this, a segment must be freed. */
  private static final long ENOUGH = enough(SegmentGeometry.of(BYTES));

  @RegisterExtension
  private final Seed seed = new Seed();

  @TempDir
  Path directory;

  private final FakeTime time = new FakeTime();
  private final ConditionFactory reclaimed =
      Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(1, MILLISECONDS);
  private int fillers;

  private DiskTier openTier(Path where) {
    return open(where, BYTES, time, BOOT, SegmentOutput::toFile);
  }

  private static long enough(SegmentGeometry geometry) {
    return (geometry.segments() - geometry.spare()) * (long) geometry.segmentBytes();
  }

  /**
   * Puts as many bytes as the log has, so that each segment is freed once. Waits for the writer and
   * the reclaimer. On a busy machine they might fall behind, and then fewer entries are relocated.
   */
  private void round(DiskTier tier) {
    for (int i = 0; i < ROUND; i++) {
      String filler = "filler" + fillers++;
      putForSure(tier, filler, value(filler, VALUE));
      if (i % 10 == 9) {
        await(tier.remove(key(filler))); // written at once
        reclaimed.until(() -> tier.stats().bytes() <= ENOUGH);
      }
    }
  }

  private static void putAll(DiskTier tier, int keys) {
    for (int i = 0; i < keys; i++) {
      put(tier, "k" + i, value("k" + i, VALUE));
    }
  }

  private static long there(DiskTier tier, int keys) {
    return IntStream.range(0, keys).filter(i -> get(tier, "k" + i) != null).count();
  }

  @Test
  void whatWasReadIsAppendedAgainAndTheRestGoes() {
    try (DiskTier tier = openTier(directory)) {
      putAll(tier, 100);
      for (int i = 0; i < 100; i += 5) {
        get(tier, "k" + i);
      }
      round(tier);
      int stayed = 0;
      for (int i = 0; i < 100; i++) {
        String found = get(tier, "k" + i);
        if (found != null) {
          assertThat(i % 5).as("k%s was not read", i).isZero();
          assertThat(found).isEqualTo(value("k" + i, VALUE));
          stayed++;
        }
      }
      assertThat(stayed).isGreaterThan(FEW);
      assertThat(tier.stats().rewrites()).isEqualTo(stayed);
      assertThat(tier.stats().damaged()).isZero();
    }
  }

  @Test
  void oneRoundIsOnePardon() {
    try (DiskTier tier = openTier(directory)) {
      putAll(tier, 20);
      assertThat(there(tier, 20)).isEqualTo(20);
      round(tier);
      assertThat(
              IntStream.range(0, 20).filter(i -> tier.mayContain(key("k" + i))).count())
          .isGreaterThan(FEW); // this does not count as a read
      round(tier);
      assertThat(there(tier, 20)).isZero();
    }
  }

  @Test
  void noMoreThanAPartOfASegmentIsAppendedAgain() {
    try (DiskTier tier = openTier(directory)) {
      putAll(tier, 120);
      assertThat(there(tier, 120)).isEqualTo(120);
      round(tier);
      assertThat(there(tier, 120)).isBetween((long) FEW, 60L);
    }
  }

  @Test
  void whatExpiredWasRemovedOrClearedIsNotCarried() {
    try (DiskTier tier = openTier(directory)) {
      byte[] payload = value("k0", VALUE).getBytes(UTF_8);
      long soon = time.epochMillis() + 1_000;
      await(tier.put(key("k0"), new Item(payload, payload.length, false, 7, soon)));
      putOnly(tier, "k1");
      assertThat(get(tier, "k0")).isNotNull();
      assertThat(get(tier, "k1")).isNotNull();
      time.advance(Duration.ofSeconds(1));
      await(tier.clear(USERS));
      putOnly(tier, "k2");
      assertThat(get(tier, "k2")).isNotNull();
      remove(tier, "k2");
      round(tier);
      assertThat(IntStream.range(0, 3).noneMatch(i -> tier.mayContain(key("k" + i))))
          .isTrue();
    }
  }

  private static void putOnly(DiskTier tier, String key) {
    putForSure(tier, key, value(key, VALUE));
  }

  /** Its new position would not show that it was written before the clock was set back. */
  @Test
  void whatAClockSetBackWhileClosedMadeExpireIsNotCarried() {
    byte[] payload = value("k0", VALUE).getBytes(UTF_8);
    long later = time.epochMillis() + 3_600_000;
    try (DiskTier tier = openTier(directory)) {
      await(tier.put(key("k0"), new Item(payload, payload.length, false, 7, later)));
      putOnly(tier, "k1");
    }
    time.jumpWallClock(Duration.ofMinutes(-10));
    try (DiskTier tier = openTier(directory)) {
      assertThat(get(tier, "k0")).isNull();
      round(tier);
      assertThat(get(tier, "k0")).isNull();
    }
  }

  @Test
  void whatWasCarriedSurvivesAKillAndItsOldPlaceDoesNot() throws IOException {
    Path live = directory.resolve("live");
    Path killed = directory.resolve("killed");
    List<String> stayed = new ArrayList<>();
    try (DiskTier tier = openTier(live)) {
      putAll(tier, 20);
      assertThat(there(tier, 20)).isEqualTo(20);
      round(tier);
      for (int i = 0; i < 20; i += 2) {
        remove(tier, "k" + i);
      }
      for (int i = 0; i < 20; i++) {
        stayed.add(get(tier, "k" + i));
      }
      copy(live, killed);
    }
    assertThat(stayed.stream().filter(Objects::nonNull)).isNotEmpty();
    try (DiskTier tier = openTier(killed)) {
      for (int i = 0; i < 20; i++) {
        assertThat(get(tier, "k" + i)).isEqualTo(stayed.get(i));
      }
    }
  }

  /**
   * An entry that will be relocated may be written again after it was read and before it is
   * appended.
   */
  @Test
  void whatWasWrittenAgainIsNotCarriedOverThat() throws IOException {
    DiskStore store = openStore(SegmentOutput::toFile);
    try {
      StoredKey key = StoredKey.of(key("k"), store.hash());
      Item old = Fixture.item("old");
      var unused = store.log().put(key, old);
      long address = store.state().index().find(key.hash());
      unused = store.log().put(key, Fixture.item("new"));
      store.log().relocate(key, old, address);
      assertThat(store.reader().get(USERS, key))
          .isInstanceOfSatisfying(
              Lookup.Hit.class,
              hit -> assertThat(hit.item().payload()).isEqualTo("new".getBytes(UTF_8)));
    } finally {
      store.release();
    }
  }

  /** If it stayed in the index, its address would point into a later generation. */
  @Test
  void whatIsBuriedBeforeItIsCarriedIsForgotten() throws IOException {
    DiskStore store = openStore(SegmentOutput::toFile);
    try {
      StoredKey key = StoredKey.of(key("k"), store.hash());
      Item item = Fixture.item("old");
      var unused = store.log().put(key, item);
      long address = store.state().index().find(key.hash());
      assertThat(store.state().index().mask(key.hash(), address)).isTrue();
      store.log().relocate(key, item, address);
      assertThat(store.state().index().find(key.hash())).isEqualTo(Address.NONE);
    } finally {
      store.release();
    }
  }

  private DiskStore openStore(SegmentOutput.Opener files) throws IOException {
    DirectoryLock lock = DirectoryLock.take(directory.toRealPath());
    return DiskStore.open(lock, DiskSettings.of(BYTES), Fixture.environment(time, files));
  }

  /** A sweep walks from the old end of the log, and relocation moves entries to the new end. */
  @Test
  void whatAPatternRemovesDoesNotGetAwayByBeingCarried() {
    var met = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    try (DiskTier tier = openTier(directory)) {
      putAll(tier, 20);
      assertThat(there(tier, 20)).isEqualTo(20);
      CompletableFuture<Outcome> removing = tier.removeMatching(USERS, name -> {
        met.countDown();
        awaitLatch(goOn);
        return name[0] == 'k';
      });
      awaitLatch(met);
      round(tier);
      goOn.countDown();
      assertThat(await(removing)).isInstanceOf(Outcome.Done.class);
      assertThat(there(tier, 20)).isZero();
    }
  }

  /**
   * The range tombstone is dropped with its segment, and this reader has read the whole record
   * before.
   */
  @Test
  void whatWasClearedIsNotFoundWhileItsSegmentIsFreed() {
    var files = new FaultyFiles(directory);
    var sweeping = new CountDownLatch(1);
    var sweepOn = new CountDownLatch(1);
    try (DiskTier tier = openTier(files.path(directory))) {
      put(tier, "k", "old");
      var unused = tier.removeMatching(USERS, name -> {
        sweeping.countDown();
        awaitLatch(sweepOn); // so that cleared entries stay in the index
        return false;
      });
      awaitLatch(sweeping);
      await(tier.clear(USERS));
      var reader = new HeldReader();
      files.fault(reader);
      var found = CompletableFuture.supplyAsync(
          () -> await(tier.get(key("k"))), task -> new Thread(task, "reader").start());
      awaitLatch(reader.hasRead);
      round(tier);
      reader.goOn.countDown();
      assertThat(await(found)).isEqualTo(Lookup.MISS);
      sweepOn.countDown();
    }
  }

  /** Stops a reader after it has read a record, before it returns. */
  private static final class HeldReader implements FaultyFiles.Fault {
    final CountDownLatch hasRead = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public void before(FaultyFiles.Access access, Path file) {}

    @Override
    public void read(Path file) {
      if (Thread.currentThread().getName().equals("reader")) {
        hasRead.countDown();
        awaitLatch(goOn);
      }
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Otherwise the disk would have two records of an entry, and only one of them would be marked
   * dead.
   */
  @Test
  void aSegmentIsVoidOnDiskBeforeAnythingOfItIsCarried() throws IOException {
    var places = new ConcurrentLinkedQueue<Integer>();
    var opened = new AtomicReference<DiskStore>();
    DiskStore store = openStore(file -> new WatchedOutput(SegmentOutput.toFile(file)) {
      @Override
      public void write(ByteBuffer from, int position) throws IOException {
        if (position == 0
            && from.remaining() == SegmentHeader.BYTES
            && file.endsWith("seg-00000")) {
          DiskStore at = requireNonNull(opened.get());
          long hash = StoredKey.of(key("k0"), at.hash()).hash();
          places.add(Address.segment(at.state().index().find(hash)));
        }
        super.write(from, position);
      }
    });
    opened.set(store);
    try (DiskTier tier = new DiskTier(store)) {
      tier.start();
      putAll(tier, 20);
      assertThat(there(tier, 20)).isEqualTo(20);
      round(tier);
      assertThat(get(tier, "k0")).isNotNull();
      assertThat(places).containsExactly(0);
      store
          .state()
          .index()
          .forEach((hash, address) -> assertThat(
                  store.state().ring().segment(Address.segment(address)).generation())
              .as("no entry lies in a segment that is free")
              .isNotZero());
    }
  }

  /**
   * Each thread has its own keys, so it knows which values it may find. The threads share the
   * segments.
   */
  @Test
  void valuesStayRightWhileSegmentsAreFreedAllTheTime() {
    try (DiskTier tier = openTier(directory)) {
      List<CompletableFuture<Void>> threads = IntStream.range(0, 4)
          .mapToObj(thread -> CompletableFuture.runAsync(
              () -> work(tier, "t" + thread, seed.value() + thread),
              task -> new Thread(task).start()))
          .toList();
      CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new))
          .orTimeout(100, SECONDS)
          .join();
      assertThat(tier.stats().evictions()).isPositive();
      assertThat(tier.stats().rewrites()).isPositive();
      assertThat(tier.stats().damaged()).isZero();
    }
  }

  private static void work(DiskTier tier, String prefix, long seed) {
    Random random = new Random(seed);
    int[] versions = new int[400];
    for (int step = 0; step < 20_000; step++) {
      int i = random.nextInt(1 + random.nextInt(versions.length));
      String name = prefix + "k" + i;
      String found = get(tier, name);
      if (found != null) {
        String expected = value(name + "." + versions[i], VALUE);
        assertThat(found).as("seed %s, step %s", seed, step).isEqualTo(expected);
      }
      if (random.nextInt(5) == 0) {
        versions[i]++;
        await(tier.put(key(name), Fixture.item(value(name + "." + versions[i], VALUE))));
      } else if (random.nextInt(20) == 0) {
        versions[i]++;
        remove(tier, name);
      }
    }
  }
}
