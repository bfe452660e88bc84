package io.intelligentcache.disk.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.internal.file.SegmentOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/** A disk whose writes a test can stop, and whose files a test can make fail. */
public final class HeldDisk implements SegmentOutput.Opener {
  private static final int BLOCK = 4096;

  /** Whether the disk is full: files keep their blocks and get no more. */
  public volatile boolean full;

  volatile boolean outOfMemory;
  public volatile String broken = "none";
  volatile Runnable onTruncate = () -> {};
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile boolean waiting;

  /** Makes the writer hang after a write that matches {@code written}; returns its answer. */
  <T> CompletableFuture<T> hold(Supplier<CompletableFuture<T>> written) {
    waiting = false;
    gate = new CountDownLatch(1);
    CompletableFuture<T> answer = written.get();
    Awaitility.await().until(() -> waiting);
    assertThat(answer).isNotDone();
    return answer;
  }

  void letGo() {
    gate.countDown();
  }

  @Override
  public SegmentOutput open(Path file) throws IOException {
    failIfOutOfMemory();
    SegmentOutput real = SegmentOutput.toFile(file);
    return new SegmentOutput() {
      @Override
      public void write(ByteBuffer from, int position) throws IOException {
        failIfOutOfMemory();
        long blocks = (file.toFile().length() + BLOCK - 1) / BLOCK;
        boolean longer = position + from.remaining() > blocks * BLOCK;
        if (file.endsWith(broken) || broken.equals("any") || (full && longer)) {
          throw new IOException("made to fail");
        }
        real.write(from, position);
        awaitGate();
      }

      @Override
      public void truncate(int size) throws IOException {
        onTruncate.run();
        real.truncate(size);
      }

      @Override
      public void force() throws IOException {
        real.force();
      }

      @Override
      public void close() throws IOException {
        real.close();
      }
    };
  }

  private void failIfOutOfMemory() {
    if (outOfMemory) {
      throw new OutOfMemoryError("made to fail");
    }
  }

  private void awaitGate() throws IOException {
    waiting = gate.getCount() > 0;
    try {
      if (!gate.await(60, SECONDS)) {
        throw new IOException("the test has not let go");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
