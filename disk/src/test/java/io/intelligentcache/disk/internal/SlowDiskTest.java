package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.USERS;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.copy;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.remove;
import static io.intelligentcache.disk.internal.Fixture.value;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.Tier.Worth;
import io.intelligentcache.tier.TierKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A writer that hangs or fails. Acknowledged operations remain true after a kill. */
final class SlowDiskTest {
  private static final Outcome BUSY = new Outcome.Refused(Reason.BUSY);
  private static final Item OFFERED = item(value("offered", 70_000));
  private static final Outcome BROKEN = new Outcome.Refused(Reason.BROKEN);

  @TempDir
  Path directory;

  private final FakeTime time = new FakeTime();
  private final HeldDisk disk = new HeldDisk();

  private DiskTier openTier(long bytes) {
    return open(directory.resolve("live"), bytes, time, BOOT, disk);
  }

  /** Returns what another process would find if this one were killed now. */
  private DiskTier afterKill(long bytes) throws IOException {
    Path copy = directory.resolve("copy");
    copy(directory.resolve("live"), copy);
    return open(copy, bytes, time, BOOT, SegmentOutput::toFile);
  }

  private void hold(DiskTier tier) {
    var unused = disk.hold(() -> tier.putAll(
        List.of(new Tier.Entry(key("held"), item("1")), new Tier.Entry(key("held"), item("2")))));
  }

  private static void putTwice(DiskTier tier, String key, String value) {
    put(tier, key, "first");
    assertThat(put(tier, key, value)).isEqualTo(Outcome.DONE); // done when it is in the file
  }

  @Test
  void whatWasVoidedBehindASlowWriterStaysSo() throws IOException {
    long bytes = 1_000_000_000;
    int keys = 45_000;
    try (DiskTier tier = openTier(bytes)) {
      for (int i = 0; i < keys; i++) {
        while (!(put(tier, "k" + i, "old") instanceof Outcome.Done)) {}
      }
      remove(tier, "k0");
      fillQueue(tier);
      List<CompletableFuture<Outcome>> removals = new ArrayList<>();
      for (int i = 1; i < keys; i++) {
        removals.add(tier.remove(key("k" + i)));
      }
      disk.letGo();
      removals.forEach(Fixture::await);
      assertThat(removals.stream()
              .filter(removal -> await(removal) instanceof Outcome.Done)
              .count())
          .isGreaterThan(30_000);
      assertThat(directory.resolve("live/MANIFEST")).as("it is void").doesNotExist();
      putTwice(tier, "after", "new");
      try (DiskTier again = afterKill(bytes)) {
        for (int i = 0; i < keys; i++) {
          assertThat(get(again, "k" + i)).isNull();
        }
        assertThat(get(again, "after")).isEqualTo("new");
      }
    }
  }

  @Test
  void whatIsWrittenAfterVoidingIsKeptInOrder() throws IOException {
    try (DiskTier tier = openTier(SMALL)) {
      putTwice(tier, "z", "old");
      disk.full = true;
      assertThat(put(tier, "z", value("new", 5_000))).isEqualTo(BROKEN);
      await(tier.clear(new Space("other", "")));
      disk.full = false;
      time.advance(Duration.ofSeconds(31));
      List<CompletableFuture<Outcome>> puts = new ArrayList<>();
      hold(tier); // while it frees the invalidated segments
      for (int i = 0; i < 30; i++) { // this begins further segments meanwhile
        puts.add(tier.put(key("k" + i), item(value("old" + i, 100_000))));
      }
      disk.letGo();
      puts.forEach(Fixture::await);
      putTwice(tier, "after", "new");
      for (int i = 0; i < 30; i++) {
        remove(tier, "k" + i);
      }
      try (DiskTier again = afterKill(SMALL)) {
        for (int i = 0; i < 30; i++) {
          assertThat(get(again, "k" + i)).isNull();
        }
        assertThat(get(again, "after")).isEqualTo("new");
      }
    }
  }

  @Test
  void noGenerationBeginsWhileOneIsTakenBackHoweverLongThatTakes() throws IOException {
    try (DiskTier tier = openTier(SMALL)) {
      putTwice(tier, "a", "old");
      List<CompletableFuture<Outcome>> puts = new CopyOnWriteArrayList<>();
      hold(tier);
      for (int i = 0; i < 11; i++) {
        puts.add(tier.put(key("b" + i), item(value("b", 100_000))));
      }
      puts.add(tier.put(key("a"), item("lost")));
      disk.broken = "seg-00001";
      AtomicBoolean once = new AtomicBoolean();
      disk.onTruncate = () -> {
        if (once.compareAndSet(false, true)) {
          disk.broken = "none";
          time.advance(Duration.ofSeconds(31));
          puts.add(tier.put(key("x"), item("old"))); // the lock is free, the pause refuses it
        }
      };
      disk.letGo();
      assertThat(await(puts.get(11))).isEqualTo(BROKEN);
      time.advance(Duration.ofSeconds(31));
      for (int i = 0; i < 10; i++) {
        await(tier.put(key("c" + i), item(value("c", 100_000))));
      }
      put(tier, "x", "new");
      putTwice(tier, "y", "new");
      try (DiskTier again = afterKill(SMALL)) {
        assertThat(get(again, "x")).isEqualTo("new");
        assertThat(get(again, "y")).isEqualTo("new");
      }
    }
  }

