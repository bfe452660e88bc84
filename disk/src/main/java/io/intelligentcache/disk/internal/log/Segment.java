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

/** A segment file, through all its lives, as readers see it. Thread-safe. */
public final class Segment {
  private static final Pattern NAME = Pattern.compile("seg-(\\d{5})");

  private final int number;
  private final Path file;
  private final Quarantine quarantine;
  private volatile long generation;
  private volatile int flushed;
  private volatile @Nullable SegmentIndex segmentIndex;
  private volatile boolean complete;
  private volatile boolean struck;
  private volatile @Nullable SegmentCipher cipher;
  private volatile @Nullable FileChannel channel;
  private boolean closed;

  public Segment(int number, Path directory) {
    this.number = number;
    this.file = directory.resolve(String.format(Locale.ROOT, "seg-%05d", number));
    this.quarantine = new Quarantine(file);
  }

  /** The number in a file's name; -1 if it is no segment's. */
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

  /** Whether its reads keep failing. */
  public Quarantine quarantine() {
    return quarantine;
  }

  /** Which life of the file this is; 0 while it is free. */
  public long generation() {
    return generation;
  }

  /** Up to where the file has what was written; beyond it a reader looks into the buffers. */
  public int flushed() {
    return flushed;
  }

  void flushedTo(int end) {
    flushed = end;
  }

  /** What is to become its side index, until it is complete; a segment that has it is not freed. */
  @Nullable
  SegmentIndex entries() {
    return segmentIndex;
  }

  public void entries(@Nullable SegmentIndex filling) {
    complete = false;
    segmentIndex = filling;
  }

  /** It has its seal, in the buffers at least. */
  void complete() {
    complete = true;
  }

  boolean isComplete() {
    return complete;
  }

  /** A record was changed in place, in this life. */
  void onMarkedDead() {
    struck = true;
  }

  boolean isStruck() {
    return struck;
  }

  /** Decrypts what this life holds; null in a store that is not encrypted. */
  @Nullable
  public SegmentCipher cipher() {
    return cipher;
  }

  /** With the beginning of each life, and before anybody has an address in it. */
  public void cipher(@Nullable SegmentCipher ofThisLife) {
    cipher = ofThisLife;
  }

  /** What the files say for {@link SegmentCipher#salt}; 0 in a store that is not encrypted. */
  long salt() {
    SegmentCipher current = cipher;
    return current == null ? 0 : current.salt();
  }

  /** Starts a life, before anybody has an address in it. */
  public void begin(long generation, int flushed) {
    this.flushed = flushed;
    this.struck = false;
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
   * <p>A thread that is interrupted in here closes the channel, for all readers. So whoever finds it
   * closed opens it again; the interrupt itself is put off until the read is done.
   *
   * @return bytes read
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

  /** The file goes away; the next life starts in a file of its own. */
  public synchronized void delete() throws IOException {
    closeChannel();
    Files.deleteIfExists(file);
  }

  /** Another life is to begin: should another file have taken the place, that one is read. */
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
        // Only read from: nothing can be lost.
      }
    }
  }
}
