package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.HintFile;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.format.SegmentIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes and deletes hint files. A segment and its hint file together take at most the room of one
 * segment, so the store's maximum includes hint files. A hint file that can't be written only makes
 * the next opening slower. For one thread at a time (the opening thread, then the writer), except
 * {@link #drop}.
 */
public final class HintFiles {
  private static final Logger LOG = LoggerFactory.getLogger(HintFiles.class);

  private final UUID store;
  private final SegmentGeometry geometry;
  private final SegmentOutput.Opener files;

  public HintFiles(UUID store, SegmentGeometry geometry, SegmentOutput.Opener files) {
    this.store = store;
    this.geometry = geometry;
    this.files = files;
  }

  /**
   * Called after a write to a segment's file. Writes the hint file if the segment is complete;
   * returns whether it is.
   */
  boolean flushed(Segment segment) {
    SegmentIndex segmentIndex = segment.entries();
    boolean all = segmentIndex != null
        && segment.isComplete()
        && segment.flushed() == segmentIndex.end() + RecordHeader.BYTES;
    if (segmentIndex != null && all) {
      write(segment, segment.generation(), segmentIndex);
      segment.entries(null); // from here on the segment may be freed
    }
    return all;
  }

  /**
   * Called when a segment gets its seal early, at the end of its file, because a later write to it
   * failed.
   */
  void sealedEarly(Segment segment) {
    SegmentIndex segmentIndex = segment.entries();
    if (segmentIndex != null) {
      segmentIndex.cutAt(segment.flushed());
      write(segment, segment.generation(), segmentIndex);
      segment.entries(null);
    }
  }

  /**
   * Deletes the hint file of a segment. Called before the segment changes, so that a hint file
   * never describes records that have changed.
   */
  public void drop(Segment segment) throws IOException {
    Files.deleteIfExists(HintFile.of(segment.file()));
  }

  /** Called before a record of a segment is marked dead in place. */
  void distrust(Segment segment) throws IOException {
    drop(segment);
    segment.onMarkedDead();
  }

  /**
   * Writes the hint file of a complete segment. Does nothing if there is no room for it, or if a
   * record was marked dead in place.
   */
  public void write(Segment segment, long generation, SegmentIndex segmentIndex) {
    int sealed = segmentIndex.end() + RecordHeader.BYTES;
    int bytes = HintFile.bytes(segmentIndex);
    if (segment.isStruck() || !geometry.fits(sealed, bytes)) {
      return;
    }
    try {
      if (!geometry.fits(Files.size(segment.file()), bytes)) {
        try (SegmentOutput file = files.open(segment.file())) {
          file.truncate(sealed); // the rest is of an older generation
        }
      }
      try (SegmentOutput file = files.open(HintFile.of(segment.file()))) {
        new HintFile(generation, segment.salt(), store, segmentIndex).write(file);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      LOG.debug("Segment {} gets no hint file", segment.file(), e);
      dropQuietly(segment);
    }
  }

  /** Deletes an incomplete hint file, which is useless but takes room. */
  private void dropQuietly(Segment segment) {
    try {
      drop(segment);
    } catch (IOException e) {
      LOG.debug("An incomplete hint file can't be deleted", e);
    }
  }
}
