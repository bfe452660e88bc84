package io.intelligentcache.disk;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.tier.TierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at a disk tier's directory without changing anything in it.
 *
 * <p>Takes no lock and writes nothing, so it may be used while a tier is open there; then what it
 * sees is of about that time, and what the tier has not yet written is missing. Damage is counted,
 * not thrown. Reads all files once or twice, about a gigabyte per second.
 */
public final class DiskInspector {
  private DiskInspector() {}

  /** How a store was left, or that it is in use. */
  public enum State {
    /** Closed cleanly. */
    CLEAN,
    /** In use, or left by a process that did not close it. */
    DIRTY,
    /** There is no readable manifest: the next tier there starts empty. */
    UNREADABLE
  }

  /**
   * What a directory holds.
   *
   * @param directory which
   * @param formatVersion for example {@code 1.0}, or {@code ?} if unreadable
   * @param state how it was left
   * @param segmentBytes size of a segment, 0 if unreadable
   * @param segments its segments in use, oldest first, then damaged ones
   * @param freeSegments files that are kept for later
   * @param records all records in the segments
   * @param liveEntries entries that a read would find
   * @param liveBytes bytes of their records
   * @param damagedRecords records whose value is damaged, and places from which on a segment can't
   *     be read
   * @param fileBytes bytes of all files in the directory
   * @param note what is wrong, or empty
   */
  public record Inspection(
      Path directory,
      String formatVersion,
      State state,
      int segmentBytes,
      List<SegmentInspection> segments,
      int freeSegments,
      long records,
      long liveEntries,
      long liveBytes,
      long damagedRecords,
      long fileBytes,
      String note) {}

  /**
   * What a segment holds.
   *
   * @param file its name
   * @param generation its place in the order of the log; 0 if its header is damaged
   * @param fileBytes size of the file
   * @param usedBytes how far its readable records reach
   * @param sealed whether they reach to its seal
   * @param records its readable records
   * @param liveEntries those that a read would find
   * @param liveBytes bytes of these
   * @param damagedRecords records with a damaged value, and one more if the chain of records breaks
   */
  public record SegmentInspection(
      String file,
      long generation,
      long fileBytes,
      int usedBytes,
      boolean sealed,
      int records,
      long liveEntries,
      long liveBytes,
      int damagedRecords) {}

  /**
   * Inspects a directory.
   *
   * @param directory a disk tier's
   * @return what it holds
   * @throws TierException if it is no disk tier's directory, or can't be read at all
   */
  public static Inspection inspect(Path directory) {
    requireNonNull(directory, "directory");
    if (!Files.isDirectory(directory)) {
      throw new TierException(
          "not a disk cache's directory: " + directory + " (no directory)", null);
    }
    try {
      return read(directory);
    } catch (IOException e) {
      throw new TierException("the disk cache's directory can't be read: " + directory, e);
    }
  }

  private static Inspection read(Path directory) throws IOException {
    Manifest.Found found = Manifest.read(directory);
    List<Path> files = SegmentFiles.in(directory);
    if (found instanceof Manifest.Found.Absent && files.isEmpty()) {
      throw new TierException(
          "not a disk cache's directory: " + directory + " (no MANIFEST, no segments)", null);
    }
    if (!(found instanceof Manifest.Found.Good good)) {
      String note = found instanceof Manifest.Found.Bad bad ? bad.why() : "it has no MANIFEST";
      return new Inspection(
          directory, "?", State.UNREADABLE, 0, List.of(), 0, 0, 0, 0, 0, bytes(directory), note);
    }
    List<Segment> opened = new ArrayList<>();
    try {
      return read(directory, good.manifest(), opened);
    } finally {
      opened.forEach(Segment::close);
    }
  }

  private static Inspection read(Path directory, Manifest manifest, List<Segment> opened)
      throws IOException {
    SegmentFiles files = SegmentFiles.read(directory, manifest, opened);
    var index = new Index();
    var replay = new Replay(index, new Markers(), System.currentTimeMillis());
    Map<SegmentFiles.Found, Replay.Result> results = new HashMap<>();
    for (SegmentFiles.Found found : files.live()) {
      results.put(found, replay.apply(found.segment(), found.generation(), found.bytes()));
    }
    for (SegmentFiles.Found found : files.live()) {
      replay.buryCleared(found.segment(), found.generation(), found.bytes());
    }
    Map<Integer, long[]> live = new HashMap<>();
    index.forEach((hash, address) -> {
      long[] sums = live.computeIfAbsent(Address.segment(address), number -> new long[2]);
      sums[0]++;
      sums[1] += Address.size(address);
    });
    boolean clean = manifest.clean();
    List<SegmentInspection> segments = new ArrayList<>();
    for (int i = 0; i < files.live().size(); i++) {
      SegmentFiles.Found found = files.live().get(i);
      Replay.Result result = requireNonNull(results.get(found));
      boolean mayBeTorn = !clean && i == files.live().size() - 1 && result.trusted();
      long[] sums = live.getOrDefault(found.segment().number(), new long[2]);
      segments.add(new SegmentInspection(
          found.segment().file().getFileName().toString(),
          found.generation(),
          found.bytes(),
          result.end(),
          result.whole(),
          result.records(),
          sums[0],
          sums[1],
          result.damaged() + (result.whole() || mayBeTorn ? 0 : 1)));
    }
    for (Segment alien : files.alien()) {
      segments.add(new SegmentInspection(
          alien.file().getFileName().toString(),
          0,
          Files.size(alien.file()),
          0,
          false,
          0,
          0,
          0,
          1));
    }
    int first = files.firstOfRun(manifest);
    return new Inspection(
        directory,
        Manifest.MAJOR + "." + Manifest.MINOR,
        clean ? State.CLEAN : State.DIRTY,
        manifest.segmentBytes(),
        List.copyOf(segments),
        opened.size() - files.live().size() - files.alien().size(),
        segments.stream().mapToLong(SegmentInspection::records).sum(),
        segments.stream().mapToLong(SegmentInspection::liveEntries).sum(),
        segments.stream().mapToLong(SegmentInspection::liveBytes).sum(),
        segments.stream().mapToLong(SegmentInspection::damagedRecords).sum(),
        bytes(directory),
        first == 0 ? "" : first + " segments are older than one that is missing");
  }

  private static long bytes(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
