package io.intelligentcache.disk.internal.log;

import static java.nio.file.StandardOpenOption.READ;

import io.intelligentcache.disk.internal.file.Quarantine;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.SegmentCipher;
import io.intelligentcache.disk.internal.format.SegmentIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A segment file, as readers see it. The file is used again and again: each use is a generation.
 * Thread-safe.
 */
public final class Segment {
  private static final Pattern NAME = Pattern.compile("seg-(\\d{5})");

  private final int number;
  private final Path file;
  private final Quarantine quarantine;
  private volatile long generation;
  private volatile int flushed;
  private volatile @Nullable SegmentIndex segmentIndex;
  private volatile boolean complete;
  private volatile boolean hasDeadRecords;
  private volatile @Nullable SegmentCipher cipher;
  private volatile @Nullable FileChannel channel;
  private boolean closed;

  public Segment(int number, Path directory) {
    this.number = number;
    this.file = directory.resolve(String.format(Locale.ROOT, "seg-%05d", number));
    this.quarantine = new Quarantine(file);
  }

  /** The number in a file's name; -1 if it is not a segment file. */
  public static int numberOf(Path file) {
    var name = NAME.matcher(file.getFileName().toString());
    int number = name.matches() ? Integer.parseInt(name.group(1)) : -1;
    return number < Address.MAX_SEGMENTS ? number : -1;
  }

  public int number() {
    return number;
  }

  public Path file() {
    return file;
  }

  /** Stops reads of this segment while they keep failing. */
  public Quarantine quarantine() {
    return quarantine;
  }

  /** The present generation of the file; 0 while it is free. */
  public long generation() {
    return generation;
  }

  /** The end of what the file has. Beyond it a reader looks into the write buffers. */
  public int flushed() {
    return flushed;
  }

  void flushedTo(int end) {
    flushed = end;
  }

  /** The records for its hint file, until that is written. A segment that has them is not freed. */
  @Nullable
  SegmentIndex entries() {
    return segmentIndex;
  }

  public void entries(@Nullable SegmentIndex filling) {
    complete = false;
    segmentIndex = filling;
  }

  /** Marks that the segment has its seal, at least in a write buffer. */
  void complete() {
    complete = true;
  }

  boolean isComplete() {
    return complete;
  }

  /** Remembers that a record of this generation was marked dead in place. */
  void onMarkedDead() {
    hasDeadRecords = true;
  }

  boolean isStruck() {
    return hasDeadRecords;
  }

  /** The cipher of this generation; null if the store is not encrypted. */
  @Nullable
  public SegmentCipher cipher() {
    return cipher;
  }

  /** Sets the cipher. Called when a generation begins, before any reader has an address in it. */
  public void cipher(@Nullable SegmentCipher ofThisLife) {
    cipher = ofThisLife;
  }

  /** {@link SegmentCipher#salt} as recorded in the files; 0 if the store is not encrypted. */
  long salt() {
    SegmentCipher current = cipher;
    return current == null ? 0 : current.salt();
  }

  /** Begins a generation. Called before any reader has an address in it. */
  public void begin(long generation, int flushed) {
    this.flushed = flushed;
    this.hasDeadRecords = false;
    this.generation = generation;
  }

  void end() {
    segmentIndex = null;
    generation = 0;
    quarantine.end();
  }

  /**
   * Reads until {@code into} is full or the file ends.
   *
   * <p>If a thread is interrupted during a read, the channel is closed for all readers. So a reader
   * that finds it closed opens it again. The interrupt flag of the thread is set again after the
   * read.
   *
   * @return number of bytes read
   */
  public int read(ByteBuffer into, int position) throws IOException {
    int start = into.position();
    boolean interrupted = false;
    try {
      while (into.hasRemaining()) {
        FileChannel open = channel();
        try {
          if (open.read(into, position + into.position() - start) < 0) {
            break;
          }
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
          reopen(open);
        } catch (ClosedChannelException e) {
          reopen(open);
        }
      }
      return into.position() - start;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private FileChannel channel() throws IOException {
    FileChannel open = channel;
    return open != null ? open : reopen(null);
  }

  private synchronized FileChannel reopen(@Nullable FileChannel broken) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    FileChannel open = channel;
    if (open == broken || open == null) {
      open = FileChannel.open(file, READ);
      channel = open;
    }
    return open;
  }

  public synchronized void close() {
    closed = true;
    closeChannel();
  }

  /** Deletes the file. The next generation creates a new file. */
  public synchronized void delete() throws IOException {
    closeChannel();
    Files.deleteIfExists(file);
  }

  /**
   * Closes the file before the next generation. If the file was replaced meanwhile, the next read
   * opens the new one.
   */
  public synchronized void closeFile() {
    closeChannel();
  }

  private void closeChannel() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // The channel only reads, so nothing can be lost.
      }
    }
  }
}
