package io.intelligentcache.disk.internal.log;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.ActiveSegment.Slice;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The log as the store's own threads use it. */
public final class LogMaintenance {
  /** How long a record waits for others to be written with it. */
  private static final long FLUSH_NANOS = MILLISECONDS.toNanos(50);

  /** The pause before what has failed is tried again. */
  private static final long RETRY_NANOS = SECONDS.toNanos(1);

  private final LogMonitor monitor;
  private final SegmentRing ring;
  private final ActiveSegment active;
  private final Index index;
  private final RangeTombstones rangeTombstones;
  private final PendingAcks pendingAcks;
  private final WritePause pause;
  private final LongSupplier nanos;

  /**
   * Creates it.
   *
   * @param nanos the scheduler's clock
   */
  public LogMaintenance(LogState state, LongSupplier nanos) {
    this.monitor = state.monitor();
    this.ring = state.ring();
    this.active = state.active();
    this.index = state.index();
    this.rangeTombstones = state.rangeTombstones();
    this.pendingAcks = state.pendingAcks();
    this.pause = state.pause();
    this.nanos = nanos;
  }

  // The writer.

  /**
   * One batch of the writer.
   *
   * @param slices the bytes to write
   * @param waiters operations that are acknowledged when these are written
   * @param deadMarks operations whose old records must be marked dead, because no tombstone could
   *     be appended
   * @param last whether the log ends with this batch
   */
  record WriteBatch(
      List<Slice> slices, List<PendingAck> waiters, List<PendingAck> deadMarks, boolean last) {}

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
    long start = nanos.getAsLong();
    while (!monitor.stopping() && !pendingAcks.inLine()) {
      boolean nothing = active.unflushed() == 0;
      long wait = nothing ? RETRY_NANOS : FLUSH_NANOS - active.unflushedNanos();
      if (active.unflushed() >= WriteBuffer.BYTES
          || wait <= 0
          || (again && nanos.getAsLong() - start >= RETRY_NANOS)) {
        return;
      }
      monitor.awaitWork(wait);
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
        monitor.awaitScarcity(RETRY_NANOS); // the end of a pause is not signalled
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
      long end = nanos.getAsLong() + RETRY_NANOS;
      for (long left = RETRY_NANOS; left > 0 && !monitor.stopping(); ) {
        monitor.awaitScarcity(left);
        left = end - nanos.getAsLong();
      }
    } finally {
      monitor.unlock();
    }
  }

  private boolean scarce() {
    return !pause.on()
        && oldestComplete() != null
        && (ring.isScarce() || rangeTombstones.tooMany());
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
