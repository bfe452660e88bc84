package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.HintFile;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentCipher;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.format.SegmentHeader;
import io.intelligentcache.disk.internal.format.SegmentIndex;
import io.intelligentcache.disk.internal.format.StoreKeys;
import io.intelligentcache.disk.internal.format.StoredKey;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log: the active segment, and the write buffers that are not in the file yet.
 * Guarded by the log's lock, except {@link #chunkAt}.
 */
public final class ActiveSegment {
  private static final byte[] NO_VALUE = new byte[0];

  private final SegmentGeometry geometry;
  private final Manifest manifest;
  private final SegmentRing ring;
  private final StoreClock clock;
  private final ArrayDeque<WriteBuffer> pending = new ArrayDeque<>();
  private final WriteBufferPool buffers = new WriteBufferPool();
  private volatile List<WriteBuffer> readable = List.of();
  private final @Nullable StoreKeys keys;
  private final LongSupplier nanos;
  private @Nullable Segment active;
  private @Nullable WriteBuffer current;
  private @Nullable SegmentIndex segmentIndex;
  private int unflushed;
  private long unflushedSince;

  /**
   * Makes the end of a log. The next record begins a segment.
   *
   * @param keys the keys of an encrypted store; null if the store is not encrypted
   * @param nanos the scheduler's clock
   */
  public ActiveSegment(
      Manifest manifest,
      SegmentRing ring,
      StoreClock clock,
      @Nullable StoreKeys keys,
      LongSupplier nanos) {
    this.geometry = ring.geometry();
    this.manifest = manifest;
    this.ring = ring;
    this.clock = clock;
    this.keys = keys;
    this.nanos = nanos;
  }

  /** Bytes of a write buffer that are to be written. */
  record Slice(WriteBuffer chunk, int from, int to) {}

  /** Whether appended records are encrypted. Their headers must say so. */
  boolean encrypts() {
    return keys != null;
  }

  /** Bytes that wait for the writer. */
  int unflushed() {
    return unflushed;
  }

  /** The longest time that the oldest of these bytes may have waited. */
  long unflushedNanos() {
    return nanos.getAsLong() - unflushedSince;
  }

  /** Whether a record of that size can be appended while at most {@code limit} bytes wait. */
  boolean hasRoom(int bytes, int limit) {
    return (unflushed == 0 || unflushed + bytes <= limit) && (!mustRoll(bytes) || ring.hasFree());
  }

  private boolean mustRoll(int bytes) {
    return current == null
        || segmentIndex == null
        || !geometry.fits(
            current.end() + bytes + RecordHeader.BYTES,
            HintFile.bytes(segmentIndex) + HintFile.ENTRY_BYTES);
  }

  /**
   * Appends a record for which there is room; returns its address. Encrypts the record for this
   * position. A relocated record is appended, and so encrypted, again.
   *
   * @param key the key before encryption; the value too is as before encryption
   * @throws OutOfMemoryError if there is no memory for a write buffer; then nothing has changed
   */
  long append(RecordHeader head, byte[] key, byte[] value) {
    WriteBuffer chunk = current;
    Segment segment = active;
    SegmentIndex filling = segmentIndex;
    if (filling != null) {
      filling.reserve();
    }
    if (chunk == null || segment == null || filling == null || mustRoll(head.size())) {
      filling = new SegmentIndex();
      ByteBuffer buffer = buffers.take(head.size()); // first, as it may fail
      SegmentCipher cipher = keys == null ? null : keys.begin(ring.lastGeneration() + 1);
      seal();
      segment = ring.begin();
      segment.cipher(cipher);
      active = segment;
      segmentIndex = filling;
      segment.entries(filling);
      chunk = begin(segment, 0, buffer);
    } else if (!chunk.fits(head.size())) {
      chunk = begin(segment, chunk.end(), buffers.take(head.size()));
    }
    int offset = append(chunk, head, segment, key, value);
    filling.add(
        head,
        offset,
        true,
        head.kind() == RecordHeader.CLEAR ? chunk.storedKey(head, offset) : NO_VALUE);
    appended(head.size());
    return Address.of(segment.number(), offset, head.size());
  }

  /**
   * Appends a record to a write buffer. If its encryption fails, its nonces may be used already. So
   * the segment ends then, and no other record gets this position.
   */
  private int append(
      WriteBuffer chunk, RecordHeader head, Segment segment, byte[] key, byte[] value) {
    try {
      return chunk.append(head, segment.generation(), key, value);
    } catch (RuntimeException | Error e) {
      seal();
      throw e;
    }
  }

