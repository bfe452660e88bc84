package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.USERS;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.putForSure;
import static io.intelligentcache.disk.internal.Fixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.intelligentcache.Effort;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.DiskInspection.SpaceInspection;
import io.intelligentcache.disk.DiskInspector;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.FaultyFiles.Access;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists the entries of a space while the log changes, and where the device fails. */
final class DiskListingTest {
  private static final int ENTRIES = Effort.of(50_000, 1_000_000, "entries");
  private static final int LISTINGS = Effort.of(5, 50, "listings");

  @TempDir
  Path directory;

  private final ConditionFactory reclaimed =
      Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(1, MILLISECONDS);

  /** Lists a space. Fails if a page is refused. */
  private static List<String> list(Tier tier, Space space, Consumer<Listing.Page> between) {
    List<String> names = new ArrayList<>();
    Listing.Cursor next = null;
    do {
      Listing.Page page = (Listing.Page) await(tier.list(space, next));
      page.entries().forEach(entry -> names.add(new String(entry.key().bytes(), UTF_8)));
      between.accept(page);
      next = page.next();
    } while (next != null);
    return names;
  }

  @Test
  void hasAnEntryOnceHoweverOftenItIsOverwritten() throws Exception {
    int keys = 5_000;
    try (DiskTier tier = open(directory, 512_000_000)) {
      Set<String> all = new HashSet<>();
      for (int i = 0; i < keys; i++) {
        putForSure(tier, "k" + i, "v");
        all.add("k" + i);
      }
      AtomicBoolean done = new AtomicBoolean();
      var thread = Executors.newSingleThreadExecutor();
      try {
        Future<?> writing = thread.submit(() -> {
          Random random = new Random(1);
          while (!done.get()) {
            putForSure(tier, "k" + random.nextInt(keys), "again");
          }
        });
        for (int i = 0; i < LISTINGS; i++) {
          assertThat(list(tier, USERS, page -> {})).containsExactlyInAnyOrderElementsOf(all);
        }
        done.set(true);
        writing.get(30, SECONDS);
      } finally {
        done.set(true);
        thread.shutdownNow();
      }
    }
  }

  @Test
  void hasAnEntryOnceThatIsRelocatedAndNoneThatIsGone() {
    try (DiskTier tier = open(directory, 20_000_000)) {
      for (int i = 0; i < 1_500; i++) {
        putForSure(tier, "k" + i, "v" + i);
      }
      Set<String> before = present(tier); // a read entry is relocated when its segment is freed
      int[] filler = {0};
      long rewrites = tier.stats().rewrites();
      List<String> names = list(tier, USERS, page -> {
        while (tier.stats().rewrites() == rewrites && filler[0] < 20_000) {
          String name = "filler" + filler[0]++;
          putForSure(tier, name, value(name, 8_000));
          if (filler[0] % 10 == 0) { // or the reclaimer falls behind, and relocates nothing
            await(tier.remove(key(name)));
            reclaimed.until(() -> tier.stats().bytes() <= 18_000_000);
          }
        }
      });
      assertThat(tier.stats().rewrites()).isGreaterThan(rewrites);
      assertThat(names).doesNotHaveDuplicates();
      Set<String> after = present(tier);
      after.retainAll(before);
      assertThat(after).isNotEmpty();
      assertThat(names).containsAll(after);
    }
  }

  private static Set<String> present(Tier tier) {
    Set<String> there = new HashSet<>();
    for (int i = 0; i < 1_500; i++) {
      if (get(tier, "k" + i) != null) {
        there.add("k" + i);
      }
    }
    return there;
  }

  @Test
  void countsTheBytesThatAnInspectionFinds() throws Exception {
    Space tenant = new Space("users", "t");
    long[] bytes = {0, 0};
    try (DiskTier tier = open(directory)) {
      for (int i = 0; i < 500; i++) {
        putForSure(tier, "k" + i, value("v" + i, i));
        await(tier.put(new TierKey(tenant, ("t" + i).getBytes(UTF_8)), item("v")));
      }
      list(tier, USERS, page -> bytes[0] += bytes(page));
      list(tier, tenant, page -> bytes[1] += bytes(page));
    }
    assertThat(DiskInspector.inspect(directory).spaces())
        .extracting(
            SpaceInspection::tenant, SpaceInspection::liveEntries, SpaceInspection::liveBytes)
        .containsExactlyInAnyOrder(tuple("", 500L, bytes[0]), tuple("t", 500L, bytes[1]));
  }

