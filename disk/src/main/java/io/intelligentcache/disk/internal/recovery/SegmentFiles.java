package io.intelligentcache.disk.internal.recovery;

import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.file.StoreFiles;
import io.intelligentcache.disk.internal.format.HintFile;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.SegmentHeader;
import io.intelligentcache.disk.internal.log.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The segment files in a directory, classified by their headers.
 *
 * @param live files with a header of this store, oldest first
 * @param foreign foreign files: neither of this store nor free, but damaged or of something else
 */
public record SegmentFiles(List<Found> live, List<Segment> foreign) {
  private static final Pattern HINT_FILE = Pattern.compile("idx-\\d{5}");

  /**
   * A segment file that is in use.
   *
   * @param bytes its size
   * @param headed whether its header is good; else its hint file replaces the header
   * @param clock the mark of the clock in its header
   * @param salt the salt of its key, in an encrypted store
   */
  public record Found(
      Segment segment,
      long generation,
      int bytes,
      boolean headed,
      StoreClock.Mark clock,
      long salt) {
    /** Its hint file, if there is a good one of this generation; else null. */
    @Nullable
    public HintFile hintFile(Manifest manifest) throws IOException {
      HintFile hintFile = hintFileOf(segment, manifest);
      return hintFile != null && hintFile.generation() == generation ? hintFile : null;
    }
  }

  private static @Nullable HintFile hintFileOf(Segment segment, Manifest manifest)
      throws IOException {
    return HintFile.read(segment.file(), manifest.segmentBytes())
                instanceof HintFile.Found.Good good
            && good.index().store().equals(manifest.store())
        ? good.index()
        : null;
  }

  /** The paths of the segment files. */
  public static List<Path> in(Path directory) throws IOException {
    return StoreFiles.plain(StoreFiles.list(directory, file -> Segment.numberOf(file) >= 0));
  }

  /** The paths of the hint files. */
  public static List<Path> hintFilesIn(Path directory) throws IOException {
    return StoreFiles.plain(StoreFiles.list(
        directory, file -> HINT_FILE.matcher(file.getFileName().toString()).matches()));
  }

  public static SegmentFiles read(Path directory, Manifest manifest, List<Segment> opened)
      throws IOException {
    List<Found> live = new ArrayList<>();
    List<Segment> foreign = new ArrayList<>();
    for (Path file : in(directory)) {
      Segment segment = new Segment(Segment.numberOf(file), directory);
      opened.add(segment);
      ByteBuffer bytes = header(segment);
      Found found = found(segment, bytes, manifest);
      if (found != null) {
        live.add(found);
      } else if (SegmentHeader.isFree(bytes)) {
        segment.close();
      } else {
        foreign.add(segment);
      }
    }
    live.sort(Comparator.comparingLong(Found::generation));
    return new SegmentFiles(live, foreign);
  }

  private static ByteBuffer header(Segment segment) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    segment.read(bytes, 0);
    return bytes.flip();
  }

  /**
   * Finds out the generation of a file. If its header is damaged or missing, its hint file replaces
   * the header. This is safe: a hint file is deleted before its segment is freed, and each record
   * contains its generation.
   */
  private static @Nullable Found found(Segment segment, ByteBuffer bytes, Manifest manifest)
      throws IOException {
    int size = (int) Math.min(Files.size(segment.file()), manifest.segmentBytes());
    SegmentHeader header = SegmentHeader.read(bytes);
    if (header != null
        && header.store().equals(manifest.store())
        && header.segmentBytes() == manifest.segmentBytes()) {
      return new Found(segment, header.generation(), size, true, header.clock(), header.salt());
    }
    HintFile hintFile = hintFileOf(segment, manifest);
    return hintFile == null
        ? null
        : new Found(
            segment, hintFile.generation(), size, false, StoreClock.Mark.NONE, hintFile.salt());
  }

  /** Whether a file still has the generation with which it was found. */
  public static boolean unchanged(Found found) throws IOException {
    SegmentHeader header = SegmentHeader.read(header(found.segment()));
    return header != null && header.generation() == found.generation();
  }

  /**
   * The position in {@code live} of the oldest valid segment: from there on no segment is missing,
   * neither in between nor at the newer end. Older segments are invalid, because a missing segment
   * may have overwritten their entries. Segments below the manifest's first generation were freed
   * before, even if the operating system lost that change.
   */
  public int firstOfRun(Manifest manifest) {
    if (live.isEmpty()) {
      return 0;
    }
    long newest = live.get(live.size() - 1).generation();
    boolean newestKnown = manifest.clean()
        ? newest == manifest.lastGeneration()
        : newest >= manifest.lastGeneration();
    int first = live.size() - 1;
    while (first > 0
        && live.get(first - 1).generation() == live.get(first).generation() - 1
        && live.get(first - 1).generation() >= manifest.firstGeneration()) {
      first--;
    }
    boolean alienMayBeNewest = !foreign.isEmpty() && !manifest.clean();
    boolean freed = newest < manifest.firstGeneration();
    return newestKnown && !alienMayBeNewest && !freed ? first : live.size();
  }

  /** The highest generation that is known to have been in use. */
  long newest(Manifest manifest) {
    long inUse = live.isEmpty() ? 0 : live.get(live.size() - 1).generation();
    return Math.max(manifest.lastGeneration(), inUse);
  }

  /** The latest recorded mark of the store's clock. */
  public StoreClock.Mark clock(Manifest manifest) {
    StoreClock.Mark mark = manifest.clock();
    for (Found found : live) {
      mark = mark.later(found.clock());
    }
    return mark;
  }
}