  private WriteBuffer begin(Segment segment, int start, ByteBuffer buffer) {
    WriteBuffer chunk = new WriteBuffer(segment, start, buffer);
    if (start == 0) {
      chunk.header(new SegmentHeader(
          segment.generation(),
          manifest.store(),
          geometry.segmentBytes(),
          clock.mark(),
          segment.salt()));
      appended(SegmentHeader.BYTES);
    }
    pending.addLast(chunk);
    current = chunk;
    letGo();
    return chunk;
  }

  /**
   * Ends the active segment. There is always room for the seal, because each write buffer and each
   * segment reserves it.
   */
  void seal() {
    Segment segment = active;
    if (segment != null && current != null) {
      current.append(RecordHeader.seal(), segment.generation(), StoredKey.NONE.bytes(), NO_VALUE);
      appended(RecordHeader.BYTES);
      segment.complete();
      ring.seal(segment);
    }
    active = null;
    current = null;
    segmentIndex = null;
  }

  private void appended(int bytes) {
    if (unflushed == 0) {
      unflushedSince = nanos.getAsLong();
    }
    unflushed += bytes;
  }

  /** The position where the log ends, see {@link RangeTombstones#position}. */
  long position() {
    return active == null || current == null
        ? RangeTombstones.position(ring.lastGeneration() + 1, 0)
        : RangeTombstones.position(active.generation(), current.end());
  }

  /** Live segments, oldest first. */
  List<Segment> segments() {
    List<Segment> all = ring.sealed();
    if (active != null) {
      all.add(active);
    }
    return all;
  }

  /** Bytes of the live segments. */
  long bytes() {
    long bytes = (long) ring.sealedCount() * geometry.segmentBytes();
    return current == null ? bytes : bytes + current.end();
  }

  /**
   * The write buffer with a position that is not in the file yet; null if there is none. Any thread
   * may call it.
   */
  @Nullable
  public WriteBuffer chunkAt(Segment segment, int offset) {
    for (WriteBuffer chunk : readable) {
      if (chunk.covers(segment, offset)) {
        return chunk;
      }
    }
    return null;
  }

  /** Whether a part of a segment is not in the file yet. */
  boolean holds(Segment segment) {
    return pending.stream().anyMatch(chunk -> chunk.segment() == segment);
  }

  /** The bytes to write, in order. */
  List<Slice> slices() {
    List<Slice> slices = new ArrayList<>();
    for (WriteBuffer chunk : pending) {
      if (chunk.written() < chunk.filled()) {
        slices.add(new Slice(chunk, chunk.written(), chunk.filled()));
      }
    }
    return slices;
  }

  /** Marks a slice as written. From here on readers read it from the file. */
  void written(Slice slice) {
    WriteBuffer chunk = slice.chunk();
    chunk.writtenTo(slice.to());
    chunk.segment().flushedTo(chunk.position(slice.to()));
    unflushed -= slice.to() - slice.from();
    unflushedSince = nanos.getAsLong();
    letGo();
  }

  /** Releases write buffers that are written completely and receive no more records. */
  private void letGo() {
    pending.removeIf(chunk -> {
      boolean done = chunk != current && chunk.written() == chunk.filled();
      if (done) {
        buffers.giveBack(chunk.buffer());
      }
      return done;
    });
    readable = List.copyOf(pending);
  }

  /** The segments that are not completely in their files, and the active segment, oldest first. */
  List<Segment> unwritten() {
    List<Segment> unwritten = new ArrayList<>();
    for (Slice slice : slices()) {
      Segment segment = slice.chunk().segment();
      if (!unwritten.contains(segment)) {
        unwritten.add(segment);
      }
    }
    Segment last = active;
    if (last != null && !unwritten.contains(last)) {
      unwritten.add(last);
    }
    return unwritten;
  }

  /**
   * Drops everything that is not in the files, and seals the active segment. A segment that is
   * partly in its file ends there.
   */
  void giveUp() {
    Segment last = active;
    if (last != null) {
      ring.seal(last);
    }
    pending.clear();
    readable = List.of();
    active = null;
    current = null;
    segmentIndex = null;
    unflushed = 0;
  }
}
