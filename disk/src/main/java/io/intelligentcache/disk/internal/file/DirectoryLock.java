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
 * The lock of a store's directory. It keeps out other processes and other tiers of this process.
 *
 * <p>The file lock on LOCK works between processes only. Within a process, the system releases it
 * as soon as any channel to the file is closed. So a set contains the directories that this process
 * has locked, and LOCK is never opened twice.
 */
public final class DirectoryLock implements AutoCloseable {
  public static final String FILE = "LOCK";

  private static final Logger LOG = LoggerFactory.getLogger(DirectoryLock.class);
  private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

  /** The locked byte, far after the content: on some systems a locked region can't be read. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  private final Path directory;
  private volatile Locked locked;

  private DirectoryLock(Path directory, Locked locked) {
    this.directory = directory;
    this.locked = locked;
  }

  /**
   * A LOCK file that this process has locked.
   *
   * @param key identifies the file, unlike its name, which another file may have later; null if the
   *     system has no such keys
   */
  private record Locked(FileChannel file, @Nullable Object key) {}

  /**
   * Takes the lock.
   *
   * @param directory its real path
   * @throws TierException if this or another process has the lock
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

  /**
   * Writes the PID of this process, for the message of a process that finds the directory locked.
   * On a full disk the PID is missing.
   */
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
      return false; // held through another class loader, whose set is its own
    }
  }

  public Path directory() {
    return directory;
  }

  /**
   * Whether the directory still is the one that was locked: it was not removed, moved or replaced.
   */
  boolean held() {
    try {
      return Objects.equals(locked.key(), key(directory));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Checks before a write that the directory is still held. If it is not, the open files may have
   * been removed, so writes to them are lost. And a file with a name of this store may belong to
   * another store.
   *
   * @throws IOException if the directory is not held
   */
  public void require() throws IOException {
    if (!held()) {
      throw new IOException("the directory was removed or replaced");
    }
  }

  /**
   * Locks the directory that is there, unless the lock is still held. Creates the directory if it
   * is missing.
   *
   * @throws IOException if that fails, or if another process has the lock
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
    LOG.warn("The directory of the disk cache {} was removed; it is locked again", directory);
  }

  private static @Nullable Object key(Path directory) throws IOException {
    return Files.readAttributes(directory.resolve(FILE), BasicFileAttributes.class)
        .fileKey();
  }

  /**
   * The id of the process that has a directory's lock; 0 if no process has it, or if the system
   * does not report it. LOCK is not opened, because closing it again would release the lock of a
   * tier of this process.
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
      // The system releases the lock when the process ends.
    } finally {
      IN_USE.remove(directory);
    }
  }
}
