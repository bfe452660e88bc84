package io.intelligentcache.disk.internal.recovery;

import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentIndex;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.log.HintFiles;
import io.intelligentcache.disk.internal.log.Segment;
import io.intelligentcache.tier.Scheduler;
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
 * Rebuilds the index from a run of segments of which none is missing. It reads their hint files. A
 * segment without a matching hint file is read record by record.
 *
 * <p>Only the end of the newest segment may be incomplete, because the process was killed.
 * Operations that are lost there were never acknowledged. That segment gets its seal, and nothing
 * is appended to it. If anything else can't be read, all older records are dropped with it; newer
 * ones stay.
 */
final class IndexRebuild {
  private static final Logger LOG = LoggerFactory.getLogger(IndexRebuild.class);
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Path directory;
  private final Manifest before;
  private final LogReplay replay;
  private final HintFiles hintFiles;
  private final Environment environment;
  private @Nullable Segment unsealed;

  IndexRebuild(
      Path directory,
      Manifest before,
      LogReplay replay,
      HintFiles hintFiles,
      Environment environment) {
    this.directory = directory;
    this.before = before;
    this.replay = replay;
    this.hintFiles = hintFiles;
    this.environment = environment;
  }

  /**
   * Fills the index. Removes the segments from {@code run} that can't be trusted, and deletes them.
   *
   * @param run segments, oldest first
   * @return how many segments it dropped
   */
  int apply(List<SegmentFiles.Found> run) throws IOException {
    int lost = 0;
    Scheduler scheduler = environment.scheduler();
    long told = scheduler.nanos();
    try (var ahead = new ReadAhead(run, before)) {
      for (int i = run.size() - 1; i >= 0 && lost == 0; i--) {
        boolean mayBeTorn = i == run.size() - 1 && !before.clean();
        lost = apply(run, i, ahead.next(), mayBeTorn);
        if (scheduler.nanos() - told > TELL_NANOS) {
          told = scheduler.nanos();
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

  /** Applies one segment; returns how many of the oldest segments must be dropped because of it. */
  private int apply(
      List<SegmentFiles.Found> run, int i, RecoveredSegment listing, boolean mayBeTorn)
      throws IOException {
    SegmentFiles.Found found = run.get(i);
    SegmentIndex segmentIndex = listing.segmentIndex();
    if (!listing.sealed() && !mayBeTorn) {
      return i + 1; // its end is missing, and all its records are older than that
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

  /**
   * Writes the seal of a segment. If the value of its last record is damaged, that record is marked
   * dead. So it still hides older records of its key, and does not count as damage later.
   */
  private boolean seal(SegmentFiles.Found found, RecoveredSegment listing) {
    ByteBuffer seal = ByteBuffer.allocate(RecordHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    RecordHeader.seal().write(seal, 0, found.generation(), StoredKey.NONE.bytes());
    try (SegmentOutput output = environment.files().open(found.segment().file())) {
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

  /** The newest segment if its seal could not be written; else null. */
  @Nullable
  Segment unsealed() {
    return unsealed;
  }
}
