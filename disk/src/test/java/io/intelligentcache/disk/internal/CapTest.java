package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Seed;
import io.intelligentcache.disk.internal.FaultyFiles.Access;
import io.intelligentcache.disk.internal.FaultyFiles.HalfWritten;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.HintFile;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.tier.FakeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The maximum holds at every instant. The size of all files is measured before each single change
 * to any of them, so no state is missed. Now and then {@code du} is asked too.
 */
final class CapTest {
  private static final Set<Access> CHANGES = Set.of(
      Access.OPEN_TO_WRITE,
      Access.WRITE,
      Access.TRUNCATE,
      Access.MOVE,
      Access.DELETE,
      Access.FORCE);
  private static final int BLOCK = 4096;
  private static final int ASK_DU = 150;

  /**
   * A file system whose blocks contain only bytes of files. Other file systems add some of their
   * own.
   */
  @TempDir(factory = InMemory.class)
  Path directory;

  @RegisterExtension
  private final Seed seed = new Seed();

  private final Random random = seed.random();
  private final FakeTime time = new FakeTime();
  private int changes;
  private long most;
  private volatile int failEvery = Integer.MAX_VALUE;

  /** Measures, in the thread that is about to change a file. */
  private synchronized void before(Access access, Path file) throws IOException {
    if (!CHANGES.contains(access)) {
      return;
    }
    most = Math.max(most, ++changes % ASK_DU == 0 ? allocatedByDu() : allocated());
    if (access == Access.WRITE && changes % failEvery == 0) {
      throw new HalfWritten("made to fail: " + file);
    }
  }

  /** The size in whole blocks, as file systems allocate them. */
  private long allocated() throws IOException {
    long sum = 0;
    for (Path file : files()) {
      sum += blocks(file);
    }
    return sum;
  }

  private static long blocks(Path file) {
    return (file.toFile().length() + BLOCK - 1) / BLOCK * BLOCK; // 0 if it does not exist
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private long allocatedByDu() throws IOException {
    List<String> command = new ArrayList<>(List.of("du", "--block-size=1", "--total", "--"));
    files().forEach(file -> command.add(file.toString()));
    Process du;
    try {
      du = new ProcessBuilder(command).start();
    } catch (IOException e) {
      return allocated(); // the command du is missing
    }
    String[] said = new String(du.getInputStream().readAllBytes(), UTF_8).split("\n", -1);
    String last = said.length < 2 ? "" : said[said.length - 2];
    return last.endsWith("total") ? Long.parseLong(last.split("\t", 2)[0]) : allocated();
  }

  @ParameterizedTest
  @ValueSource(longs = {4_000_000, 8_000_000, 64_000_000})
  void noInstantSeesMoreOnDiskThanTheMaximum(long cap) {
    String what = "seed " + seed;
    var files = new FaultyFiles(directory);
    files.fault(this::before);
    var ledger = new Ledger("users", 300);
    long written = 0;
    for (int session = 0; session < 4; session++) {
      failEvery = session == 2 ? 97 : Integer.MAX_VALUE;
      try (DiskTier tier =
          Fixture.open(files.path(directory), cap, time, BOOT, SegmentOutput::toFile)) {
        long end = written + (session == 0 ? cap : cap / 2);
        while (written < end) {
          written += session == 1 ? tiny(tier, ledger) : step(tier, ledger, cap);
        }
        ledger.check(tier, what);
        assertThat(tier.stats().bytes()).isLessThanOrEqualTo(cap);
      }
      ledger.crashed();
    }
    assertThat(changes).isGreaterThan(ASK_DU);
    assertThat(most).as(what).isBetween(cap * 3 / 4, cap);
  }

  /** A hint file takes at most the blocks that its segment leaves. */
  @Test
  void aSegmentAndItsHintFileTakeAtMostTheBlocksOfASegment() {
    long cap = 4_000_000;
    var ledger = new Ledger("users", 300);
    try (DiskTier tier = Fixture.open(directory, cap, time, BOOT, SegmentOutput::toFile)) {
      for (long written = 0; written < cap; ) {
        written += tiny(tier, ledger);
      }
    }
    int room = SegmentGeometry.of(cap).segmentBytes();
    for (int number = 0; number < SegmentGeometry.MIN_SEGMENTS; number++) {
      Path segment = directory.resolve("seg-0000" + number);
      assertThat(blocks(segment) + blocks(HintFile.of(segment))).isLessThanOrEqualTo(room);
    }
    assertThat(HintFile.of(directory.resolve("seg-00000"))).exists();
  }

  /** Puts so many entries per segment that hint files take a large part of the room. */
  private static long tiny(DiskTier tier, Ledger ledger) {
    ledger.putSome(tier, 0, ledger.keys(), 10);
    return 100L * ledger.keys();
  }

  /** Executes one step; returns about how many bytes it put. */
  private long step(DiskTier tier, Ledger ledger, long cap) {
    int key = random.nextInt(ledger.keys());
    int kind = random.nextInt(400);
    if (kind == 0) {
      ledger.clear(tier);
    } else if (kind < 40) {
      ledger.remove(tier, key);
    } else {
      int largest = SegmentGeometry.of(cap).maxRecordBytes() - 200;
      int size = random.nextInt(random.nextInt(10) == 0 ? largest : (int) (cap / 400));
      ledger.put(tier, key, size);
      if (failEvery < Integer.MAX_VALUE) {
        time.advance(Duration.ofSeconds(20));
      }
      return size;
    }
    return cap / 8_000;
  }
}
