package io.intelligentcache.disk.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.ForcePolicy;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeScheduler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What syncs do to the pause of writes. */
final class FsyncSchedulerTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeScheduler scheduler = new FakeScheduler();
  private final WritePause pause = new WritePause(scheduler::nanos, "test");
  private final FsyncScheduler fsync =
      new FsyncScheduler(ForcePolicy.every(SECOND), file -> new Device(), pause, scheduler);
  private final Segment segment = new Segment(0, Path.of(""));
  private volatile boolean broken = true;

  private final class Device implements SegmentOutput {
    @Override
    public void write(ByteBuffer from, int position) {}

    @Override
    public void truncate(int size) {}

    @Override
    public void force() throws IOException {
      if (broken) {
        throw new IOException("made to fail");
      }
    }

    @Override
    public void close() {}
  }

  /** Lets a second pass; returns when the run of the end of that second has ended. */
  private void runOnce() {
    scheduler.advance(SECOND);
    Awaitility.await().until(() -> scheduler.pending() == 1);
  }

  @Test
  void aFailedSyncTurnsWritesOffUntilASyncWorks() {
    fsync.start();
    fsync.written(segment, false);
    runOnce();
    assertThat(pause.on()).isTrue();
    broken = false;
    runOnce();
    assertThat(pause.on()).as("after a run with nothing to sync").isTrue();
    fsync.written(segment, false);
    pause.writeSucceeded();
    assertThat(pause.on()).as("after a write").isTrue();
    runOnce();
    assertThat(pause.on()).as("after a sync").isFalse();
    fsync.stop();
  }
}
