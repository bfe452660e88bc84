package io.intelligentcache.disk.internal.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A few direct buffers to read through. Own buffers, because a channel that is given a heap buffer
 * keeps a direct one of the largest size per thread; not thread-locals, because there may be very
 * many threads.
 */
public final class ReadBuffers {
  /** Holds any head with its key, and most whole records. */
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

  /** Beyond what the pool holds they are left to the garbage collector. */
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
