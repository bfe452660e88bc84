package io.intelligentcache.disk.internal.file;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A segment file, open for writing. Tests replace it to let the disk fail. */
public interface SegmentOutput extends AutoCloseable {
  /** Opens files. */
  @FunctionalInterface
  interface Opener {
    SegmentOutput open(Path file) throws IOException;
  }

  /** Writes all of {@code from} at a position of the file. */
  void write(ByteBuffer from, int position) throws IOException;

  void truncate(int size) throws IOException;

  void force() throws IOException;

  @Override
  void close() throws IOException;

  static SegmentOutput toFile(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, CREATE, WRITE);
    return new SegmentOutput() {
      @Override
      public void write(ByteBuffer from, int position) throws IOException {
        int start = from.position();
        while (from.hasRemaining()) {
          channel.write(from, position + from.position() - start);
        }
      }

      @Override
      public void truncate(int size) throws IOException {
        channel.truncate(size);
      }

      @Override
      public void force() throws IOException {
        channel.force(false);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }
}
