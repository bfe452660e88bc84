package io.intelligentcache.disk.internal.format;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.file.StoreFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * The file MANIFEST, 112 bytes, little-endian:
 *
 *   offset  size  field
 *        0     4  magic           "ICMF"
 *        4     2  major           a store of another major version is not read
 *        6     2  minor
 *        8    16  store           UUID, also in every segment
 *       24    16  bootId          identifies the run of the operating system; 0 = unknown
 *       40     8  seed            of the hash of keys; 0 if encrypted
 *       48     8  firstGeneration the oldest in use when this was written; older ones are invalid
 *       56     8  lastGeneration  the highest in use when this was written
 *       64     4  segmentBytes
 *       68     4  state           1 clean, 2 dirty (in use, or not closed)
 *       72     8  seen            the time of the store when this was written, milliseconds since the epoch
 *       80     8  distrusted      entries before this position that have an expiry have expired
 *       88     4  encryption      0 none, 1 AES-GCM
 *       92     8  keyCheck        identifies the right key, see StoreKeys; 0 if not encrypted
 *      100     8  ahead           how far "seen" was ahead of the wall clock, in milliseconds
 *      108     4  crc             CRC32C of bytes 0 to 108
 *
 * Without the manifest the segment files are invalid. So deleting it invalidates the store in one step.
 */

/**
 * The properties of a store as a whole.
 *
 * @param keyCheck {@link StoreKeys#check} of its key; null if it is not encrypted
 */
public record Manifest(
    UUID store,
    UUID bootId,
    long seed,
    long firstGeneration,
    long lastGeneration,
    int segmentBytes,
    boolean clean,
    StoreClock.Mark clock,
    @Nullable Long keyCheck) {
  private static final Logger LOG = LoggerFactory.getLogger(Manifest.class);
  public static final short MAJOR = 5;
  public static final short MINOR = 0;
  public static final String FILE = "MANIFEST";
  private static final String NEXT = "MANIFEST.tmp";
  private static final int BYTES = 112;
  private static final int CRC_AT = 108;
  private static final int AES_GCM = 1;
  private static final int MAGIC = 0x464D4349;

  /** What was found in place of the manifest. */
  public sealed interface Found {
    /** A manifest that this version reads. */
    record Good(Manifest manifest) implements Found {}

    /** No file. */
    record Absent() implements Found {}

    /** Something that is not such a manifest. */
    record Bad(String why) implements Found {}
  }

  public boolean encrypted() {
    return keyCheck != null;
  }

  /** The manifest of the same store with other generations in use. */
  public Manifest with(long first, long last, boolean closed, StoreClock.Mark mark) {
    return new Manifest(store, bootId, seed, first, last, segmentBytes, closed, mark, keyCheck);
  }

  public static Found read(Path directory) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel file = StoreFiles.open(directory.resolve(FILE))) {
      while (bytes.hasRemaining() && file.read(bytes) >= 0) {}
    } catch (NoSuchFileException e) {
      return new Found.Absent();
    }
    return parse(bytes.flip());
  }

  private static Found parse(ByteBuffer from) {
    if (from.limit() < 8 || from.getInt(0) != MAGIC) {
      return new Found.Bad("its MANIFEST is damaged");
    }
    if (from.getShort(4) != MAJOR) {
      return new Found.Bad("its format version is " + from.getShort(4) + ", not " + MAJOR);
    }
    if (from.limit() != BYTES || from.getInt(CRC_AT) != crc(from)) {
      return new Found.Bad("its MANIFEST is damaged");
    }
    return new Found.Good(new Manifest(
        new UUID(from.getLong(8), from.getLong(16)),
        new UUID(from.getLong(24), from.getLong(32)),
        from.getLong(40),
        from.getLong(48),
        from.getLong(56),
        from.getInt(64),
        from.getInt(68) == 1,
        new StoreClock.Mark(from.getLong(72), from.getLong(80), from.getLong(100)),
        from.getInt(88) == AES_GCM ? from.getLong(92) : null));
  }

  /**
   * Replaces the manifest in one step: if the process is killed, the old one or the new one is
   * there. If the disk has no room for a second file, the old file is overwritten. If the power
   * fails during that, the checksum does not match.
   */
  public void write(Path directory) throws IOException {
    Path next = directory.resolve(NEXT);
    try {
      put(next, CREATE, WRITE, TRUNCATE_EXISTING);
      Files.move(next, directory.resolve(FILE), ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.debug("No second manifest can be written to {}", directory, e);
      put(directory.resolve(FILE), WRITE);
    }
  }

  private void put(Path to, OpenOption... options) throws IOException {
    try (FileChannel file = FileChannel.open(to, options)) {
      ByteBuffer bytes = bytes();
      while (bytes.hasRemaining()) {
        file.write(bytes, bytes.position());
      }
    }
  }

  /** Syncs the manifest. When this returns, the manifest survives a loss of power. */
  public static void force(Path directory) throws IOException {
    try (FileChannel file = FileChannel.open(directory.resolve(FILE), WRITE)) {
      file.force(true);
    }
    forceMoves(directory);
  }

  private static void forceMoves(Path directory) {
    try (FileChannel opened = FileChannel.open(directory, READ)) {
      opened.force(true);
    } catch (IOException e) {
      // On systems where a directory can't be opened, the system itself keeps the order of its
      // changes.
    }
  }

  /** Deletes the manifest, and so invalidates the whole store, whatever the segments contain. */
  public static void delete(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(FILE));
  }

  /**
   * Renames a manifest that can't be used. It is not deleted, because it may belong to somebody
   * else.
   */
  public static void setAside(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      Files.move(file, directory.resolve(FILE + ".old"), ATOMIC_MOVE);
    }
  }

  private ByteBuffer bytes() {
    ByteBuffer into = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    into.putInt(0, MAGIC).putShort(4, MAJOR).putShort(6, MINOR);
    into.putLong(8, store.getMostSignificantBits()).putLong(16, store.getLeastSignificantBits());
    into.putLong(24, bootId.getMostSignificantBits()).putLong(32, bootId.getLeastSignificantBits());
    into.putLong(40, seed).putLong(48, firstGeneration).putLong(56, lastGeneration);
    into.putInt(64, segmentBytes).putInt(68, clean ? 1 : 2);
    into.putLong(72, clock.seen()).putLong(80, clock.distrusted());
    into.putInt(88, encrypted() ? AES_GCM : 0).putLong(92, keyCheck == null ? 0 : keyCheck);
    into.putLong(100, clock.ahead());
    return into.putInt(CRC_AT, crc(into));
  }

  private static int crc(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes.duplicate().position(0).limit(CRC_AT));
    return (int) crc.getValue();
  }
}
