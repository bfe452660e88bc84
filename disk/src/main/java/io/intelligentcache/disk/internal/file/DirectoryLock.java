package io.intelligentcache.disk.internal.file;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.intelligentcache.tier.TierException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps everybody else off a directory, from other processes and from this one.
 *
 * <p>Within a process the file lock is of no use: the system takes it back as soon as any channel to
 * the file is closed. So the directories in use stand in a set, and LOCK is never opened twice.
 */
public final class DirectoryLock implements AutoCloseable {
  public static final String FILE = "LOCK";

  private static final Logger LOG = LoggerFactory.getLogger(DirectoryLock.class);
  private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

  /** Locked far behind the content: on some systems a locked region can't be read. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  private final Path directory;
  private volatile Locked locked;

  private DirectoryLock(Path directory, Locked locked) {
    this.directory = directory;
    this.locked = locked;
  }

  /**
   * A LOCK that is ours.
   *
   * @param key tells the file from another of its name; null where the system can't
   */
  private record Locked(FileChannel file, @Nullable Object key) {}

  /**
   * Takes the lock.
   *
   * @param directory its real path
   * @throws TierException if someone has it
   */
  public static DirectoryLock take(Path directory) throws IOException {
    if (!IN_USE.add(directory)) {
      throw new TierException(
          "the disk cache's directory is already open in this process (PID "
              + ProcessHandle.current().pid() + "): " + directory,
          null);
    }
    boolean taken = false;
    try {
      DirectoryLock lock = new DirectoryLock(directory, lock(directory));
      taken = true;
      return lock;
    } finally {
      if (!taken) {
        IN_USE.remove(directory);
      }
    }
  }

  private static Locked lock(Path directory) throws IOException {
    Path path = directory.resolve(FILE);
    if (Files.exists(path, NOFOLLOW_LINKS) && !StoreFiles.isPlain(path)) {
      throw new IOException(path + " is no plain file; remove it");
    }
    FileChannel file = FileChannel.open(path, CREATE, READ, WRITE);
    boolean taken = false;
    try {
      if (!locked(file)) {
        throw new TierException(
            "the disk cache's directory is in use by the process with PID " + owner(file) + ": "
                + directory,
            null);
      }
      writePid(file);
      var locked = new Locked(file, key(directory));
      taken = true;
      return locked;
    } finally {
      if (!taken) {
        file.close();
      }
    }
  }

  /** For those who find it locked. On a full disk they have to do without. */
  private static void writePid(FileChannel file) {
    byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII);
    try {
      int written = file.truncate(0).write(ByteBuffer.wrap(pid), 0);
      LOG.trace("LOCK has {} bytes", written);
    } catch (IOException e) {
      LOG.warn("The disk cache's LOCK can't be written to", e);
    }
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      return file.tryLock(LOCKED_BYTE, 1, false) != null;
    } catch (OverlappingFileLockException e) {
      return false; // another class loader of this process has it, with a set of its own
    }
  }

  public Path directory() {
    return directory;
  }

  /** Whether the directory still is the one that was locked: not removed, moved or replaced. */
  boolean held() {
    try {
      return Objects.equals(locked.key(), key(directory));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Before anything is written that counts: what goes to files without a name is lost, and what has
   * our name may be somebody else's.
   *
   * @throws IOException unless it is held
   */
  public void require() throws IOException {
    if (!held()) {
      throw new IOException("the directory was removed or replaced");
    }
  }

  /**
   * Takes the lock of the directory that is there, which is made if none is, unless it is held.
   *
   * @throws IOException if that can't be, or somebody else has it
   */
  public void renew() throws IOException {
    if (held()) {
      return;
    }
    Files.createDirectories(directory);
    Locked before = locked;
    try {
      locked = lock(directory);
    } catch (TierException e) {
      throw new IOException(e.getMessage(), e);
    }
    before.file().close();
    LOG.warn("The directory of the disk cache {} was gone, and is made again", directory);
  }

  private static @Nullable Object key(Path directory) throws IOException {
    return Files.readAttributes(directory.resolve(FILE), BasicFileAttributes.class)
        .fileKey();
  }

  /**
   * The process that has a directory's lock; 0 if none has, or if the system does not tell. LOCK is
   * not opened: closing it again would take the lock from a tier of this process.
   */
  public static long owner(Path directory) {
    try {
      Object inode = Files.getAttribute(directory.resolve(FILE), "unix:ino");
      String ours = ":" + inode + " " + LOCKED_BYTE + " ";
      return Files.readAllLines(Path.of("/proc/locks")).stream()
          .filter(lock -> lock.contains(ours) && lock.contains(" WRITE "))
          .map(lock -> lock.trim().split("\\s+", 6)[4])
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(0);
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }

  private static String owner(FileChannel file) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(20);
    file.read(pid, 0);
    String text = new String(pid.array(), 0, pid.position(), US_ASCII);
    return text.matches("\\d+") ? text : "unknown";
  }

  @Override
  public void close() {
    try {
      locked.file().close();
    } catch (IOException e) {
      // The lock ends with the process at the latest.
    } finally {
      IN_USE.remove(directory);
    }
  }
}
