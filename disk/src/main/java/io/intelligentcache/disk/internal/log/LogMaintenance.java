package io.intelligentcache.disk.internal.log;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.ActiveSegment.Slice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log as the store's own threads use it. */
public final class LogMaintenance {
  private static final long FLUSH_NANOS = MILLISECONDS.toNanos(50);

  private final LogMonitor monitor;
  private final SegmentGeometry geometry;
  private final SegmentRing ring;
  private final ActiveSegment active;
  private final Index index;
  private final RangeTombstones rangeTombstones;
  private final PendingAcks pendingAcks;
  private final WritePause pause;

  public LogMaintenance(
      LogMonitor monitor,
      SegmentGeometry geometry,
      SegmentRing ring,
      ActiveSegment active,
      Index index,
      RangeTombstones rangeTombstones,
      PendingAcks pendingAcks,
      WritePause pause) {
    this.monitor = monitor;
    this.geometry = geometry;
    this.ring = ring;
    this.active = active;
    this.index = index;
    this.rangeTombstones = rangeTombstones;
    this.pendingAcks = pendingAcks;
    this.pause = pause;
  }

  // The writer.

  /**
   * Waits until there is something to write or to mark dead. All operations of the previous batch
   * must be completed.
   *
   * @param again whether to return after a second without work
   */
  WriteBatch nextBatch(boolean again) {
    monitor.lock();
    try {
      pendingAcks.settle();
      awaitWork(again);
      if (monitor.stopping()) {
        active.seal();
      }
      return new WriteBatch(
          active.slices(), pendingAcks.takeWrites(), pendingAcks.takeStrikes(), monitor.stopping());
    } finally {
      monitor.unlock();
    }
  }

  private void awaitWork(boolean again) {
    while (!monitor.stopping() && !pendingAcks.inLine()) {
      boolean nothing = active.unflushed() == 0;
      long wait = nothing ? 20 * FLUSH_NANOS : FLUSH_NANOS - active.unflushedNanos();
      if (active.unflushed() >= WriteBuffer.BYTES || wait <= 0) {
        return;
      }
      if (monitor.awaitWork(wait) <= 0 && again) {
        return;
      }
    }
  }

  void written(Slice slice) {
    monitor.lock();
    try {
      active.written(slice);
      monitor.thereIsRoom();
    } finally {
      monitor.unlock();
    }
  }

  /**
   * The result of dropping unwritten records after a failed write.
   *
   * @param torn segments whose files may end with incomplete data
   * @param lost number of stored entries that are lost
   */
  record GivenUp(List<Segment> torn, int lost) {}

  /**
   * Drops everything that is not in the files, after a write failed. A segment that is partly in
   * its file ends there. A segment that has nothing in its file counts as never begun, see {@link
   * #undo}.
   *
   * @param waiting receives the pending acknowledgements of what is dropped
   * @return what was dropped
   */
  GivenUp giveUp(List<PendingAck> waiting) {
    monitor.lock();
    try {
      List<Segment> torn = active.unwritten();
      int lost = 0;
      for (Segment segment : torn) { // first: else readers see damage
        lost += index.removeIf(address -> Address.segment(address) == segment.number()
            && Address.offset(address) >= segment.flushed());
      }
      active.giveUp();
      waiting.addAll(pendingAcks.takeWrites());
      monitor.thereIsRoom();
      return new GivenUp(torn, lost);
    } finally {
      monitor.unlock();
    }
  }

  /**
   * Takes back a segment after {@link #giveUp}, when it is certain that its file has nothing of it.
   */
  void undo(Segment segment) {
    monitor.lock();
    try {
      ring.undo(segment);
      rangeTombstones.pullBackTo(RangeTombstones.position(ring.lastGeneration() + 1, 0));
    } finally {
      monitor.unlock();
    }
  }

  /** Segments before a generation get no seal and no hint file any more. */
  void abandonBefore(long generation) {
    for (Segment segment : segments()) {
      if (segment.generation() < generation) {
        segment.entries(null);
      }
    }
  }

  /** Live segments, oldest first. */
  public List<Segment> segments() {
    monitor.lock();
    try {
      return active.segments();
    } finally {
      monitor.unlock();
    }
  }

  // The reclaimer.

  /** Waits until segments must be freed; returns false when the log has stopped. */
  public boolean awaitScarcity() {
    monitor.lock();
    try {
      while (!monitor.stopping() && !scarce()) {
        monitor.awaitScarcity(1, SECONDS); // the end of a pause is not signalled
      }
      return !monitor.stopping();
    } finally {
      monitor.unlock();
    }
  }

  /** Waits a second before the next attempt, after freeing a segment has failed. */
  public void rest() {
    monitor.lock();
    try {
      if (!monitor.stopping()) {
        monitor.awaitScarcity(1, SECONDS);
      }
    } finally {
      monitor.unlock();
    }
  }

  private boolean scarce() {
    return !pause.on()
        && oldestComplete() != null
        && (ring.freeCount() < geometry.spare() || rangeTombstones.tooMany());
  }

  /**
   * The oldest sealed segment, if it is completely in its file and the writer is done with it; else
   * null.
   */
  @Nullable
  public Segment oldest() {
    monitor.lock();
    try {
      return oldestComplete();
    } finally {
      monitor.unlock();
    }
  }

  private @Nullable Segment oldestComplete() {
    Segment oldest = ring.oldest();
    return oldest == null || oldest.entries() != null || active.holds(oldest) ? null : oldest;
  }

  public void freed(Segment segment) {
    monitor.lock();
    try {
      ring.freed(segment);
      monitor.thereIsRoom();
    } finally {
      monitor.unlock();
    }
  }

  // The end.

  /** Shortens the wait for pending acknowledgements, also if the writer hangs. */
  public void hurry() {
    pendingAcks.hurry();
  }

  public void stop() {
    monitor.lock();
    try {
      monitor.stop();
    } finally {
      monitor.unlock();
    }
  }

  /**
   * Called when the writer thread has ended. Refuses all pending operations, because none will be
   * acknowledged.
   */
  public void die() {
    stop();
    pendingAcks.refuseAll();
  }
}