  @Test
  void aPutBehindARemovalIsAnsweredWithIt() throws IOException {
    try (DiskTier tier = openTier(SMALL)) {
      putTwice(tier, "k", "old");
      hold(tier);
      CompletableFuture<Outcome> removal = tier.remove(key("k"));
      CompletableFuture<Outcome> put = tier.put(key("k"), item("new"));
      assertThat(tier.put(key("other"), item("new"))).isCompletedWithValue(Outcome.DONE);
      assertThat(removal).isNotDone();
      assertThat(put).isNotDone();
      disk.letGo();
      assertThat(await(put)).isEqualTo(Outcome.DONE);
      try (DiskTier again = afterKill(SMALL)) {
        assertThat(get(again, "k")).isEqualTo("new");
      }
    }
  }

  @Test
  void aWriterWithoutMemoryStillAnswersAndForgets() throws IOException {
    try (DiskTier tier = openTier(SMALL)) {
      putTwice(tier, "k", "old");
      putTwice(tier, "l", "old");
      disk.full = true;
      assertThat(put(tier, "k", value("new", 9_999))).isEqualTo(BROKEN);
      disk.outOfMemory = true;
      assertThat(remove(tier, "l")).isInstanceOf(Outcome.Done.class);
      assertThat(tier.clear(USERS)).succeedsWithin(10, SECONDS);
      disk.outOfMemory = false;
      disk.full = false;
      try (DiskTier again = afterKill(SMALL)) {
        assertThat(get(again, "k")).isNull();
        assertThat(get(again, "l")).isNull();
      }
      time.advance(Duration.ofSeconds(61));
      putTwice(tier, "k", "newest");
      assertThat(get(tier, "k")).isEqualTo("newest");
    }
  }

  @Test
  void thoseWhoWaitForAHangingWriterAreBounded() {
    try (DiskTier tier = openTier(SMALL)) {
      putTwice(tier, "k", "old");
      hold(tier);
      assertThat(tier.remove(key("absent"))).isCompletedWithValue(Outcome.DONE);
      assertThat(tier.remove(key("k"))).isNotDone();
      Outcome last = Outcome.DONE;
      for (int i = 0; i < 200_000; i++) {
        last = tier.remove(key("k")).getNow(Outcome.DONE);
      }
      assertThat(last).isEqualTo(BUSY);
      disk.letGo();
      Awaitility.await().until(() -> remove(tier, "k") instanceof Outcome.Done);
    }
  }

  /** Fills the queue of a writer that hangs. */
  private void fillQueue(DiskTier tier) {
    hold(tier);
    int fills = 0;
    while (put(tier, "fill" + fills, value("f", 60_000)) instanceof Outcome.Done) {
      assertThat(++fills).isLessThan(100);
    }
  }

  private static CompletableFuture<Outcome> offer(
      DiskTier tier, String key, Worth worth, boolean last) {
    return tier.offer(key(key), OFFERED, worth, last);
  }

  @ParameterizedTest
  @EnumSource(Worth.class)
  void anOfferIsRefusedAtOnceWhenTheQueueIsFull(Worth worth) throws IOException {
    try (DiskTier tier = openTier(SMALL)) {
      putTwice(tier, "k", "old");
      fillQueue(tier);
      long refused = tier.stats().refused();
      CompletableFuture<Void> offers = CompletableFuture.runAsync(() -> {
        for (int i = 0;
            i < 10_000;
            i++) { // if each waited for 2 ms, it would take more than 20 seconds
          assertThat(offer(tier, "k", worth, false)).isCompletedWithValue(BUSY);
        }
      });
      assertThat(offers).succeedsWithin(15, SECONDS);
      assertThat(tier.stats().refused()).as("all but the last are not counted").isEqualTo(refused);
      assertThat(get(tier, "k")).as("nothing has changed").isEqualTo("old");
      assertThat(offer(tier, "new", worth, true)).isCompletedWithValue(BUSY);
      CompletableFuture<Outcome> last = offer(tier, "k", worth, true);
      assertThat(get(tier, "k")).isNull();
      assertThat(last).as("the removal of the older value is not in the file").isNotDone();
      disk.letGo();
      assertThat(await(last)).isEqualTo(BUSY);
      assertThat(tier.stats().refused()).isEqualTo(refused + 2);
      try (DiskTier again = afterKill(SMALL)) {
        assertThat(get(again, "k")).isNull();
      }
    }
  }

