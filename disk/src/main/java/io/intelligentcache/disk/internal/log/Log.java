package io.intelligentcache.disk.internal.log;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.disk.internal.file.DiskCounters;
import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.format.StoredValue;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The log as callers use it. It gives every record its position, in the order of the calls, and
 * keeps the record readable until the writer has written it to the file.
 *
 * <p>A lost put costs a miss. A lost overwrite or a lost tombstone would bring back an old value.
 * So a put of a key that the log does not have is acknowledged at once. Every other operation is
 * acknowledged when the file has it.
 *
 * <p>The lock is held while one record is copied, never during a disk access. The order of records
 * under the lock is the order of their effects. The index changes under the same lock.
 */
public final class Log {
  /** How many bytes may wait for the writer. Puts beyond that are refused. */
  static final int MOST_UNFLUSHED = 4 * WriteBuffer.BYTES;

  /**
   * Bytes beyond that, for tombstones and clear markers only: a put that is refused must still
   * remove its key.
   */
  static final int RESERVE = WriteBuffer.BYTES;

  /** How long a put or a clear waits for room: longer than a healthy disk needs to write a buffer. */
  private static final long PATIENCE_NANOS = MILLISECONDS.toNanos(2);

  private static final byte[] NO_VALUE = new byte[0];

  private final LogMonitor monitor;
  private final SegmentRing ring;
  private final ActiveSegment active;
  private final Index index;
  private final RangeTombstones rangeTombstones;
  private final WritePause pause;
  private final StoreClock clock;
  private final DiskCounters counters;
  private final PendingAcks pendingAcks;
  private final int maxRecordBytes;
  private final List<StoredKey> swept = new ArrayList<>();

  public Log(LogState state, StoreClock clock) {
    this.monitor = state.monitor();
    this.ring = state.ring();
    this.active = state.active();
    this.index = state.index();
    this.rangeTombstones = state.rangeTombstones();
    this.pause = state.pause();
    this.clock = clock;
    this.counters = state.counters();
    this.pendingAcks = state.pendingAcks();
    this.maxRecordBytes = ring.geometry().maxRecordBytes();
  }

  // Operations of callers.

  /** Appends an entry. Waits a short time if there is no room. */
  public CompletableFuture<Outcome> put(StoredKey key, Item item) {
    return put(key, item, PATIENCE_NANOS, true);
  }

  /**
   * As {@link #put(StoredKey, Item)}, but refuses the entry at once if there is no room.
   *
   * @param last whether the refused entry is not offered again; if it is, nothing changes
   */
  public CompletableFuture<Outcome> offer(StoredKey key, Item item, boolean last) {
    return put(key, item, 0, last);
  }

  private CompletableFuture<Outcome> put(
      StoredKey key, Item offered, long patienceNanos, boolean last) {
    Item item = clock.kept(offered);
    if (isTooLarge(key, item)) {
      return invalidate(key.hash(), refused(Reason.TOO_LARGE));
    }
    byte[] value = StoredValue.of(item);
    RecordHeader head = RecordHeader.put(key, item, value, active.encrypts());
    monitor.lock();
    try {
      boolean fits = !pause.on() && awaitRoom(head.size(), MOST_UNFLUSHED, patienceNanos);
      if (monitor.stopping() || pause.on()) {
        return invalidate(key.hash(), refused(Reason.OPEN));
      }
      if (!fits) {
        return busy(key.hash(), last);
      }
      PendingAck.Place place = append(head, key.bytes(), value);
      long before = index.put(key.hash(), place.address());
      counters.writes.increment();
      if (before == Address.NONE && !pendingAcks.leaving(key.hash())) {
        return answered(Outcome.DONE);
      }
      PendingAck.Place stale = before == Address.NONE ? null : place(before);
      return whenWritten(Outcome.DONE, refused(Reason.BROKEN), place, stale, false);
    } catch (OutOfMemoryError e) {
      return busy(key.hash(), last);
    } finally {
      monitor.unlock();
    }
  }

  private CompletableFuture<Outcome> busy(long hash, boolean last) {
    Outcome busy = refused(Reason.BUSY);
    return last ? invalidate(hash, busy) : answered(busy);
  }

