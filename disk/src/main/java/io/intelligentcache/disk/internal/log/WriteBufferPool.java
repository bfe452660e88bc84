package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** The memory of write buffers that were written, to be used again. Guarded by the log's lock. */
final class WriteBufferPool {
  private static final int MOST = 4;

  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();

  ByteBuffer take(int recordBytes) {
    boolean usual = SegmentHeader.BYTES + recordBytes <= WriteBuffer.BYTES;
    ByteBuffer buffer = usual ? idle.pollFirst() : null;
    return buffer == null ? WriteBuffer.buffer(recordBytes) : buffer;
  }

  void giveBack(ByteBuffer buffer) {
    if (idle.size() < MOST && buffer.capacity() == WriteBuffer.BYTES + RecordHeader.BYTES) {
      idle.addFirst(buffer);
    }
  }
}
