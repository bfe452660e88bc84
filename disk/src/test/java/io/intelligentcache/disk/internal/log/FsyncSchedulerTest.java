package io.intelligentcache.disk.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.disk.ForcePolicy;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeScheduler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
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

  @Test
  void aFailedSyncTurnsWritesOffUntilASyncWorks() {
    fsync.start();
    fsync.written(segment, false);
    scheduler.advance(SECOND);
    await().until(pause::on);
    broken = false;
    scheduler.advance(SECOND); // nothing to sync
    pause.writeSucceeded();
    assertThat(pause.on()).isTrue();
    fsync.written(segment, false);
    scheduler.advanceUntil(SECOND, () -> !pause.on());
    fsync.stop();
  }
}
