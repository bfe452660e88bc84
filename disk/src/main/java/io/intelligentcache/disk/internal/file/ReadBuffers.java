package io.intelligentcache.disk.internal.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A pool of a few direct buffers for reads. Not heap buffers, because a channel then keeps a direct
 * buffer of the largest size per thread. Not thread-locals, because there may be very many threads.
 */
public final class ReadBuffers {
  /** The size of a buffer. It is enough for any header with its key, and for most whole records. */
  public static final int BYTES = 64 * 1024;

  private final AtomicReferenceArray<ByteBuffer> idle =
      new AtomicReferenceArray<>(4 * Runtime.getRuntime().availableProcessors());

  public ByteBuffer take() {
    int start = start();
    for (int i = 0; i < idle.length(); i++) {
      ByteBuffer window = idle.getAndSet((start + i) % idle.length(), null);
      if (window != null) {
        return window.clear();
      }
    }
    return ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns a buffer to the pool. If the pool is full, the garbage collector takes it. */
  public void giveBack(ByteBuffer window) {
    int start = start();
    for (int i = 0; i < idle.length(); i++) {
      if (idle.compareAndSet((start + i) % idle.length(), null, window)) {
        return;
      }
    }
  }

  private int start() {
    return (int) (Thread.currentThread().getId() % idle.length());
  }
}