  /** Whether a put is refused because of its size. */
  public boolean isTooLarge(StoredKey key, Item item) {
    return RecordHeader.bytes(key, item, active.encrypts()) > maxRecordBytes;
  }

  public CompletableFuture<Outcome> remove(long hash) {
    return invalidate(hash, Outcome.DONE);
  }

  /** Declines an offered item: makes its key absent. */
  public CompletableFuture<Outcome> decline(long hash) {
    return invalidate(hash, refused(Reason.DECLINED));
  }

  /** Removes the entry at an address; returns null if the key was written again meanwhile. */
  @Nullable
  public CompletableFuture<Outcome> removeAt(long hash, long address) {
    monitor.lock();
    try {
      return index.find(hash) == address ? remove(hash) : null;
    } finally {
      monitor.unlock();
    }
  }

  /**
   * Makes a key absent, also after a crash. The result is {@code outcome}, once the file has the
   * change.
   */
  private CompletableFuture<Outcome> invalidate(long hash, Outcome outcome) {
    monitor.lock();
    try {
      if (monitor.stopping()) {
        return answered(refused(Reason.CLOSED));
      }
      long before = index.remove(hash);
      if (before != Address.NONE && outcome == Outcome.DONE && !Address.isMasked(before)) {
        counters.removals.increment();
      }
      if (before == Address.NONE) {
        // The key is absent, but its tombstone may not be in the file yet.
        return pause.held() || pendingAcks.leaving(hash)
            ? whenWritten(outcome, outcome, null, null, false)
            : answered(outcome);
      }
      pendingAcks.removed(hash);
      RecordHeader tombstone = RecordHeader.tombstone(hash);
      if (pause.on() || !active.hasRoom(tombstone.size(), MOST_UNFLUSHED + RESERVE)) {
        return markDead(place(before), outcome);
      }
      try {
        PendingAck.Place place = append(tombstone, StoredKey.NONE.bytes(), NO_VALUE);
        return whenWritten(outcome, outcome, place, place(before), false);
      } catch (OutOfMemoryError e) {
        return markDead(place(before), outcome);
      }
    } finally {
      monitor.unlock();
    }
  }

  public CompletableFuture<Outcome> clear(Space space, StoredKey stored) {
    RecordHeader head = RecordHeader.clear(stored.bytes().length, active.encrypts());
    monitor.lock();
    try {
      boolean fits =
          !pause.on() && awaitRoom(head.size(), MOST_UNFLUSHED + RESERVE, PATIENCE_NANOS);
      if (monitor.stopping()) {
        return answered(refused(Reason.CLOSED));
      }
      if (!fits || pause.on()) {
        // No clear marker can be written, so the store on disk is invalidated. In this process the
        // range tombstone hides the space.
        rangeTombstones.add(space, active.position());
        return markDead(null, Outcome.DONE);
      }
      PendingAck.Place place = append(head, stored.bytes(), NO_VALUE);
      rangeTombstones.add(space, RangeTombstones.position(place.generation(), place.offset()));
      if (rangeTombstones.tooMany()) {
        monitor.segmentsAreScarce();
      }
      return whenWritten(Outcome.DONE, Outcome.DONE, place, null, true);
    } catch (OutOfMemoryError e) {
      rangeTombstones.add(space, active.position());
      return markDead(null, Outcome.DONE);
    } finally {
      monitor.unlock();
    }
  }

  /**
   * Relocates an entry of a segment that is being freed: appends it again. Evicts the entry if it
   * must not be kept or if there is no room. Does nothing if the entry has changed since it was
   * read.
   *
   * <p>The header of that segment must have been erased on disk before. Otherwise the disk would
   * have two records of a key, and to remove the key both would have to be marked dead.
   */
  public void relocate(StoredKey key, Item item, long address) {
    byte[] value = StoredValue.of(item);
    RecordHeader head = RecordHeader.put(key, item, value, active.encrypts());
    monitor.lock();
    try {
      boolean there = index.find(key.hash()) == address;
      boolean room = active.hasRoom(head.size(), MOST_UNFLUSHED / 2);
      if (there && room && !pause.on() && !monitor.stopping() && usable(key, item, address)) {
        PendingAck.Place place = append(head, key.bytes(), value);
        index.put(key.hash(), place.address());
        counters.rewrites.increment();
      } else {
        evict(key.hash(), address);
      }
    } catch (OutOfMemoryError e) {
      evict(key.hash(), address);
    } finally {
      monitor.unlock();
    }
  }

