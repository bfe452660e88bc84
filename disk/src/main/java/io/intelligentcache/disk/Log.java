package io.intelligentcache.disk;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.disk.Tail.Slice;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TimeSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The front of the log: gives every record its place, in the order of the calls, and keeps it
 * readable until the writer has brought it to the file.
 *
 * <p>A lost put costs a miss; a lost overwrite or tombstone would bring back an old value. So a put
 * of a key that the log does not have is done at once, everything else when the file has it.
 *
 * <p>The lock is held for copying one record, never for a disk access. The order of records under it
 * is the order of effects, and the index changes under it too.
 */
final class Log {
  /** Bytes that may wait for the writer; what comes on top is refused. */
  static final int MOST_UNFLUSHED = 4 * Chunk.BYTES;

  /** On top of that, for tombstones only: what must be refused must still be forgotten. */
  static final int RESERVE = Chunk.BYTES;

  private static final long FLUSH_NANOS = MILLISECONDS.toNanos(50);
  private static final long PATIENCE_NANOS = MILLISECONDS.toNanos(50);
  private static final byte[] NO_VALUE = new byte[0];

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Layout layout;
  private final Ring ring;
  private final Tail tail;
  private final Index index;
  private final Markers markers;
  private final WritePause pause;
  private final Counters counters;

  private final Waiters waiters;
  private boolean stopping;

  Log(
      Layout layout,
      Ring ring,
      Tail tail,
      Index index,
      Markers markers,
      WritePause pause,
      TimeSource time,
      Counters counters) {
    this.layout = layout;
    this.ring = ring;
    this.tail = tail;
    this.index = index;
    this.markers = markers;
    this.waiters = new Waiters(lock, time);
    this.pause = pause;
    this.counters = counters;
  }

  // What callers ask for.

  CompletableFuture<Outcome> put(StoredKey key, Item item) {
    if (RecordHead.bytes(key, item, tail.encrypts()) > layout.maxRecordBytes()) {
      return retract(key.hash(), refused(Reason.TOO_LARGE));
    }
    RecordHead head = RecordHead.put(key, item, tail.encrypts());
    lock.lock();
    try {
      boolean fits = !pause.on() && awaitRoom(head.size(), MOST_UNFLUSHED);
      if (stopping || pause.on()) {
        return retract(key.hash(), refused(Reason.OPEN));
      }
      if (!fits) {
        return retract(key.hash(), refused(Reason.BUSY));
      }
      Waiter.Place place = append(head, key.bytes(), item.payload());
      long before = index.put(key.hash(), place.address());
      counters.writes.increment();
      if (before == Address.NONE && !waiters.leaving(key.hash())) {
        return answered(Outcome.DONE);
      }
      Waiter.Place stale = before == Address.NONE ? null : place(before);
      return whenWritten(Outcome.DONE, refused(Reason.BROKEN), place, stale, false);
    } catch (OutOfMemoryError e) {
      return retract(key.hash(), refused(Reason.BUSY));
    } finally {
      lock.unlock();
    }
  }

  CompletableFuture<Outcome> remove(long hash) {
    return retract(hash, Outcome.DONE);
  }

  /** Removes what lies at an address, unless the key was written again meanwhile. */
  @Nullable
  CompletableFuture<Outcome> removeAt(long hash, long address) {
    lock.lock();
    try {
      return index.find(hash) == address ? remove(hash) : null;
    } finally {
      lock.unlock();
    }
  }

  /** Makes a key absent, durably, and answers {@code outcome}. */
  private CompletableFuture<Outcome> retract(long hash, Outcome outcome) {
    lock.lock();
    try {
      if (stopping) {
        return answered(refused(Reason.CLOSED));
      }
      long before = index.remove(hash);
      if (before != Address.NONE && outcome == Outcome.DONE && !Address.isBuried(before)) {
        counters.removals.increment();
      }
      if (before == Address.NONE) {
        // Absent, but perhaps by a tombstone that the file does not have yet.
        return pause.held() || waiters.leaving(hash)
            ? whenWritten(outcome, outcome, null, null, false)
            : answered(outcome);
      }
      waiters.removed(hash);
      RecordHead tombstone = RecordHead.tombstone(hash);
      if (pause.on() || !tail.hasRoom(tombstone.size(), MOST_UNFLUSHED + RESERVE)) {
        return strike(place(before), outcome);
      }
      try {
        Waiter.Place place = append(tombstone, StoredKey.NONE.bytes(), NO_VALUE);
        return whenWritten(outcome, outcome, place, place(before), false);
      } catch (OutOfMemoryError e) {
        return strike(place(before), outcome);
      }
    } finally {
      lock.unlock();
    }
  }

  CompletableFuture<Outcome> clear(Space space, StoredKey stored) {
    RecordHead head = RecordHead.clear(stored.bytes().length, tail.encrypts());
    lock.lock();
    try {
      boolean fits = !pause.on() && awaitRoom(head.size(), MOST_UNFLUSHED + RESERVE);
      if (stopping) {
        return answered(refused(Reason.CLOSED));
      }
      if (!fits || pause.on()) {
        // No marker can be written: the store on disk is given up, memory knows better.
        markers.add(space, position());
        return strike(null, Outcome.DONE);
      }
      Waiter.Place place = append(head, stored.bytes(), NO_VALUE);
      markers.add(space, Markers.position(place.generation(), place.offset()));
      return whenWritten(Outcome.DONE, Outcome.DONE, place, null, true);
    } catch (OutOfMemoryError e) {
      markers.add(space, position());
      return strike(null, Outcome.DONE);
    } finally {
      lock.unlock();
    }
  }