  @Test
  void anOfferThatWasRefusedAsBusySpendsNoBudget() {
    Disk budgeted = Disk.at(directory.resolve("live")).maximumBytes(SMALL).writeBudget(100_000);
    try (DiskTier tier = OpenDisk.of(budgeted, time, BOOT, disk)) {
      putTwice(tier, "k", "old");
      fillQueue(tier);
      for (int i = 0; i < 100; i++) {
        assertThat(offer(tier, "new", Worth.READ, false)).isCompletedWithValue(BUSY);
      }
      var last = offer(tier, "k", Worth.READ, true);
      disk.letGo();
      assertThat(await(last)).isEqualTo(BUSY);
      assertThat(await(tier.remove(key("fill0")))).isEqualTo(Outcome.DONE); // the queue is written
      assertThat(await(offer(tier, "new", Worth.READ, true))).isEqualTo(Outcome.DONE);
      assertThat(await(offer(tier, "newer", Worth.READ, true))).isEqualTo(Outcome.DONE);
      assertThat(await(offer(tier, "newest", Worth.READ, true)))
          .as("beyond the budget")
          .isEqualTo(new Outcome.Refused(Reason.DECLINED));
    }
  }

  @Test
  void aStoreThatCannotBeVoidedSaysSoAndTriesAgain() throws IOException {
    Path manifest = directory.resolve("live/MANIFEST");
    try (DiskTier tier = openTier(SMALL)) {
      putTwice(tier, "k", "old");
      disk.full = true;
      assertThat(put(tier, "k", value("new", 9_999))).isEqualTo(BROKEN);
      byte[] content = Files.readAllBytes(manifest);
      Files.delete(manifest);
      Path inTheWay = Files.createDirectories(manifest.resolve("in the way"));
      assertThat(await(tier.clear(USERS))).isEqualTo(BROKEN);
      assertThat(remove(tier, "absent")).as("nobody knows").isEqualTo(BROKEN);
      Files.delete(inTheWay);
      Awaitility.await().until(() -> !Files.exists(manifest));
      assertThat(content).isNotEmpty();
      assertThat(remove(tier, "absent")).isEqualTo(Outcome.DONE);
      disk.full = false;
      time.advance(Duration.ofSeconds(31));
      putTwice(tier, "k", "newest");
      try (DiskTier again = afterKill(SMALL)) {
        assertThat(get(again, "k")).isEqualTo("newest");
      }
    }
  }

  @Test
  void aPredicateThatFailsIsAnswered() {
    try (DiskTier tier = openTier(SMALL)) {
      put(tier, "k", "v");
      CompletableFuture<Outcome> sweep = tier.removeMatching(USERS, key -> {
        throw new StackOverflowError();
      });
      assertThat(await(sweep)).isEqualTo(BROKEN);
      assertThat(await(tier.removeMatching(USERS, key -> true))).isEqualTo(new Outcome.Done(1));
    }
  }

  @Test
  void aCallbackThatInterruptsTheWriterDoesNoHarm() {
    try (DiskTier tier = openTier(SMALL)) {
      putTwice(tier, "k", "old");
      hold(tier);
      CompletableFuture<Void> interrupted =
          tier.put(key("k"), item("new")).thenRun(() -> Thread.currentThread().interrupt());
      disk.letGo();
      await(interrupted);
      for (int i = 0; i < 20; i++) {
        assertThat(put(tier, "k", "new" + i)).isEqualTo(Outcome.DONE);
      }
      assertThat(tier.stats().available()).isTrue();
    }
  }

  @Test
  void aFullDiskIsWrittenToAgainInThePlaceOfTheOldest() {
    try (DiskTier tier = openTier(SMALL)) {
      putTwice(tier, "k", "old");
      for (int i = 0; i < 30; i++) {
        await(tier.put(key("fill" + i), item(value("f", 100_000))));
      }
      putTwice(tier, "k", "newer");
      disk.full = true; // and stays full
      assertThat(put(tier, "k", value("new", 200_000))).isEqualTo(BROKEN);
      time.advance(Duration.ofSeconds(31));
      putTwice(tier, "k", "newest");
      assertThat(get(tier, "k")).isEqualTo("newest");
      assertThat(get(tier, "fill29")).isEqualTo(value("f", 100_000));
    }
  }

  @Test
  void aKilledStoreOpensOnADiskThatTakesNothing() throws IOException {
    try (DiskTier tier = openTier(SMALL)) {
      putTwice(tier, "k", "old");
      Path copy = directory.resolve("copy");
      copy(directory.resolve("live"), copy);
      SegmentOutput.Opener failing = file -> {
        throw new IOException("made to fail");
      };
      try (DiskTier again = open(copy, SMALL, time, BOOT, failing)) {
        assertThat(get(again, "k")).isEqualTo("old");
      }
    }
  }

  @Test
  void readersDoNotTakeWhatIsGivenUpForDamage() {
    try (DiskTier tier = openTier(SMALL)) {
      for (int round = 0; round < 20; round++) {
        time.advance(Duration.ofMinutes(11));
        int keys = 1_000;
        hold(tier);
        List<TierKey> pending = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
          pending.add(key(round + "/" + i));
          await(tier.put(pending.get(i), item("v")));
        }
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
          while (tier.stats().available()) {
            pending.forEach(key -> await(tier.get(key)));
          }
        });
        disk.broken = "any";
        disk.letGo();
        await(reading);
        put(tier, "refused", "when the writer has cleaned up");
        disk.broken = "none";
      }
      assertThat(tier.stats().damaged()).isZero();
    }
  }
}
