package io.intelligentcache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The segment files in a directory, as their headers present them.
 *
 * @param live those with a header of the store, oldest first
 * @param alien those that are neither of this store nor free: damaged, or of something else
 */
record SegmentFiles(List<Found> live, List<Segment> alien) {
  /** A file with a good header. */
  record Found(Segment segment, long generation, int bytes) {}

  static List<Path> in(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> Segment.numberOf(file) >= 0).sorted().toList();
    }
  }

  static SegmentFiles read(Path directory, Manifest manifest, List<Segment> opened)
      throws IOException {
    List<Found> live = new ArrayList<>();
    List<Segment> alien = new ArrayList<>();
    for (Path file : in(directory)) {
      Segment segment = new Segment(Segment.numberOf(file), directory);
      opened.add(segment);
      ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      segment.read(bytes, 0);
      bytes.flip();
      SegmentHeader header = SegmentHeader.read(bytes);
      if (header != null
          && header.store().equals(manifest.store())
          && header.segmentBytes() == manifest.segmentBytes()) {
        int size = (int) Math.min(Files.size(file), manifest.segmentBytes());
        live.add(new Found(segment, header.generation(), size));
      } else if (SegmentHeader.isFree(bytes)) {
        segment.close();
      } else {
        alien.add(segment);
      }
    }
    live.sort(Comparator.comparingLong(Found::generation));
    return new SegmentFiles(live, alien);
  }

  /**
   * The index of the oldest segment from which on none is missing: in the middle or at the newer
   * end. What is older may have been overwritten by what is missing.
   */
  int firstOfRun(Manifest manifest) {
    if (live.isEmpty()) {
      return 0;
    }
    long newest = live.get(live.size() - 1).generation();
    boolean newestKnown = manifest.clean()
        ? newest == manifest.lastGeneration()
        : newest >= manifest.lastGeneration();
    int first = live.size() - 1;
    while (first > 0 && live.get(first - 1).generation() == live.get(first).generation() - 1) {
      first--;
    }
    boolean alienMayBeNewest = !alien.isEmpty() && !manifest.clean();
    return newestKnown && !alienMayBeNewest ? first : live.size();
  }
}
