package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.ForcePolicy;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Syncs to the device what the writer wrote, as a {@link ForcePolicy} says. */
public final class FsyncScheduler implements Runnable {
  private final ForcePolicy policy;
  private final SegmentOutput.Opener files;
  private final WritePause pause;
  private final Set<Segment> unforced = ConcurrentHashMap.newKeySet();
  private final Semaphore sealed = new Semaphore(0);
  private volatile boolean stopped;

  public FsyncScheduler(ForcePolicy policy, SegmentOutput.Opener files, WritePause pause) {
    this.policy = policy;
    this.files = files;
    this.pause = pause;
  }

  /** Whether the policy ever asks for a sync. */
  public boolean isNeeded() {
    return !policy.equals(ForcePolicy.NEVER);
  }

  /**
   * Called after the writer wrote to a segment.
   *
   * @param all whether the segment is complete
   */
  void written(Segment segment, boolean all) {
    if (!policy.every().isZero() || (all && policy.whenSealed())) {
      unforced.add(segment);
    }
    if (all && policy.whenSealed()) {
      sealed.release();
    }
  }

  @Override
  public void run() {
    while (!stopped) {
      try {
        awaitTime();
        forceAll();
      } catch (IOException | RuntimeException | Error e) {
        pause.failure(e);
      } catch (InterruptedException e) {
        // Nothing interrupts this thread on purpose; stop() ends it.
      }
    }
  }

  private void awaitTime() throws InterruptedException {
    Duration most = policy.every().isZero() ? Duration.ofDays(1) : policy.every();
    var unused = sealed.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS);
    sealed.drainPermits();
  }

  private void forceAll() throws IOException {
    for (Iterator<Segment> each = unforced.iterator(); each.hasNext() && !stopped; ) {
      Segment segment = each.next();
      each.remove(); // first: later writes are synced next time
      try (SegmentOutput file = files.open(segment.file())) {
        file.force();
      }
    }
  }

  public void stop() {
    stopped = true;
    sealed.release();
  }
}
