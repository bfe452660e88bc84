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

  private final LogMonitor gate;
  private final SegmentGeometry layout;
  private final SegmentRing ring;
  private final ActiveSegment tail;
  private final Index index;
  private final RangeTombstones markers;
  private final PendingAcks waiters;
  private final WritePause pause;

  public LogMaintenance(
      LogMonitor gate,
      SegmentGeometry layout,
      SegmentRing ring,
      ActiveSegment tail,
      Index index,
      RangeTombstones markers,
      PendingAcks waiters,
      WritePause pause) {
    this.gate = gate;
    this.layout = layout;
    this.ring = ring;
    this.tail = tail;
    this.index = index;
    this.markers = markers;
    this.waiters = waiters;
    this.pause = pause;
  }

  // The writer.

  /**
   * Waits until there is something to write or to strike out. All of the batch before are answered.
   *
   * @param again whether to come back after a second without work
   */
  WriteBatch nextBatch(boolean again) {
    gate.lock();
    try {
      waiters.settle();
      awaitWork(again);
      if (gate.stopping()) {
        tail.seal();
      }
      return new WriteBatch(
          tail.slices(), waiters.takeWrites(), waiters.takeStrikes(), gate.stopping());
    } finally {
      gate.unlock();
    }
  }

  private void awaitWork(boolean again) {
    while (!gate.stopping() && !waiters.inLine()) {
      boolean nothing = tail.unflushed() == 0;
      long wait = nothing ? 20 * FLUSH_NANOS : FLUSH_NANOS - tail.unflushedNanos();
      if (tail.unflushed() >= WriteBuffer.BYTES || wait <= 0) {
        return;
      }
      if (gate.awaitWork(wait) <= 0 && again) {
        return;
      }
    }
  }

  void written(Slice slice) {
    gate.lock();
    try {
      tail.written(slice);
      gate.thereIsRoom();
    } finally {
      gate.unlock();
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
    gate.lock();
    try {
      List<Segment> torn = tail.unwritten();
      int lost = 0;
      for (Segment segment : torn) { // first: what is found nowhere, readers take for damage
        lost += index.removeIf(address -> Address.segment(address) == segment.number()
            && Address.offset(address) >= segment.flushed());
      }
      tail.giveUp();
      waiting.addAll(waiters.takeWrites());
      gate.thereIsRoom();
      return new GivenUp(torn, lost);
    } finally {
      gate.unlock();
    }
  }

  /** After {@link #giveUp}, when the file of a segment that has nothing is known to be empty. */
  void undo(Segment segment) {
    gate.lock();
    try {
      ring.undo(segment);
      markers.pullBackTo(RangeTombstones.position(ring.lastGeneration() + 1, 0));
    } finally {
      gate.unlock();
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
    gate.lock();
    try {
      return tail.segments();
    } finally {
      gate.unlock();
    }
  }

  // The reclaimer.

  /** Waits until segments are to be freed; false when there will be no more reason to. */
  public boolean awaitScarcity() {
    gate.lock();
    try {
      while (!gate.stopping() && !scarce()) {
        gate.awaitScarcity(1, SECONDS); // not longer: that a pause is over, nobody tells
      }
      return !gate.stopping();
    } finally {
      gate.unlock();
    }
  }

  /** After freeing one failed: not at once again. */
  public void rest() {
    gate.lock();
    try {
      if (!gate.stopping()) {
        gate.awaitScarcity(1, SECONDS);
      }
    } finally {
      gate.unlock();
    }
  }

  private boolean scarce() {
    return !pause.on()
        && oldestComplete() != null
        && (ring.freeCount() < layout.spare() || markers.tooMany());
  }

  /** The oldest sealed segment, if its file has all of it and nobody will touch that again. */
  @Nullable
  public Segment oldest() {
    gate.lock();
    try {
      return oldestComplete();
    } finally {
      gate.unlock();
    }
  }

  private @Nullable Segment oldestComplete() {
    Segment oldest = ring.oldest();
    return oldest == null || oldest.entries() != null || tail.holds(oldest) ? null : oldest;
  }

  public void freed(Segment segment) {
    gate.lock();
    try {
      ring.freed(segment);
      gate.thereIsRoom();
    } finally {
      gate.unlock();
    }
  }

  // The end.

  /** Whoever waits is told soon, also if the writer hangs. */
  public void hurry() {
    waiters.hurry();
  }

  public void stop() {
    gate.lock();
    try {
      gate.stop();
    } finally {
      gate.unlock();
    }
  }

  /** The writer is gone: nobody will be answered any more, so all are. */
  public void die() {
    stop();
    waiters.refuseAll();
  }
}
