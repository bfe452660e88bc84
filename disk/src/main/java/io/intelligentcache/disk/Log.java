package io.intelligentcache.disk;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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

  private static final int MOST_STRIKES = 1 << 14;
  private static final long FLUSH_NANOS = MILLISECONDS.toNanos(50);
  private static final long PATIENCE_NANOS = MILLISECONDS.toNanos(50);
  private static final byte[] NO_VALUE = new byte[0];

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Layout layout;
  private final Manifest manifest;
  private final Ring ring;
  private final Index index;
  private final Markers markers;
  private final Breaker breaker;
  private final Counters counters;

  private final ArrayDeque<Chunk> pending = new ArrayDeque<>();
  private final ChunkBuffers buffers = new ChunkBuffers();
  private volatile List<Chunk> readable = List.of();
  private @Nullable Segment active;
  private @Nullable Chunk current;
  private int unflushed;
  private long unflushedSince;
  private List<Waiter> waiters = new ArrayList<>();
  private List<Waiter> strikes = new ArrayList<>();
  private int unanswered;
  private boolean stopping;

  Log(
      Layout layout,
      Manifest manifest,
      Ring ring,
      Index index,
      Markers markers,
      Breaker breaker,
      Counters counters) {
    this.layout = layout;
    this.manifest = manifest;
    this.ring = ring;
    this.index = index;
    this.markers = markers;
    this.breaker = breaker;
    this.counters = counters;
  }

  // What callers ask for.

  CompletableFuture<Outcome> put(StoredKey key, Item item) {
    long bytes = RecordHead.BYTES + (long) key.bytes().length + item.payload().length;
    if (bytes > layout.maxRecordBytes()) {
      return retract(key.hash(), refused(Reason.TOO_LARGE));
    }
    RecordHead head = RecordHead.put(key, item);
    lock.lock();
    try {
      boolean fits = !breaker.open() && awaitRoom(head.size(), MOST_UNFLUSHED);
      if (stopping || breaker.open()) {
        return retract(key.hash(), refused(Reason.OPEN));
      }
      if (!fits) {
        return retract(key.hash(), refused(Reason.BUSY));
      }
      long address = append(head, key.bytes(), item.payload());
      long before = index.put(key.hash(), address);
      counters.writes.increment();
      return before == Address.NONE
          ? CompletableFuture.completedFuture(Outcome.DONE)
          : whenWritten(Outcome.DONE, refused(Reason.BROKEN), place(address), place(before), false);
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
        return unanswered == 0
            ? answered(outcome)
            : whenWritten(outcome, outcome, null, null, false);
      }
      RecordHead tombstone = RecordHead.tombstone(hash);
      if (breaker.open() || !hasRoom(tombstone.size(), MOST_UNFLUSHED + RESERVE)) {
        return strike(place(before), outcome);
      }
      long address = append(tombstone, StoredKey.NONE.bytes(), NO_VALUE);
      return whenWritten(outcome, outcome, place(address), place(before), false);
    } finally {
      lock.unlock();
    }
  }

  CompletableFuture<Outcome> clear(Space space, StoredKey stored) {
    RecordHead head = RecordHead.clear(stored);
    lock.lock();
    try {
      if (stopping) {
        return answered(refused(Reason.CLOSED));
      }
      boolean fits = !breaker.open() && awaitRoom(head.size(), MOST_UNFLUSHED + RESERVE);
      if (stopping) {
        return answered(refused(Reason.CLOSED));
      }
      if (!fits || breaker.open()) {
        // No marker can be written: the store on disk is given up, memory knows better.
        markers.add(space, position());
        return strike(null, Outcome.DONE);
      }
      long address = append(head, stored.bytes(), NO_VALUE);
      Waiter.Place place = place(address);
      markers.add(space, Markers.position(place.generation(), place.offset()));
      return whenWritten(Outcome.DONE, Outcome.DONE, place, null, true);
    } finally {
      lock.unlock();
    }
  }

  /** Done when everything appended so far is in the file. */
  CompletableFuture<Outcome> flush() {
    lock.lock();
    try {
      return stopping || (unflushed == 0 && unanswered == 0)
          ? answered(Outcome.DONE)
          : whenWritten(Outcome.DONE, refused(Reason.BROKEN), null, null, false);
    } finally {
      lock.unlock();
    }
  }

  /** Where the log ends: everything so far lies before. */
  long position() {
    lock.lock();
    try {
      return active == null || current == null
          ? Markers.position(ring.lastGeneration() + 1, 0)
          : Markers.position(active.generation(), current.end());
    } finally {
      lock.unlock();
    }
  }

  /** Live segments, oldest first. */
  List<Segment> segments() {
    lock.lock();
    try {
      List<Segment> all = ring.sealed();
      if (active != null) {
        all.add(active);
      }
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of the log that hold records. */
  long bytes() {
    lock.lock();
    try {
      long bytes = (long) ring.sealed().size() * layout.segmentBytes();
      return current == null ? bytes : bytes + current.end();
    } finally {
      lock.unlock();
    }
  }

  /** Any thread: the chunk that has a place which the file does not have yet. */
  @Nullable
  Chunk chunkAt(Segment segment, int offset) {
    for (Chunk chunk : readable) {
      if (chunk.covers(segment, offset)) {
        return chunk;
      }
    }
    return null;
  }

  // The order of records. All under the lock.

  /** Waits a little for the writer; false if there still is no room. */
  private boolean awaitRoom(int bytes, int limit) {
    long patience = PATIENCE_NANOS;
    while (!hasRoom(bytes, limit)) {
      if (patience <= 0 || stopping || breaker.open()) {
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

  private boolean hasRoom(int bytes, int limit) {
    return (unflushed == 0 || unflushed + bytes <= limit)
        && (!mustRoll(bytes) || ring.freeCount() > 0);
  }

  private boolean mustRoll(int bytes) {
    return current == null || current.end() + bytes + RecordHead.BYTES > layout.segmentBytes();
  }

  private long append(RecordHead head, byte[] key, byte[] value) {
    if (mustRoll(head.size())) {
      sealActive();
      active = ring.begin();
      begin(active, 0, head.size());
    }
    Chunk chunk = current;
    Segment segment = active;
    if (chunk == null || segment == null) {
      throw new IllegalStateException("no active segment");
    }
    if (!chunk.fits(head.size())) {
      chunk = begin(segment, chunk.end(), head.size());
    }
    int offset = chunk.append(head, segment.generation(), key, value);
    appended(head.size());
    return Address.of(segment.number(), offset, head.size());
  }

  private Chunk begin(Segment segment, int start, int atLeast) {
    Chunk chunk = new Chunk(segment, start, buffers.take(atLeast));
    if (start == 0) {
      chunk.header(
          new SegmentHeader(segment.generation(), manifest.store(), layout.segmentBytes()));
      appended(SegmentHeader.BYTES);
    }
    pending.addLast(chunk);
    readable = List.copyOf(pending);
    current = chunk;
    return chunk;
  }

  /** There is always room: every chunk and every segment keeps it free. */
  private void sealActive() {
    Segment segment = active;
    if (segment != null && current != null) {
      current.append(RecordHead.seal(), segment.generation(), StoredKey.NONE.bytes(), NO_VALUE);
      appended(RecordHead.BYTES);
      ring.seal(segment);
    }
    active = null;
    current = null;
  }

  private void appended(int bytes) {
    if (unflushed == 0) {
      unflushedSince = System.nanoTime();
      work.signal();
    } else if (unflushed < Chunk.BYTES && unflushed + bytes >= Chunk.BYTES) {
      work.signal();
    }
    unflushed += bytes;
  }

  private CompletableFuture<Outcome> whenWritten(
      Outcome written,
      Outcome otherwise,
      Waiter.@Nullable Place own,
      Waiter.@Nullable Place stale,
      boolean clears) {
    var future = new CompletableFuture<Outcome>();
    waiters.add(new Waiter(future, written, otherwise, own, stale, clears));
    unanswered++;
    work.signal();
    return future;
  }

  private CompletableFuture<Outcome> strike(Waiter.@Nullable Place stale, Outcome outcome) {
    var future = new CompletableFuture<Outcome>();
    boolean all = stale == null || strikes.size() >= MOST_STRIKES;
    strikes.add(new Waiter(future, outcome, outcome, null, all ? null : stale, all));
    unanswered++;
    work.signal();
    return future;
  }

  private Waiter.Place place(long address) {
    Segment segment = ring.segment(Address.segment(address));
    return new Waiter.Place(segment, segment.generation(), Address.offset(address));
  }

  private static Outcome refused(Reason why) {
    return new Outcome.Refused(why);
  }

  private static CompletableFuture<Outcome> answered(Outcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }

  // What the writer asks for.

  /** Bytes of a chunk that are to be written. */
  record Slice(Chunk chunk, int from, int to) {}

  /** One round of the writer. */
  record Batch(
      List<Slice> slices,
      List<Waiter> waiters,
      List<Waiter> strikes,
      boolean reclaim,
      boolean last) {}

  /** Waits until there is something to write, to strike out or to reclaim. */
  Batch nextBatch() {
    lock.lock();
    try {
      awaitWork();
      if (stopping) {
        sealActive();
      }
      var batch = new Batch(slices(), waiters, strikes, wantsSegments(), stopping);
      waiters = new ArrayList<>();
      strikes = new ArrayList<>();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void awaitWork() {
    while (!stopping && waiters.isEmpty() && strikes.isEmpty() && !wantsSegments()) {
      long age = System.nanoTime() - unflushedSince;
      if (unflushed >= Chunk.BYTES || (unflushed > 0 && age >= FLUSH_NANOS)) {
        return;
      }
      try {
        long left = work.awaitNanos(unflushed == 0 ? 20 * FLUSH_NANOS : FLUSH_NANOS - age);
        assert left <= 20 * FLUSH_NANOS;
      } catch (InterruptedException e) {
        // Nobody has reason to interrupt the writer; it ends when told to stop.
      }
    }
  }

  private List<Slice> slices() {
    List<Slice> slices = new ArrayList<>();
    for (Chunk chunk : pending) {
      if (chunk.written() < chunk.filled()) {
        slices.add(new Slice(chunk, chunk.written(), chunk.filled()));
      }
    }
    return slices;
  }

  private boolean wantsSegments() {
    return !breaker.open()
        && ring.oldest() != null
        && (ring.freeCount() < layout.spare() || markers.tooMany());
  }

  void written(Slice slice) {
    lock.lock();
    try {
      Chunk chunk = slice.chunk();
      chunk.writtenTo(slice.to());
      chunk.segment().flushedTo(chunk.position(slice.to()));
      unflushed -= slice.to() - slice.from();
      unflushedSince = System.nanoTime();
      if (chunk != current && chunk.written() == chunk.filled()) {
        pending.remove(chunk);
        readable = List.copyOf(pending);
        buffers.giveBack(chunk.buffer());
      }
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void answered(int count) {
    lock.lock();
    try {
      unanswered -= count;
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
      List<Segment> torn = new ArrayList<>();
      for (Slice slice : slices()) {
        Segment segment = slice.chunk().segment();
        if (!torn.contains(segment)) {
          torn.add(segment);
        }
      }
      if (active != null && !ring.sealed().contains(active)) {
        ring.seal(active);
        if (!torn.contains(active)) {
          torn.add(active);
        }
      }
      for (Segment segment : torn) {
        index.removeIf(address -> Address.segment(address) == segment.number()
            && Address.offset(address) >= segment.flushed());
      }
      pending.clear();
      readable = List.of();
      active = null;
      current = null;
      unflushed = 0;
      waiting.addAll(waiters);
      waiters = new ArrayList<>();
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

  @Nullable
  Segment oldest() {
    lock.lock();
    try {
      return ring.oldest();
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
}
