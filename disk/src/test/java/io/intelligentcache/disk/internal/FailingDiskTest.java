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

import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FailingDiskTest {
  @TempDir
  Path directory;

  private final FakeTime time = new FakeTime();
  private final FaultyDisk disk = new FaultyDisk();

  /** A full disk: a write that makes a file longer fails after a part of it was written. */
  private final class FaultyDisk implements SegmentOutput.Opener {
    volatile boolean full;
    volatile boolean dead;
    volatile String broken = "none";
    volatile boolean waiting;
    volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public SegmentOutput open(Path file) throws IOException {
      SegmentOutput real = SegmentOutput.toFile(file);
      return new SegmentOutput() {
        @Override
        public void write(ByteBuffer from, int position) throws IOException {
          if (dead || file.endsWith(broken)) {
            throw new IOException("made to fail: input/output error");
          }
          if (full && position + from.remaining() > file.toFile().length()) {
            real.write(from.slice(0, from.remaining() / 2), position);
            throw new IOException("made to fail: no space left on device");
          }
          real.write(from, position);
          awaitGate();
        }

        @Override
        public void truncate(int size) throws IOException {
          if (dead) {
            throw new IOException("made to fail: input/output error");
          }
          real.truncate(size);
        }

        @Override
        public void force() throws IOException {
          real.force();
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }
  }

  /** Returns when the writer has written this and waits for the gate. */
  private CompletableFuture<Outcome> putAndHoldTheWriter(DiskTier tier) {
    disk.gate = new CountDownLatch(1);
    CompletableFuture<Outcome> answer = tier.put(key("k0"), item("held"));
    Awaitility.await().until(() -> disk.waiting);
    return answer;
  }

  private void awaitGate() throws IOException {
    disk.waiting = disk.gate.getCount() > 0;
    try {
      assertThat(disk.gate.await(10, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private DiskTier openTier() {
    return open(directory, SMALL, time, BOOT, disk);
  }

  private static void fill(DiskTier tier) {
    for (int i = 0; i < 10; i++) {
      put(tier, "k" + i, value("v" + i, 3_000));
    }
    put(tier, "k9", value("v9", 3_000)); // acknowledged when all is in the file
  }

  @Test
  void aFullDiskRefusesWritesForHalfAMinuteAndGoesOnReading() {
    try (DiskTier tier = openTier()) {
      fill(tier);
      disk.full = true;
      assertThat(put(tier, "k0", "new")).isEqualTo(new Outcome.Refused(Reason.BROKEN));
      assertThat(tier.stats().available()).isFalse();
      assertThat(get(tier, "k0")).isNull();
      assertThat(put(tier, "k1", "new")).isEqualTo(new Outcome.Refused(Reason.OPEN));
      assertThat(get(tier, "k1")).isNull();
      assertThat(remove(tier, "k2")).isInstanceOf(Outcome.Done.class);
      assertThat(get(tier, "k2")).isNull();
      for (int i = 3; i < 10; i++) {
        assertThat(get(tier, "k" + i)).isEqualTo(value("v" + i, 3_000));
      }
      assertThat(tier.stats().refused()).isEqualTo(2);

      time.advance(Duration.ofSeconds(30));
      assertThat(tier.stats().available()).isTrue();
      assertThat(put(tier, "k3", "new")).isEqualTo(new Outcome.Refused(Reason.BROKEN));
      time.advance(Duration.ofSeconds(30));
      assertThat(tier.stats().available()).as("the pause is doubled").isFalse();
      time.advance(Duration.ofSeconds(30));
      disk.full = false;
      assertThat(put(tier, "k4", "new")).isEqualTo(Outcome.DONE);
      assertThat(get(tier, "k4")).isEqualTo("new");
      assertThat(tier.stats().available()).isTrue();
    }
    try (DiskTier tier = openTier()) {
      for (int i = 0; i < 4; i++) {
        assertThat(get(tier, "k" + i)).isNull();
      }
      assertThat(get(tier, "k4")).isEqualTo("new");
      assertThat(get(tier, "k5")).isEqualTo(value("v5", 3_000));
    }
  }

  @Test
  void whatAFullDiskRefusedDoesNotComeBackEvenIfTheProcessIsKilledThen() throws IOException {
    Path copy = directory.resolve("copy");
    try (DiskTier tier = openTier()) {
      fill(tier);
      disk.full = true;
      put(tier, "k0", value("new", 4_000));
      put(tier, "k1", "new");
      remove(tier, "k2");
      copy(directory, copy);
    }
    for (int round = 0; round < 2; round++) {
      try (DiskTier tier = open(copy)) {
        assertThat(get(tier, "k0")).isNull();
        assertThat(get(tier, "k1")).isNull();
        assertThat(get(tier, "k2")).isNull();
        for (int i = 3; i < 10; i++) {
          assertThat(get(tier, "k" + i)).isEqualTo(value("v" + i, 3_000));
        }
      }
    }
  }

  @Test
  void whatADeadDiskCannotForgetVoidsTheStore() throws IOException {
    Path copy = directory.resolve("copy");
    try (DiskTier tier = openTier()) {
      fill(tier);
      disk.dead = true;
      assertThat(put(tier, "k0", "new")).isEqualTo(new Outcome.Refused(Reason.BROKEN));
      assertThat(get(tier, "k0")).isNull();
      assertThat(get(tier, "k1")).isEqualTo(value("v1", 3_000));
      copy(directory, copy);

      disk.dead = false;
      time.advance(Duration.ofSeconds(31));
      assertThat(put(tier, "k0", "newer")).isEqualTo(Outcome.DONE);
      assertThat(put(tier, "k0", "newest")).isEqualTo(Outcome.DONE);
      assertThat(get(tier, "k1")).as("it starts over").isNull();
    }
    try (DiskTier tier = open(copy)) {
      assertThat(get(tier, "k0")).isNull();
    }
    try (DiskTier tier = openTier()) {
      assertThat(get(tier, "k0")).isEqualTo("newest");
    }
  }

  @Test
  void clearOnAFullDiskIsDurableToo() throws IOException {
    Path copy = directory.resolve("copy");
    try (DiskTier tier = openTier()) {
      fill(tier);
      disk.full = true;
      put(tier, "k0", "new");
      assertThat(await(tier.clear(USERS))).isInstanceOf(Outcome.Done.class);
      assertThat(get(tier, "k5")).isNull();
      copy(directory, copy);
      disk.full = false;
      time.advance(Duration.ofSeconds(31));
      put(tier, "k5", "after");
      put(tier, "k5", "after all");
      assertThat(get(tier, "k5")).isEqualTo("after all");
    }
    try (DiskTier tier = open(copy)) {
      assertThat(get(tier, "k5")).isNull();
    }
    try (DiskTier tier = openTier()) {
      assertThat(get(tier, "k5")).isEqualTo("after all");
      assertThat(get(tier, "k6")).isNull();
    }
  }

  @Test
  void whatReachedTheFileBeforeTheFailureIsDone() {
    try (DiskTier tier = openTier()) {
      fill(tier);
      List<CompletableFuture<Outcome>> answers = new ArrayList<>();
      answers.add(putAndHoldTheWriter(tier));
      for (int i = 1; i < 7; i++) {
        answers.add(tier.put(key("k" + i), item(value("new" + i, 200_000))));
      }
      disk.broken = "seg-00001"; // the last of them are in this segment
      disk.gate.countDown();
      for (int i = 1; i < 7; i++) {
        boolean done = await(answers.get(i)) instanceof Outcome.Done;
        assertThat(done).isEqualTo(i < 5);
        assertThat(get(tier, "k" + i)).isEqualTo(done ? value("new" + i, 200_000) : null);
      }
      disk.broken = "none";
    }
    try (DiskTier tier = openTier()) {
      assertThat(get(tier, "k1")).isEqualTo(value("new1", 200_000));
      assertThat(get(tier, "k6")).isNull();
      assertThat(get(tier, "k7")).isEqualTo(value("v7", 3_000));
    }
  }

  @Test
  void whatWasRefusedIsNotLeftInTheTornEnd() throws IOException {
    Path copy = directory.resolve("copy");
    try (DiskTier tier = openTier()) {
      fill(tier);
      CompletableFuture<Outcome> held = putAndHoldTheWriter(tier);
      List<CompletableFuture<Outcome>> answers = new ArrayList<>();
      for (int i = 1; i < 9; i++) {
        answers.add(tier.put(key("k" + i), item(value("refused" + i, 3_000))));
      }
      disk.full = true; // half of them are written, then it fails
      disk.gate.countDown();
      assertThat(answers).allMatch(answer -> await(answer) instanceof Outcome.Refused);
      assertThat(await(held)).isEqualTo(Outcome.DONE);
      copy(directory, copy);
    }
    try (DiskTier tier = open(copy)) {
      assertThat(get(tier, "k0")).isEqualTo("held");
      for (int i = 1; i < 9; i++) {
        assertThat(get(tier, "k" + i)).isNull();
      }
      assertThat(get(tier, "k9")).isEqualTo(value("v9", 3_000));
    }
  }

  @Test
  void closesWithinItsTimeOnADeadDisk() {
    DiskTier tier = openTier();
    fill(tier);
    disk.dead = true;
    put(tier, "k0", "new");
    tier.close();
    disk.dead = false;
    try (DiskTier again = openTier()) {
      assertThat(get(again, "k0")).isNull();
    }
  }
}
