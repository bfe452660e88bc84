package io.intelligentcache.disk.internal.log;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.disk.internal.file.DirectoryLock;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.log.ActiveSegment.Slice;
import io.intelligentcache.tier.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes segment files: brings the log's chunks there, answers those who wait
 * for it, and cleans up after a failed write.
 *
 * <p>What has to be absent must not come back after a crash, not even while the disk takes no more
 * bytes. In that order: a tombstone; striking out the old record where it stands, which needs no
 * space; deleting the manifest, which voids everything on disk.
 */
public final class LogWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
  private static final int STAGE_BYTES = 256 * 1024;
  private static final long LOOK_NANOS = SECONDS.toNanos(1);

  private final DirectoryLock directory;
  private final ManifestFile manifest;
  private final HintFiles hintFiles;
  private final LogMaintenance log;
  private final SegmentRing ring;
  private final SegmentSupply supply;
  private final FsyncScheduler fsync;
  private final WritePause pause;
  private final SegmentOutput.Opener files;
  private final LongAdder lost;
  private final ByteBuffer stage =
      ByteBuffer.allocateDirect(STAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private @Nullable SegmentOutput output;
  private @Nullable Segment outputOf;
  private @Nullable Segment unsealed;
  private final Set<Segment> struck = new HashSet<>();

  /** What is on disk must not be read back: its manifest goes, then its segments. */
  private boolean doomed;

  private boolean voided;

  /** What is written from here on is worth less than what was written before. */
  private volatile boolean keeps;

  private long looked = System.nanoTime();

  public LogWriter(
      DirectoryLock directory,
      ManifestFile manifest,
      HintFiles hintFiles,
      LogMaintenance log,
      SegmentRing ring,
      SegmentSupply supply,
      FsyncScheduler fsync,
      WritePause pause,
      SegmentOutput.Opener files,
      LongAdder lost) {
    this.directory = directory;
    this.manifest = manifest;
    this.hintFiles = hintFiles;
    this.log = log;
    this.ring = ring;
    this.supply = supply;
    this.fsync = fsync;
    this.pause = pause;
    this.files = files;
    this.lost = lost;
    this.doomed = !manifest.written();
    this.voided = doomed;
  }

  /** Before the thread starts: a segment that opening could not give its seal. */
  public void sealFirst(@Nullable Segment segment) {
    unsealed = segment;
  }

  /** From here on no segment is freed for others if the disk is full. */
  public void keepWhatIsThere() {
    keeps = true;
  }

  /** Works until the log is stopped, then closes the store. */
  @Override
  public void run() {
    try {
      boolean last = false;
      while (!last) {
        WriteBatch batch = log.nextBatch(doomed && !voided);
        last = batch.last();
        round(batch);
      }
      seal();
    } catch (RuntimeException | Error e) {
      LOG.error("The disk cache {} has failed and takes nothing any more", manifest.directory(), e);
      voidStore(e, new ArrayList<>());
    } finally {
      closeOutput();
    }
  }

  private void round(WriteBatch batch) {
    clearInterrupt();
    keepManifest();
    if (atRisk()) {
      List<PendingAck> waiting = new ArrayList<>(batch.waiters());
      waiting.addAll(batch.strikes());
      voidStore(null, waiting);
      settle(waiting);
      return; // nothing could be appended since, so there is nothing to write
    }
    List<PendingAck> waiting = batch.waiters();
    try {
      write(batch.slices());
      waiting.forEach(PendingAck::written);
      waiting = List.of();
      clearInterrupt();
    } catch (IOException | RuntimeException | Error e) {
      recover(waiting, e);
    }
    List<PendingAck> strikes = new ArrayList<>(batch.strikes());
    markDead(strikes);
    settle(strikes);
  }

  private void keepManifest() {
    try {
      manifest.force();
      manifest.tellTime();
    } catch (IOException e) {
      LOG.debug("The MANIFEST of {} stays as it is", manifest.directory(), e);
    }
  }

  /** Left by a callback of a caller's, it would close the files. */
  private static void clearInterrupt() {
    if (Thread.interrupted()) {
      LOG.debug("A callback interrupted the disk cache's writer");
    }
  }

  private void write(List<Slice> slices) throws IOException {
    if (slices.isEmpty()) {
      return;
    }
    if (System.nanoTime() - looked > LOOK_NANOS) {
      looked = System.nanoTime();
      directory.require();
    }
    repair(slices.get(0).chunk().segment());
    for (Slice slice : slices) {
      SegmentOutput to = output(slice.chunk().segment());
      for (int at = slice.from(); at < slice.to(); at += STAGE_BYTES) {
        int bytes = Math.min(STAGE_BYTES, slice.to() - at);
        stage.clear().put(0, slice.chunk().buffer(), at, bytes).limit(bytes);
        to.write(stage, slice.chunk().position(at));
        log.written(new Slice(slice.chunk(), at, at + bytes)); // who waits for room waits less
      }
      Segment segment = slice.chunk().segment();
      fsync.written(segment, hintFiles.flushed(segment));
    }
    pause.success();
  }

  private SegmentOutput output(Segment segment) throws IOException {
    SegmentOutput open = output;
    if (open == null || outputOf != segment) {
      closeOutput();
      open = files.open(segment.file());
      output = open;
      outputOf = segment;
    }
    return open;
  }

  private void closeOutput() {
    SegmentOutput open = output;
    output = null;
    outputOf = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.debug("Closing a segment failed", e);
      }
    }
  }

  // After a failure.

  /** No generation begins meanwhile: those of which nothing reached the file are used again. */
  private void recover(List<PendingAck> batch, Throwable cause) {
    pause.hold();
    closeOutput();
    List<PendingAck> waiting = new ArrayList<>(batch);
    LogMaintenance.GivenUp left = log.giveUp(waiting);
    lost.add(left.lost());
    if (left.lost() > 0) {
      LOG.warn(
          "The disk cache {} has lost {} entries that it had not written yet",
          manifest.directory(),
          left.lost());
    }
    List<PendingAck> lucky = waiting.stream().filter(PendingAck::reachedTheFile).toList();
    waiting.removeIf(PendingAck::reachedTheFile);
    left.torn().forEach(segment -> cutOff(segment, waiting));
    markDead(waiting);
    makeRoom();
    pause.failure(cause);
    lucky.forEach(PendingAck::written);
    settle(waiting);
  }

  /** A disk that is full has no room but in our own files: the oldest is written to next. */
  private void makeRoom() {
    try {
      if (!doomed && !keeps && log.segments().size() > 1) {
        supply.freeOldest();
      }
    } catch (IOException | RuntimeException | Error e) {
      LOG.debug("Freeing a segment failed", e);
      closeOutput();
    }
  }

  /** Takes away the torn end of a segment. */
  private void cutOff(Segment segment, List<PendingAck> waiting) {
    try {
      directory.require();
      if (segment.flushed() > 0 || !hasNothingOfOurs(segment.file())) {
        output(segment).truncate(segment.flushed());
      }
      if (segment.flushed() == 0) {
        log.undo(segment);
      } else {
        unsealed = segment;
      }
    } catch (IOException | RuntimeException | Error e) {
      voidStore(e, waiting);
    }
  }

  /** A file that could not even be made: a device without inodes, a directory that is read-only or has a folder of that name. */
  private static boolean hasNothingOfOurs(Path file) {
    return Files.notExists(file, NOFOLLOW_LINKS) || Files.isDirectory(file, NOFOLLOW_LINKS);
  }

  private void markDead(List<PendingAck> waiting) {
    for (PendingAck ack : List.copyOf(waiting)) {
      try {
        if (ack.clears()) {
          voidStore(null, waiting);
        } else if (ack.stale() != null) {
          markDead(ack.stale());
        }
      } catch (IOException | RuntimeException | Error e) {
        voidStore(e, waiting);
      }
    }
  }

  private void markDead(PendingAck.Place stale) throws IOException {
    if (stale.onDisk() && !doomed) {
      hintFiles.distrust(stale.segment());
      stage.clear().putInt(0, -1).limit(Integer.BYTES);
      output(stale.segment()).write(stage, stale.offset() + RecordHeader.DEAD_OFFSET);
      struck.add(stale.segment());
    }
  }

  /** Answers those who waited for a strike, and lets others go on. */
  private void settle(List<PendingAck> waiting) {
    if (!atRisk()) {
      pause.release();
      waiting.forEach(PendingAck::notWritten);
    } else {
      waiting.forEach(ack -> ack.refuse(Reason.BROKEN));
    }
    clearInterrupt();
  }

  /** Whether the directory still has what must not come back. */
  private boolean atRisk() {
    return doomed && !voided;
  }

  /**
   * Gives up what is on disk and what is on its way there. Readers keep what they have until the
   * next write.
   *
   * @param waiting gets those whose records are given up
   */
  private void voidStore(@Nullable Throwable cause, List<PendingAck> waiting) {
    pause.hold();
    closeOutput();
    lost.add(log.giveUp(waiting).lost()); // so all that the segments hold is older than what comes
    boolean first = !doomed;
    doomed = true;
    if (voided) {
      return;
    }
    try {
      directory.renew();
      manifest.delete();
      voided = true;
      LOG.warn(
          "What the disk cache {} holds is given up, to bring back nothing old",
          manifest.directory());
    } catch (IOException e) {
      if (first) {
        LOG.error(
            "The disk cache {} can't be voided, which is tried again", manifest.directory(), e);
        LOG.debug("It is to be voided because of this", cause);
      }
    }
  }

  /** Before the first write after a failure. */
  private void repair(Segment next) throws IOException {
    if (doomed) {
      log.abandonBefore(next.generation());
      unsealed = null;
      while (supply.freeOldest()) {}
      manifest.inUse(next.generation() - 1);
      doomed = false;
      voided = false;
    }
    sealUnsealed();
  }

  private void sealUnsealed() throws IOException {
    Segment segment = unsealed;
    if (segment != null) {
      stage.clear();
      RecordHeader.seal().write(stage, 0, segment.generation(), StoredKey.NONE.bytes());
      output(segment).write(stage.limit(RecordHeader.BYTES), segment.flushed());
      hintFiles.sealedEarly(segment);
    }
    unsealed = null;
  }

  /** The end: from here on the store counts as cleanly closed. */
  private void seal() {
    supply.end();
    if (doomed) {
      return;
    }
    try {
      directory.require();
      sealUnsealed();
      if (output != null) {
        output.force();
      }
      for (Segment segment : struck) {
        if (segment.isStruck()) {
          output(segment).force();
        }
      }
      List<Segment> live = log.segments();
      long newest =
          live.isEmpty() ? ring.lastGeneration() : live.get(live.size() - 1).generation();
      manifest.closed(live.isEmpty() ? newest + 1 : live.get(0).generation(), newest);
    } catch (IOException e) {
      LOG.warn("The disk cache {} could not be closed cleanly", manifest.directory(), e);
    }
  }
}
