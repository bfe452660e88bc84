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
import org.jspecify.annotations.Nullable;

/**
 * The growing end of the log: the active segment, and the chunks that the file does not have yet.
 * Guarded by the log's lock, apart from {@link #chunkAt}.
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
  private @Nullable Segment active;
  private @Nullable WriteBuffer current;
  private @Nullable SegmentIndex segmentIndex;
  private int unflushed;
  private long unflushedSince;

  /**
   * Makes the end of a log that begins with its next record.
   *
   * @param keys if the log is encrypted
   */
  public ActiveSegment(
      SegmentGeometry geometry,
      Manifest manifest,
      SegmentRing ring,
      StoreClock clock,
      @Nullable StoreKeys keys) {
    this.geometry = geometry;
    this.manifest = manifest;
    this.ring = ring;
    this.clock = clock;
    this.keys = keys;
  }

  /** Bytes of a chunk that are to be written. */
  record Slice(WriteBuffer chunk, int from, int to) {}

  /** Whether what is appended gets encrypted, and so the heads have to say that. */
  boolean encrypts() {
    return keys != null;
  }

  /** Bytes that wait for the writer. */
  int unflushed() {
    return unflushed;
  }

  /** How long the oldest of these may have waited, at most. */
  long unflushedNanos() {
    return System.nanoTime() - unflushedSince;
  }

  /** Whether a record of that size can be appended while at most {@code limit} bytes wait. */
  boolean hasRoom(int bytes, int limit) {
    return (unflushed == 0 || unflushed + bytes <= limit)
        && (!mustRoll(bytes) || ring.freeCount() > 0);
  }

  private boolean mustRoll(int bytes) {
    return current == null
        || segmentIndex == null
        || current.end()
                + bytes
                + RecordHeader.BYTES
                + HintFile.bytes(segmentIndex)
                + HintFile.ENTRY_BYTES
            > geometry.segmentBytes();
  }

  /**
   * Appends a record for which there is room; returns its address. Encrypts it, for this very place:
   * a record that moves comes here once more.
   *
   * @param key in the plain, as is the value
   * @throws OutOfMemoryError if there is no memory for a chunk; then nothing has changed
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
      ByteBuffer buffer = buffers.take(head.size()); // first: no memory, then nothing has begun
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

  /** A record that can't be encrypted to its end has used its nonces, so nothing may follow it. */
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

  /** Ends the active segment. There is always room for the seal: each chunk and segment keeps it. */
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
      unflushedSince = System.nanoTime();
    }
    unflushed += bytes;
  }

  /** Where the log ends, see {@link RangeTombstones#position}. */
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

  /** Any thread: the chunk that has a place which the file does not have yet. */
  @Nullable
  public WriteBuffer chunkAt(Segment segment, int offset) {
    for (WriteBuffer chunk : readable) {
      if (chunk.covers(segment, offset)) {
        return chunk;
      }
    }
    return null;
  }

  /** Whether the file does not have all of a segment yet. */
  boolean holds(Segment segment) {
    return pending.stream().anyMatch(chunk -> chunk.segment() == segment);
  }

  int chunks() {
    return pending.size();
  }

  /** What is to be written, in its order. */
  List<Slice> slices() {
    List<Slice> slices = new ArrayList<>();
    for (WriteBuffer chunk : pending) {
      if (chunk.written() < chunk.filled()) {
        slices.add(new Slice(chunk, chunk.written(), chunk.filled()));
      }
    }
    return slices;
  }

  /** The file has it, so readers look there from here on. */
  void written(Slice slice) {
    WriteBuffer chunk = slice.chunk();
    chunk.writtenTo(slice.to());
    chunk.segment().flushedTo(chunk.position(slice.to()));
    unflushed -= slice.to() - slice.from();
    unflushedSince = System.nanoTime();
    letGo();
  }

  /** Gives back the buffers of chunks that are written and no longer filled. */
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

  /** The active segment, and others of which the file does not have all, oldest first. */
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

  /** Forgets what is not in the file. Segments of which it has a part end there; all are sealed. */
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
