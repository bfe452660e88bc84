package io.intelligentcache.disk.internal.recovery;

import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentIndex;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.log.HintFiles;
import io.intelligentcache.disk.internal.log.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds the index from segments of which none is missing: from their side indexes, and where
 * there is none that fits, from their records.
 *
 * <p>Only the end of the newest may be torn, as a killed process leaves it: what is lost there was
 * never answered for. It gets its seal, and nothing is appended to it. Anywhere else what can't be
 * read takes along everything older; what is newer stays.
 */
final class IndexRebuild {
  private static final Logger LOG = LoggerFactory.getLogger(IndexRebuild.class);
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Path directory;
  private final Manifest before;
  private final LogReplay replay;
  private final HintFiles hintFiles;
  private final SegmentOutput.Opener files;
  private @Nullable Segment unsealed;

  IndexRebuild(
      Path directory,
      Manifest before,
      LogReplay replay,
      HintFiles hintFiles,
      SegmentOutput.Opener files) {
    this.directory = directory;
    this.before = before;
    this.replay = replay;
    this.hintFiles = hintFiles;
    this.files = files;
  }

  /**
   * Leaves in {@code run} what can be trusted, in use from here on.
   *
   * @param run oldest first
   * @return how many segments it dropped
   */
  int apply(List<SegmentFiles.Found> run) throws IOException {
    int lost = 0;
    long told = System.nanoTime();
    try (var ahead = new ReadAhead(run, before)) {
      for (int i = run.size() - 1; i >= 0 && lost == 0; i--) {
        boolean mayBeTorn = i == run.size() - 1 && !before.clean();
        lost = apply(run, i, ahead.next(), mayBeTorn);
        if (System.nanoTime() - told > TELL_NANOS) {
          told = System.nanoTime();
          LOG.info("Opening the disk cache {}: {} more segments to read", directory, i);
        }
      }
    }
    List<SegmentFiles.Found> dropped = run.subList(0, lost);
    Recovery.delete(dropped);
    dropped.clear();
    replay.finish();
    return lost;
  }

  /** Returns how many of the oldest segments don't count because of this one. */
  private int apply(
      List<SegmentFiles.Found> run, int i, RecoveredSegment listing, boolean mayBeTorn)
      throws IOException {
    SegmentFiles.Found found = run.get(i);
    SegmentIndex segmentIndex = listing.segmentIndex();
    if (!listing.sealed() && !mayBeTorn) {
      return i + 1; // its newest records are missing, and it has none that are newer
    }
    boolean whole = replay.apply(found.segment(), found.generation(), segmentIndex);
    if (!whole) {
      segmentIndex.forgetBeforeLastGap();
    }
    takeOver(found, listing);
    return whole ? 0 : i;
  }

  private void takeOver(SegmentFiles.Found found, RecoveredSegment listing) {
    Segment segment = found.segment();
    SegmentIndex segmentIndex = listing.segmentIndex();
    if (!listing.sealed() && !seal(found, listing)) {
      unsealed = segment;
      segment.begin(found.generation(), segmentIndex.end());
      segment.entries(segmentIndex);
      return;
    }
    segment.begin(found.generation(), segmentIndex.end() + RecordHeader.BYTES);
    if (!listing.indexed()) {
      hintFiles.write(segment, found.generation(), segmentIndex);
    }
  }

  /** Half a record at the end is struck out: it hides what is older, and is no damage later. */
  private boolean seal(SegmentFiles.Found found, RecoveredSegment listing) {
    ByteBuffer seal = ByteBuffer.allocate(RecordHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    RecordHeader.seal().write(seal, 0, found.generation(), StoredKey.NONE.bytes());
    try (SegmentOutput output = files.open(found.segment().file())) {
      if (listing.broken() > 0) {
        ByteBuffer dead = ByteBuffer.allocate(Integer.BYTES).putInt(0, -1);
        output.write(dead, listing.broken() + RecordHeader.DEAD_OFFSET);
      }
      output.write(seal, listing.segmentIndex().end());
      return true;
    } catch (IOException e) {
      LOG.warn("The disk cache {} can't be written to", directory, e);
      return false;
    }
  }

  /** The newest segment, if the disk did not take its seal. */
  @Nullable
  Segment unsealed() {
    return unsealed;
  }
}
