package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.HintFile;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the side indexes and takes them away. A segment and its side index together have at most
 * the bytes of a segment, so the store's maximum needs no room for them. A side index that can't be
 * written costs time at the next opening and nothing else. Only for the thread that writes, but for
 * {@link #drop}.
 */
public final class HintFiles {
  private static final Logger LOG = LoggerFactory.getLogger(HintFiles.class);

  private final UUID store;
  private final int segmentBytes;
  private final SegmentOutput.Opener files;

  public HintFiles(UUID store, int segmentBytes, SegmentOutput.Opener files) {
    this.store = store;
    this.segmentBytes = segmentBytes;
    this.files = files;
  }

  /** A segment's file has more than before; true if it has all. */
  boolean flushed(Segment segment) {
    SegmentIndex segmentIndex = segment.entries();
    boolean all = segmentIndex != null
        && segment.isComplete()
        && segment.flushed() == segmentIndex.end() + RecordHeader.BYTES;
    if (segmentIndex != null && all) {
      write(segment, segment.generation(), segmentIndex);
      segment.entries(null); // from here on it may be freed
    }
    return all;
  }

  /** A segment ends where its file does, after writing more to it failed. */
  void sealedEarly(Segment segment) {
    SegmentIndex segmentIndex = segment.entries();
    if (segmentIndex != null) {
      segmentIndex.cutAt(segment.flushed());
      write(segment, segment.generation(), segmentIndex);
      segment.entries(null);
    }
  }

  /** Before a segment changes: what is said about it must not outlive what it says. */
  public void drop(Segment segment) throws IOException {
    Files.deleteIfExists(HintFile.of(segment.file()));
  }

  /** Before a record of a segment changes in place. */
  void distrust(Segment segment) throws IOException {
    drop(segment);
    segment.onMarkedDead();
  }

  /** Writes what is known of a complete segment, if there is room for it. */
  public void write(Segment segment, long generation, SegmentIndex segmentIndex) {
    int sealed = segmentIndex.end() + RecordHeader.BYTES;
    int bytes = HintFile.bytes(segmentIndex);
    if (segment.isStruck() || sealed + bytes > segmentBytes) {
      return;
    }
    try {
      if (Files.size(segment.file()) + bytes > segmentBytes) {
        try (SegmentOutput file = files.open(segment.file())) {
          file.truncate(sealed); // what stands behind is of an older life
        }
      }
      try (SegmentOutput file = files.open(HintFile.of(segment.file()))) {
        new HintFile(generation, segment.salt(), store, segmentIndex).write(file);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      LOG.debug("Segment {} gets no side index", segment.file(), e);
      dropQuietly(segment);
    }
  }

  /** Half a file would say nothing but take room. */
  private void dropQuietly(Segment segment) {
    try {
      drop(segment);
    } catch (IOException e) {
      LOG.debug("A part of a side index stays", e);
    }
  }
}
