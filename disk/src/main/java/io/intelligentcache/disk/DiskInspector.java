package io.intelligentcache.disk;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.disk.internal.file.DirectoryLock;
import io.intelligentcache.disk.internal.file.StoreFiles;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.inspect.StoreContents;
import io.intelligentcache.disk.internal.inspect.StoreExamination;
import io.intelligentcache.disk.internal.recovery.SegmentFiles;
import io.intelligentcache.tier.TierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Inspects a disk tier's directory without changing anything in it.
 *
 * <p>The inspector takes no lock and writes nothing, so it may be used while a tier has the
 * directory open. The result then describes about that moment, and does not include what the tier
 * has not written to the files yet. Damage is listed in the result, not thrown. The inspector reads
 * every record of every file, at about a gigabyte per second.
 */
public final class DiskInspector {
  private DiskInspector() {}

  /**
   * Inspects a directory.
   *
   * @param directory a disk tier's directory
   * @return its contents
   * @throws TierException if it is not a disk tier's directory, or can't be read at all
   */
  public static DiskInspection inspect(Path directory) {
    return inspect(directory, 0);
  }

  /**
   * Inspects a directory, and lists entries.
   *
   * @param directory a disk tier's directory
   * @param mostEntries how many entries to list at most
   * @return its contents
   * @throws IllegalArgumentException if {@code mostEntries} is less than 0
   * @throws TierException if it is not a disk tier's directory, or can't be read at all
   */
  public static DiskInspection inspect(Path directory, int mostEntries) {
    requireNonNull(directory, "directory");
    if (mostEntries < 0) {
      throw new IllegalArgumentException("mostEntries must be 0 or more: " + mostEntries);
    }
    if (!Files.isDirectory(directory)) {
      throw new TierException(
          "not a disk cache's directory: " + directory + " (no directory)", null);
    }
    try {
      return read(directory, mostEntries);
    } catch (IOException e) {
      throw new TierException("the disk cache's directory can't be read: " + directory, e);
    }
  }

  private static DiskInspection read(Path directory, int mostEntries) throws IOException {
    Manifest.Found found = Manifest.read(directory);
    if (found instanceof Manifest.Found.Good good) {
      return new StoreExamination(directory, good.manifest(), mostEntries).run();
    }
    if (found instanceof Manifest.Found.Absent && SegmentFiles.in(directory).isEmpty()) {
      throw new TierException(
          "not a disk cache's directory: " + directory + " (no MANIFEST, no segments)", null);
    }
    String note = found instanceof Manifest.Found.Bad bad ? bad.why() : "it has no MANIFEST";
    return new StoreContents(
        directory,
        "?",
        false,
        DiskInspection.State.UNREADABLE,
        0,
        List.of(),
        0,
        0,
        0,
        0,
        0,
        List.of(),
        StoreFiles.bytes(directory),
        DirectoryLock.owner(directory),
        note,
        List.of(),
        List.of());
  }
}
