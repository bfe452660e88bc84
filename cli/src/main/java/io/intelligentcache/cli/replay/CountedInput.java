package io.intelligentcache.cli.replay;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts the bytes read from a file and reports them. */
final class CountedInput extends FilterInputStream {
  /** Called after each read. */
  @FunctionalInterface
  interface Listener {
    void read(long bytes, long of);
  }

  private final long length;
  private final Listener listener;
  private long count;

  CountedInput(InputStream in, long length, Listener listener) {
    super(in);
    this.length = length;
    this.listener = listener;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    told(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int most) throws IOException {
    int read = super.read(bytes, offset, most);
    told(Math.max(0, read));
    return read;
  }

  private void told(int read) {
    count += read;
    listener.read(count, Math.max(1, length));
  }
}
