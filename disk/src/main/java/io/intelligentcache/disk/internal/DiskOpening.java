package io.intelligentcache.disk.internal;

import io.intelligentcache.disk.internal.file.DirectoryLock;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.tier.TierException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the disk tier in its directory. */
public final class DiskOpening {
  private DiskOpening() {}

  /**
   * Opens a tier.
   *
   * @throws TierException if the path is not a directory and can't become one, if it is not
   *     writable, or if it is in use by this or another process
   */
  public static DiskTier open(Path directory, DiskSettings settings, Environment environment) {
    try {
      DirectoryLock lock = DirectoryLock.take(existing(directory));
      boolean opened = false;
      try {
        Path real = lock.directory();
        // Its files may still be writable. Then the error would show only when a file is created.
        if (!Files.isWritable(real)) {
          throw new TierException(
              "the disk cache's directory can't be used: no file can be made in " + directory,
              null);
        }
        var tier = new DiskTier(DiskStore.open(lock, settings, environment));
        tier.start();
        opened = true;
        return tier;
      } finally {
        if (!opened) {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw new TierException(
          "the disk cache's directory can't be used: " + directory + " (" + e + ")", e);
    }
  }

  private static Path existing(Path directory) throws IOException {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new TierException("the disk cache's directory is a file: " + directory, null);
    }
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory);
      }
      return directory.toRealPath();
    } catch (FileAlreadyExistsException e) {
      throw new TierException(
          "the disk cache's directory " + directory + " can't be made: " + e.getFile()
              + " is a file",
          e);
    } catch (IOException e) {
      throw new TierException(
          "the disk cache's directory can't be made: " + directory + " (" + e + ")", e);
    }
  }
}
