package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.ForcePolicy;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.concurrent.PeriodicWork;
import io.intelligentcache.tier.Scheduler;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs to the device what the writer wrote, as a {@link ForcePolicy} says, on a thread of its own.
 */
public final class FsyncScheduler {
  private static final Logger LOG = LoggerFactory.getLogger(FsyncScheduler.class);
  private static final String THREAD = "intelligent-cache-disk-forcer";

  private final ForcePolicy policy;
  private final SegmentOutput.Opener files;
  private final WritePause pause;
  private final Scheduler scheduler;
  private final Set<Segment> unforced = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean queued = new AtomicBoolean();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> LibraryThreads.of(THREAD, task));
  private volatile @Nullable PeriodicWork periodic;
  private volatile boolean stopped;

  public FsyncScheduler(
      ForcePolicy policy, SegmentOutput.Opener files, WritePause pause, Scheduler scheduler) {
    this.policy = policy;
    this.files = files;
    this.pause = pause;
    this.scheduler = scheduler;
  }

  /** Starts the thread, unless the policy never asks for a sync. Called once. */
  public void start() {
    if (policy.equals(ForcePolicy.NEVER)) {
      return;
    }
    // Starts the thread now, so that the writer does not fail later if no thread can be created.
    thread.execute(() -> {});
    if (!policy.every().isZero()) {
      periodic = new PeriodicWork(
          scheduler, thread, policy.every(), this::forceAll, LOG, "syncing the disk cache");
    }
  }

  /**
   * Called by the writer after it wrote to a segment.
   *
   * @param all whether the segment is complete
   */
  void written(Segment segment, boolean all) {
    if (!policy.every().isZero() || (all && policy.whenSealed())) {
      unforced.add(segment);
    }
    if (all && policy.whenSealed()) {
      queueForce();
    }
  }

  private void queueForce() {
    if (queued.compareAndSet(false, true)) {
      thread.execute(() -> {
        queued.set(false); // first: what is written from here on needs another run
        forceAll();
      });
    }
  }

  private void forceAll() {
    try {
      boolean synced = false;
      for (Iterator<Segment> each = unforced.iterator(); each.hasNext() && !stopped; ) {
        Segment segment = each.next();
        each.remove(); // first: later writes are synced next time
        try (SegmentOutput file = files.open(segment.file())) {
          file.force();
        }
        synced = true;
      }
      if (synced) {
        pause.syncSucceeded();
      }
    } catch (IOException | RuntimeException | Error e) {
      pause.syncFailed(e);
    }
  }

  /** Ends the syncs at an interval. The writer may go on. */
  public void stopInterval() {
    PeriodicWork started = periodic;
    if (started != null) {
      started.close();
    }
  }

  /** Ends the thread. A sync that has begun goes on to its end. */
  public void stop() {
    stopped = true;
    stopInterval();
    thread.shutdown();
  }
}