  /**
   * Whether an entry may be relocated. Clears and clock changes after its old position would not
   * apply to its new position. A running sweep might see the entry at neither position.
   */
  private boolean usable(StoredKey key, Item item, long address) {
    long position = RangeTombstones.position(place(address).generation(), Address.offset(address));
    return swept.stream().noneMatch(space -> space.isSpaceOf(key.bytes()))
        && !rangeTombstones.hides(StoredKey.space(key.bytes()), position)
        && !clock.expired(item.expiresAtMillis(), position);
  }

  /** Evicts the entry at an address, masked or not. */
  public void evict(long hash, long address) {
    monitor.lock();
    try {
      long there = index.find(hash);
      if (Address.unmasked(there) == address) {
        index.remove(hash);
        counters.evictions.add(Address.isMasked(there) ? 0 : 1);
      }
    } finally {
      monitor.unlock();
    }
  }

  /** Completes when everything appended so far is in the file. */
  public CompletableFuture<Outcome> flush() {
    monitor.lock();
    try {
      return monitor.stopping() || (active.unflushed() == 0 && !pendingAcks.any())
          ? answered(Outcome.DONE)
          : whenWritten(Outcome.DONE, refused(Reason.BROKEN), null, null, false);
    } finally {
      monitor.unlock();
    }
  }

  /**
   * Begins a sweep of a space; returns the position where the log ends. All present entries are
   * before it. Until the sweep ends, entries of this space are not relocated.
   */
  public long beginSweep(StoredKey space) {
    monitor.lock();
    try {
      swept.add(space);
      return active.position();
    } finally {
      monitor.unlock();
    }
  }

  public void endSweep(StoredKey space) {
    monitor.lock();
    try {
      swept.remove(space);
    } finally {
      monitor.unlock();
    }
  }

  /** Bytes of the log that hold records. */
  public long bytes() {
    monitor.lock();
    try {
      return active.bytes();
    } finally {
      monitor.unlock();
    }
  }

  // The order of records. All of these are called under the lock.

  /** Waits for the writer to make room; returns false if there still is none after a time. */
  private boolean awaitRoom(int bytes, int limit, long nanos) {
    long left = nanos;
    while (!active.hasRoom(bytes, limit)) {
      monitor.thereIsWork();
      monitor.segmentsAreScarce();
      if (left <= 0 || monitor.stopping() || pause.on()) {
        return false;
      }
      left = monitor.awaitRoom(left);
    }
    return true;
  }

  /** Appends a record for which there is room. */
  private PendingAck.Place append(RecordHeader head, byte[] key, byte[] value) {
    int before = active.unflushed();
    long address = active.append(head, key, value);
    if (before == 0 || (before < WriteBuffer.BYTES && active.unflushed() >= WriteBuffer.BYTES)) {
      monitor.thereIsWork();
    }
    if (ring.isScarce()) {
      monitor.segmentsAreScarce();
    }
    return place(address);
  }

  private CompletableFuture<Outcome> whenWritten(
      Outcome written,
      Outcome otherwise,
      PendingAck.@Nullable Place own,
      PendingAck.@Nullable Place stale,
      boolean clears) {
    monitor.thereIsWork();
    return pendingAcks.add(written, otherwise, own, stale, clears);
  }

  private CompletableFuture<Outcome> markDead(PendingAck.@Nullable Place stale, Outcome outcome) {
    monitor.thereIsWork();
    return pendingAcks.markDead(stale, outcome);
  }

  private PendingAck.Place place(long address) {
    Segment segment = ring.segment(Address.segment(address));
    return new PendingAck.Place(segment, segment.generation(), address);
  }

  private static Outcome refused(Reason why) {
    return new Outcome.Refused(why);
  }

  private static CompletableFuture<Outcome> answered(Outcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }
}