  /** Done when everything appended so far is in the file. */
  CompletableFuture<Outcome> flush() {
    lock.lock();
    try {
      return stopping || (tail.unflushed() == 0 && !waiters.any())
          ? answered(Outcome.DONE)
          : whenWritten(Outcome.DONE, refused(Reason.BROKEN), null, null, false);
    } finally {
      lock.unlock();
    }
  }

  /** Where the log ends: everything so far lies before. */
  long position() {
    return locked(tail::position);
  }

  /** Live segments, oldest first. */
  List<Segment> segments() {
    return locked(tail::segments);
  }

  /** Bytes of the log that hold records. */
  long bytes() {
    return locked(tail::bytes);
  }

  private <T> T locked(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }

  // The order of records. All under the lock.

  /** Waits a little for the writer; false if there still is no room. */
  private boolean awaitRoom(int bytes, int limit) {
    long patience = PATIENCE_NANOS;
    while (!tail.hasRoom(bytes, limit)) {
      if (patience <= 0 || stopping || pause.on()) {
        return false;
      }
      try {
        work.signal();
        patience = room.awaitNanos(patience);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** Appends a record for which there is room. */
  private Waiter.Place append(RecordHead head, byte[] key, byte[] value) {
    int before = tail.unflushed();
    long address = tail.append(head, key, value);
    if (before == 0 || (before < Chunk.BYTES && tail.unflushed() >= Chunk.BYTES)) {
      work.signal();
    }
    return place(address);
  }

  private CompletableFuture<Outcome> whenWritten(
      Outcome written,
      Outcome otherwise,
      Waiter.@Nullable Place own,
      Waiter.@Nullable Place stale,
      boolean clears) {
    work.signal();
    return waiters.add(written, otherwise, own, stale, clears);
  }

  private CompletableFuture<Outcome> strike(Waiter.@Nullable Place stale, Outcome outcome) {
    work.signal();
    return waiters.strike(stale, outcome);
  }

  private Waiter.Place place(long address) {
    Segment segment = ring.segment(Address.segment(address));
    return new Waiter.Place(segment, segment.generation(), address);
  }

  private static Outcome refused(Reason why) {
    return new Outcome.Refused(why);
  }

  private static CompletableFuture<Outcome> answered(Outcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }

  // What the writer asks for.

  /**
   * Waits until there is something to write, to strike out or to reclaim. All of the batch before
   * are answered.
   *
   * @param again whether to come back after a second without work
   */
  Batch nextBatch(boolean again) {
    lock.lock();
    try {
      waiters.settle();
      awaitWork(again);
      if (stopping) {
        tail.seal();
      }
      return new Batch(
          tail.slices(), waiters.takeWrites(), waiters.takeStrikes(), wantsSegments(), stopping);
    } finally {
      lock.unlock();
    }
  }

  private void awaitWork(boolean again) {
    while (!stopping && !waiters.inLine() && !wantsSegments()) {
      boolean nothing = tail.unflushed() == 0;
      long wait = nothing ? 20 * FLUSH_NANOS : FLUSH_NANOS - tail.unflushedNanos();
      if (tail.unflushed() >= Chunk.BYTES || wait <= 0) {
        return;
      }
      try {
        long left = work.awaitNanos(wait);
        if (left <= 0 && again) {
          return;
        }
      } catch (InterruptedException e) {
        // Nobody has reason to interrupt the writer; it ends when told to stop.
      }
    }
  }

  private boolean wantsSegments() {
    return !pause.on()
        && ring.oldest() != null
        && (ring.freeCount() < layout.spare() || markers.tooMany());
  }

  void written(Slice slice) {
    lock.lock();
    try {
      tail.written(slice);
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Forgets what is not in the file: the disk failed. Segments of which it has a part end there,
   * those of which it has nothing have never been.
   *
   * @param waiting gets all who wait for what is forgotten
   * @return the segments whose files may have torn bytes at their ends
   */
  List<Segment> giveUp(List<Waiter> waiting) {
    lock.lock();
    try {
      List<Segment> torn = tail.giveUp();
      for (Segment segment : torn) {
        index.removeIf(address -> Address.segment(address) == segment.number()
            && Address.offset(address) >= segment.flushed());
      }
      waiting.addAll(waiters.takeWrites());
      room.signalAll();
      return torn;
    } finally {
      lock.unlock();
    }
  }

  /** After {@link #giveUp}, when the file of a segment that has nothing is known to be empty. */
  void undo(Segment segment) {
    lock.lock();
    try {
      ring.undo(segment);
      markers.pullBackTo(Markers.position(ring.lastGeneration() + 1, 0));
    } finally {
      lock.unlock();
    }
  }

  /** The oldest sealed segment, if the file has all of it. */
  @Nullable
  Segment oldest() {
    lock.lock();
    try {
      Segment oldest = ring.oldest();
      return oldest == null || tail.holds(oldest) ? null : oldest;
    } finally {
      lock.unlock();
    }
  }

  void freed(Segment segment) {
    lock.lock();
    try {
      ring.freed(segment);
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    lock.lock();
    try {
      stopping = true;
      work.signal();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The writer is gone: nobody will be answered any more, so all are. */
  void die() {
    stop();
    waiters.refuseAll();
  }
}
