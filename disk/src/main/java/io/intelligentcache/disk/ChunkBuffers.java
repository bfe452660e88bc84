package io.intelligentcache.disk;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Buffers of chunks that were written, for the next. Guarded by the log's lock. */
final class ChunkBuffers {
  private static final int MOST = 4;

  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();

  ByteBuffer take(int recordBytes) {
    boolean usual = SegmentHeader.BYTES + recordBytes <= Chunk.BYTES;
    ByteBuffer buffer = usual ? idle.pollFirst() : null;
    return buffer == null ? Chunk.buffer(recordBytes) : buffer;
  }

  void giveBack(ByteBuffer buffer) {
    if (idle.size() < MOST && buffer.capacity() == Chunk.BYTES + RecordHead.BYTES) {
      idle.addFirst(buffer);
    }
  }
}
