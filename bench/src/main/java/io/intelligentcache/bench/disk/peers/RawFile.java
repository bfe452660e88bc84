package io.intelligentcache.bench.disk.peers;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.intelligentcache.bench.disk.DiskEntries;
import io.intelligentcache.bench.disk.StoreUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The upper limit, not a store: keys and values one after the other in a file, written 1 MiB at a time,
 * read by position. It has no index, checks no key, and can't be opened again.
 */
public final class RawFile implements StoreUnderTest {
  private static final int CHUNK_BYTES = 1 << 20;

  private final FileChannel file;
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
  private final long[] positions;
  private final int[] valueBytes;
  private final ThreadLocal<ByteBuffer> windows = ThreadLocal.withInitial(
      () -> ByteBuffer.allocateDirect(DiskEntries.LONGEST_KEY + DiskEntries.LARGEST_VALUE));
  private long written;

  public RawFile(Path directory, int entries) throws IOException {
    file = FileChannel.open(directory.resolve("raw"), CREATE_NEW, READ, WRITE);
    positions = new long[entries];
    valueBytes = new int[entries];
  }

  @Override
  public boolean put(int entry, byte[] key, byte[] value) {
    if (chunk.remaining() < key.length + value.length) {
      settle();
    }
    positions[entry] = written + chunk.position();
    valueBytes[entry] = value.length;
    chunk.put(key).put(value);
    return true;
  }

  @Override
  public byte[] get(int entry, byte[] key) {
    var value = new byte[valueBytes[entry]];
    ByteBuffer window = windows.get().clear().limit(key.length + value.length);
    try {
      while (window.hasRemaining()) {
        if (file.read(window, positions[entry] + window.position()) < 0) {
          throw new IllegalStateException("the raw file has lost entry " + entry);
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    window.get(key.length, value);
    var crc = new CRC32C();
    crc.update(value, 0, value.length);
    if (crc.getValue() == -1) {
      throw new IllegalStateException("a checksum is not negative"); // keeps the checksum computed
    }
    return value;
  }

  @Override
  public void settle() {
    try {
      chunk.flip();
      while (chunk.hasRemaining()) {
        written += file.write(chunk, written);
      }
      chunk.clear();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
