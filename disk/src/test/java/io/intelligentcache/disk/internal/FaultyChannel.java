package io.intelligentcache.disk.internal;

import io.intelligentcache.disk.internal.FaultyFiles.Access;
import io.intelligentcache.disk.internal.FaultyFiles.HalfWritten;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A real channel. A test can make each of its calls fail. */
final class FaultyChannel extends FileChannel {
  private final FaultyFiles files;
  private final Path file;
  private final FileChannel real;

  FaultyChannel(FaultyFiles files, Path file, FileChannel real) {
    this.files = files;
    this.file = file;
    this.real = real;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    files.before(Access.READ, file);
    return real.read(into);
  }

  @Override
  public int read(ByteBuffer into, long position) throws IOException {
    files.before(Access.READ, file);
    int bytes = real.read(into, position);
    files.read(file);
    return bytes;
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    files.before(Access.READ, file);
    return real.read(into, offset, length);
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int bytes = write(from, real.position());
    real.position(real.position() + bytes);
    return bytes;
  }

  @Override
  public int write(ByteBuffer from, long position) throws IOException {
    try {
      files.before(Access.WRITE, file);
    } catch (HalfWritten e) {
      real.write(from.slice(from.position(), from.remaining() / 2), position);
      throw e;
    }
    return real.write(from, position);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    files.before(Access.WRITE, file);
    return real.write(from, offset, length);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    files.before(Access.TRUNCATE, file);
    real.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    files.before(Access.FORCE, file);
    real.force(metaData);
  }

  @Override
  public long size() throws IOException {
    files.before(Access.LOOK, file);
    return real.size();
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long to) throws IOException {
    real.position(to);
    return this;
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    files.before(Access.READ, file);
    return real.transferTo(position, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    files.before(Access.WRITE, file);
    return real.transferFrom(source, position, count);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    files.before(Access.READ, file);
    return real.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    files.before(Access.LOCK, file);
    return real.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    files.before(Access.LOCK, file);
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
