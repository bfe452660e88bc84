package io.intelligentcache.disk.internal.log;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.ActiveSegment.Slice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The back of the log: what the store's own threads ask for. */
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
   * Waits until there is something to write or to strike out. All of the batch before are answered.
   *
   * @param again whether to come back after a second without work
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
   * What the failure of the disk leaves.
   *
   * @param torn segments whose files may have torn bytes at their ends
   * @param lost entries that were stored, and are not any more
   */
  record GivenUp(List<Segment> torn, int lost) {}

  /**
   * Forgets what is not in the file: the disk failed. Segments of which it has a part end there,
   * those of which it has nothing have never been.
   *
   * @param waiting gets all who wait for what is forgotten
   * @return what that leaves
   */
  GivenUp giveUp(List<PendingAck> waiting) {
    monitor.lock();
    try {
      List<Segment> torn = active.unwritten();
      int lost = 0;
      for (Segment segment : torn) { // first: what is found nowhere, readers take for damage
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

  /** After {@link #giveUp}, when the file of a segment that has nothing is known to be empty. */
  void undo(Segment segment) {
    monitor.lock();
    try {
      ring.undo(segment);
      rangeTombstones.pullBackTo(RangeTombstones.position(ring.lastGeneration() + 1, 0));
    } finally {
      monitor.unlock();
    }
  }

  /** None of the segments before that generation is to get its seal or side index any more. */
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

  /** Waits until segments are to be freed; false when there will be no more reason to. */
  public boolean awaitScarcity() {
    monitor.lock();
    try {
      while (!monitor.stopping() && !scarce()) {
        monitor.awaitScarcity(1, SECONDS); // not longer: that a pause is over, nobody tells
      }
      return !monitor.stopping();
    } finally {
      monitor.unlock();
    }
  }

  /** After freeing one failed: not at once again. */
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

  /** The oldest sealed segment, if its file has all of it and nobody will touch that again. */
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

  /** Whoever waits is told soon, also if the writer hangs. */
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

  /** The writer is gone: nobody will be answered any more, so all are. */
  public void die() {
    stop();
    pendingAcks.refuseAll();
  }
}
