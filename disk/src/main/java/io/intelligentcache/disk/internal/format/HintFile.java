package io.intelligentcache.disk.internal.format;

import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.file.StoreFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * A file idx-NNNNN beside seg-NNNNN, little-endian:
 *
 *   offset  size  field
 *        0     4  magic         "ICSI"
 *        4     2  major         format version
 *        6     2  minor
 *        8     8  generation    of the segment that it describes
 *       16    16  store
 *       32     4  entries
 *       36     4  end           where the last record ends and the seal begins
 *       40     8  latestExpiry  the latest expiry of all puts; -2^63 if no put expires
 *       48     4  clearBytes
 *       52     8  salt          as in the segment header
 *       60     4  crc           CRC32C of bytes 0 to 60 and 64 to the end
 *       64        entries, 8 bytes each, see SegmentIndex
 *                 clearBytes bytes: for each clear marker u16 length, stored key
 */

/**
 * The hint file of a complete segment: a list of its records. With it, opening need not read the
 * segment, and a damaged record does not hide where the next one begins. It is written after its
 * segment, and deleted before its segment changes in any way. If it is missing, the segment is read
 * instead.
 *
 * @param generation the generation of the segment that it describes
 * @param salt the salt of that generation's key
 */
public record HintFile(long generation, long salt, UUID store, SegmentIndex segmentIndex) {
  static final int HEADER_BYTES = 64;
  public static final int ENTRY_BYTES = 8;
  private static final int MAGIC = 0x49534349;
  private static final int CRC_AT = 60;
  private static final int WINDOW = 64 * 1024;

  public static Path of(Path segment) {
    String name = segment.getFileName().toString();
    return segment.resolveSibling(name.replace("seg-", "idx-"));
  }

  public static int bytes(SegmentIndex segmentIndex) {
    return HEADER_BYTES + ENTRY_BYTES * segmentIndex.count() + segmentIndex.clearBytes();
  }

  /** Writes the whole file. If this fails, the file may be left in any state. */
  public void write(SegmentOutput to) throws IOException {
    ByteBuffer window = ByteBuffer.allocateDirect(WINDOW).order(ByteOrder.LITTLE_ENDIAN);
    header(window);
    window.limit(CRC_AT);
    var crc = new CRC32C();
    crc.update(window.duplicate());
    window.limit(HEADER_BYTES).position(0);
    int at = HEADER_BYTES;
    for (int i = 0; i < segmentIndex.count(); ) {
      window.clear();
      for (; i < segmentIndex.count() && window.hasRemaining(); i++) {
        window.putLong(segmentIndex.word(i));
      }
      at += flush(window.flip(), crc, to, at);
    }
    for (byte[] key : segmentIndex.clears()) {
      window.clear();
      window.putShort((short) key.length).put(key);
      at += flush(window.flip(), crc, to, at);
    }
    header(window);
    window.putInt(CRC_AT, (int) crc.getValue());
    to.write(window, 0);
  }

  private static int flush(ByteBuffer window, CRC32C crc, SegmentOutput to, int at)
      throws IOException {
    crc.update(window.duplicate());
    int bytes = window.remaining();
    to.write(window, at);
    return bytes;
  }

  private void header(ByteBuffer into) {
    into.clear();
    into.putInt(0, MAGIC).putShort(4, Manifest.MAJOR).putShort(6, Manifest.MINOR);
    into.putLong(8, generation);
    into.putLong(16, store.getMostSignificantBits()).putLong(24, store.getLeastSignificantBits());
    into.putInt(32, segmentIndex.count()).putInt(36, segmentIndex.end());
    into.putLong(40, segmentIndex.latestExpiry()).putInt(48, segmentIndex.clearBytes());
    into.putLong(52, salt);
    into.position(0).limit(HEADER_BYTES);
  }

  /** What was found in place of a hint file. */
  public sealed interface Found {
    /** A whole hint file. */
    record Good(HintFile index) implements Found {}

    /** No usable hint file. */
    enum None implements Found {
      ABSENT,
      DAMAGED
    }
  }

  /** Reads the hint file of a segment. It may belong to another generation or store. */
  public static Found read(Path segment, int segmentBytes) throws IOException {
    try (FileChannel file = StoreFiles.open(of(segment))) {
      HintFile found = read(file, segmentBytes);
      return found == null ? Found.None.DAMAGED : new Found.Good(found);
    } catch (NoSuchFileException e) {
      return Found.None.ABSENT;
    }
  }

  private static @Nullable HintFile read(FileChannel file, int segmentBytes) throws IOException {
    long size = file.size();
    if (size < HEADER_BYTES || size > segmentBytes) {
      return null;
    }
    ByteBuffer all = ByteBuffer.allocateDirect((int) size).order(ByteOrder.LITTLE_ENDIAN);
    while (all.hasRemaining() && file.read(all) >= 0) {}
    if (all.hasRemaining()
        || all.getInt(0) != MAGIC
        || all.getShort(4) != Manifest.MAJOR
        || all.getInt(CRC_AT) != crc(all)) {
      return null;
    }
    SegmentIndex segmentIndex = entries(all, segmentBytes);
    return segmentIndex == null
        ? null
        : new HintFile(
            all.getLong(8),
            all.getLong(52),
            new UUID(all.getLong(16), all.getLong(24)),
            segmentIndex);
  }

  private static int crc(ByteBuffer all) {
    var crc = new CRC32C();
    crc.update(all.duplicate().position(0).limit(CRC_AT));
    crc.update(all.duplicate().position(HEADER_BYTES));
    return (int) crc.getValue();
  }

  /** Returns null if the contents are impossible. Then this library did not write the file. */
  private static @Nullable SegmentIndex entries(ByteBuffer all, int segmentBytes) {
    int count = all.getInt(32);
    int end = all.getInt(36);
    int clearBytes = all.getInt(48);
    if (count < 0
        || clearBytes < 0
        || HEADER_BYTES + 8L * count + clearBytes != all.limit()
        || end < SegmentHeader.BYTES
        || end > segmentBytes) {
      return null;
    }
    long[] words = new long[count];
    all.position(HEADER_BYTES).limit(HEADER_BYTES + 8 * count);
    all.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words);
    var segmentIndex = new SegmentIndex(words, count, end);
    segmentIndex.latestExpiry(all.getLong(40));
    all.limit(all.capacity()).position(HEADER_BYTES + 8 * count);
    return possible(segmentIndex) && clears(all, segmentIndex) ? segmentIndex : null;
  }

  private static boolean possible(SegmentIndex segmentIndex) {
    int before = SegmentHeader.BYTES - 8;
    for (int i = 0; i < segmentIndex.count(); i++) {
      if (segmentIndex.offset(i) <= before || segmentIndex.kind(i) > SegmentIndex.EXPIRING) {
        return false;
      }
      before = segmentIndex.offset(i);
    }
    return before < segmentIndex.end();
  }

  private static boolean clears(ByteBuffer from, SegmentIndex into) {
    for (int i = 0; i < into.count(); i++) {
      if (into.kind(i) == SegmentIndex.CLEAR) {
        int length = from.remaining() < 2 ? -1 : Short.toUnsignedInt(from.getShort());
        if (length < 0 || length > from.remaining()) {
          return false;
        }
        byte[] key = new byte[length];
        from.get(key);
        into.addClear(key);
      }
    }
    return !from.hasRemaining();
  }
}
