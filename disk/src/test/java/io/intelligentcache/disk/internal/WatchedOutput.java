package io.intelligentcache.disk.internal;

import io.intelligentcache.disk.internal.file.SegmentOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Delegates every call to a real file, so that a test overrides only the calls that it needs. */
class WatchedOutput implements SegmentOutput {
  private final SegmentOutput real;

  WatchedOutput(SegmentOutput real) {
    this.real = real;
  }

  @Override
  public void write(ByteBuffer from, int position) throws IOException {
    real.write(from, position);
  }

  @Override
  public void truncate(int size) throws IOException {
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
}