  private static long bytes(Listing.Page page) {
    return page.entries().stream().mapToLong(Listing.Stored::bytes).sum();
  }

  @Test
  void listsAfterAReopen() {
    try (DiskTier tier = open(directory)) {
      putForSure(tier, "k", "v");
      putForSure(tier, "removed", "v");
      await(tier.remove(key("removed")));
      await(tier.put(new TierKey(new Space("users", "cleared"), new byte[0]), item("v")));
      await(tier.clear(new Space("users", "cleared")));
    }
    try (DiskTier tier = open(directory)) {
      assertThat(list(tier, USERS, page -> {})).containsExactly("k");
      assertThat(list(tier, new Space("users", "cleared"), page -> {})).isEmpty();
    }
  }

  @Test
  void manyEntriesAreListedInPagesOfABoundedSize() {
    try (DiskTier tier = open(directory, 512_000_000)) {
      for (int i = 0; i < ENTRIES; i++) {
        putForSure(tier, "k" + i, "v");
      }
      List<Integer> sizes = new ArrayList<>();
      List<String> names = list(tier, USERS, page -> sizes.add(page.entries().size()));
      // Of a million keys, a few have the same bits in the index, and the later one replaces the
      // other.
      int there = (int) tier.stats().entries();
      assertThat(there).isBetween(ENTRIES - 20, ENTRIES);
      assertThat(names.size()).isEqualTo(there);
      assertThat(new HashSet<>(names).size()).isEqualTo(there);
      assertThat(sizes).allMatch(size -> size <= Listing.PAGE_ENTRIES);
      assertThat(list(tier, new Space("another", ""), page -> {})).isEmpty();
    }
  }

  @Test
  void aSegmentThatCantBeReadRefusesTheListing() {
    FaultyFiles files = new FaultyFiles(directory);
    try (DiskTier tier = OpenDisk.of(
        Disk.at(files.path(directory)).maximumBytes(SMALL),
        new Environment(new FakeTime(), new FakeScheduler(), BOOT, SegmentOutput::toFile))) {
      for (int i = 0; i < 300; i++) {
        putForSure(tier, "k" + i, value("v" + i, 8_000));
      }
      putForSure(tier, "k299", "acknowledged when all is in the file");
      files.fault((access, file) -> {
        if (access == Access.READ) {
          throw new IOException("made to fail: input/output error");
        }
      });
      assertThat(await(tier.list(USERS, null)))
          .isInstanceOfSatisfying(Listing.Refused.class, refused -> {
            assertThat(refused.why()).isEqualTo(Reason.BROKEN);
            assertThat(refused.detail()).contains("can't be read");
          });
    }
  }

  @Test
  void aTierThatIsClosedBetweenTwoPagesRefusesTheNextOne() {
    DiskTier tier = open(directory);
    for (int i = 0; i < 2_000; i++) {
      putForSure(tier, "k" + i, "v");
    }
    Listing.Page page = (Listing.Page) await(tier.list(USERS, null));
    assertThat(page.next()).isNotNull();
    tier.close();
    assertThat(await(tier.list(USERS, page.next())))
        .isEqualTo(new Listing.Refused(Reason.CLOSED, ""));
  }

  @Test
  void anEntryWhoseTimeIsOverIsNotListed() {
    FakeTime time = new FakeTime();
    try (DiskTier tier = open(directory, SMALL, time, BOOT, SegmentOutput::toFile)) {
      await(tier.put(key("k"), item("v").expiringAt(time.epochMillis() + 1_000)));
      assertThat(list(tier, USERS, page -> {})).containsExactly("k");
      time.advance(Duration.ofSeconds(1));
      assertThat(list(tier, USERS, page -> {})).isEmpty();
    }
  }
}
