package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.KEY;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.Seed;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each thread has a space of its own, so it knows which values it may find after each call. The
 * threads put, remove, remove by pattern and clear, while segments are freed all the time, and
 * while the disk fails now and then.
 */
@ExtendWith(Effort.class)
final class OwnWritesTest {
  private static final int THREADS = 4;
  private static final int STEPS = Effort.of(6_000, 100_000, "steps");
  private static final int KEYS = 150;
  private static final int VALUE = 3_000;

  @RegisterExtension
  private final Seed seed = new Seed();

  @TempDir(factory = InMemory.class)
  Path directory;

  private final FakeTime time = new FakeTime();
  private final Random faults = seed.random();

  @ParameterizedTest
  @ValueSource(strings = {"sound", "encrypted", "failing"})
  void areFoundOrNothingIs(String kind) {
    Disk disk = Disk.at(directory).maximumBytes(4_000_000);
    SegmentOutput.Opener files = kind.equals("failing") ? this::failing : SegmentOutput::toFile;
    try (DiskTier tier =
        OpenDisk.of(kind.equals("encrypted") ? disk.encryptedWith(KEY) : disk, time, BOOT, files)) {
      List<CompletableFuture<Void>> threads = IntStream.range(0, THREADS)
          .mapToObj(thread -> CompletableFuture.runAsync(
              () -> work(tier, new Space("c", "t" + thread), seed.value() + thread),
              task -> new Thread(task).start()))
          .toList();
      threads.forEach(CompletableFuture::join);
      assertThat(tier.stats().evictions()).isPositive();
      assertThat(tier.stats().rewrites()).isPositive();
    }
  }

  private SegmentOutput failing(Path file) throws IOException {
    return new WatchedOutput(SegmentOutput.toFile(file)) {
      @Override
      public void write(ByteBuffer from, int position) throws IOException {
        fail();
        super.write(from, position);
      }

      @Override
      public void truncate(int size) throws IOException {
        fail();
        super.truncate(size);
      }
    };
  }

  private void fail() throws IOException {
    if (faults.nextInt(300) == 0) {
      throw new IOException("made to fail");
    }
  }

  private void work(DiskTier tier, Space space, long seed) {
    Random random = new Random(seed);
    String[] expected = new String[KEYS];
    for (int step = 0; step < STEPS; step++) {
      time.advance(Duration.ofMillis(50)); // so that write pauses end
      int i = random.nextInt(KEYS);
      TierKey key = new TierKey(space, ("k" + i).getBytes(UTF_8));
      Lookup found = await(tier.get(key));
      if (found instanceof Lookup.Hit hit) {
        assertThat(new String(hit.item().payload(), UTF_8))
            .as("seed %s, step %s, key %s", seed, step, i)
            .isEqualTo(expected[i]);
      }
      int dice = random.nextInt(1_000);
      if (dice < 400) {
        expected[i] = value(space + "." + step, VALUE + random.nextInt(VALUE));
        Outcome put = await(tier.put(key, Fixture.item(expected[i])));
        expected[i] = put instanceof Outcome.Done ? expected[i] : "absent after " + put;
      } else if (dice < 450) {
        Outcome removed = await(tier.remove(key));
        expected[i] = "removed, " + removed;
      } else if (dice < 470) {
        int digit = random.nextInt(10);
        Outcome removed = await(tier.removeMatching(space, name -> name[1] == '0' + digit));
        if (removed instanceof Outcome.Done) {
          for (int k = 0; k < KEYS; k++) {
            expected[k] = ("k" + k).charAt(1) == '0' + digit ? "matched at " + step : expected[k];
          }
        }
      } else if (dice < 471) {
        Outcome cleared = await(tier.clear(space));
        Arrays.fill(expected, "cleared at " + step + ", " + cleared);
      }
    }
  }
}
