package io.intelligentcache.disk.internal.log;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.disk.internal.file.DirectoryLock;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.log.ActiveSegment.Slice;
import io.intelligentcache.disk.internal.log.LogMaintenance.WriteBatch;
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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only thread that writes segment files. It writes the log's buffers, acknowledges operations,
 * and cleans up after a failed write.
 *
 * <p>A removed or overwritten value must not come back after a crash, not even while the disk
 * accepts no more bytes. There are three ways, tried in this order: append a tombstone; mark the
 * old record dead in place, which needs no space; delete the manifest, which invalidates everything
 * on disk.
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
  private final LongSupplier nanos;
  private final ByteBuffer stage =
      ByteBuffer.allocateDirect(STAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private @Nullable SegmentOutput output;
  private @Nullable Segment outputOf;
  private @Nullable Segment unsealed;
  private final Set<Segment> withDeadRecords = new HashSet<>();

  /**
   * Whether the store on disk must not be read again. The manifest is deleted first, later the
   * segments.
   */
  private boolean mustVoid;

  private boolean voided;

  /**
   * Whether old segments are kept when the disk is full, because the remaining writes are worth
   * less.
   */
  private volatile boolean keeps;

  private long looked;

  /**
   * Creates it.
   *
   * @param nanos the scheduler's clock
   */
  public LogWriter(
      StoreDirectory store,
      LogState state,
      LogMaintenance log,
      SegmentSupply supply,
      FsyncScheduler fsync,
      LongSupplier nanos) {
    this.directory = store.lock();
    this.manifest = store.manifest();
    this.hintFiles = store.hintFiles();
    this.files = store.files();
    this.log = log;
    this.ring = state.ring();
    this.supply = supply;
    this.fsync = fsync;
    this.pause = state.pause();
    this.lost = state.counters().lost;
    this.nanos = nanos;
    this.looked = nanos.getAsLong();
    this.mustVoid = !manifest.written();
    this.voided = mustVoid;
  }

  /** Sets a segment whose seal could not be written at opening. Called before the thread starts. */
  public void sealFirst(@Nullable Segment segment) {
    unsealed = segment;
  }

  /** From here on no segment is freed to make room when the disk is full. */
  public void keepWhatIsThere() {
    keeps = true;
  }

  /** Works until the log is stopped, then closes the store. */
  @Override
  public void run() {
    try {
      boolean last = false;
      while (!last) {
        WriteBatch batch = log.nextBatch(mustVoid && !voided);
        last = batch.last();
        round(batch);
      }
      seal();
    } catch (RuntimeException | Error e) {
      LOG.error("The disk cache {} has failed and stores nothing more", manifest.directory(), e);
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
      waiting.addAll(batch.deadMarks());
      voidStore(null, waiting);
      settle(waiting);
      return; // nothing could be appended meanwhile
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
    List<PendingAck> deadMarks = new ArrayList<>(batch.deadMarks());
    markDead(deadMarks);
    settle(deadMarks);
  }

  private void keepManifest() {
    try {
      manifest.force();
      manifest.tellTime();
    } catch (IOException e) {
      LOG.debug("The MANIFEST of {} stays as it is", manifest.directory(), e);
    }
  }

  /** Clears an interrupt that a user callback may have left. It would close the files. */
  private static void clearInterrupt() {
    if (Thread.interrupted()) {
      LOG.debug("A callback interrupted the disk cache's writer");
    }
  }

  private void write(List<Slice> slices) throws IOException {
    if (slices.isEmpty()) {
      return;
    }
    if (nanos.getAsLong() - looked > LOOK_NANOS) {
      looked = nanos.getAsLong();
      directory.require();
    }
    repair(slices.get(0).chunk().segment());
    for (Slice slice : slices) {
      SegmentOutput to = output(slice.chunk().segment());
      for (int at = slice.from(); at < slice.to(); at += STAGE_BYTES) {
        int bytes = Math.min(STAGE_BYTES, slice.to() - at);
        stage.clear().put(0, slice.chunk().buffer(), at, bytes).limit(bytes);
        to.write(stage, slice.chunk().position(at));
        log.written(new Slice(slice.chunk(), at, at + bytes)); // frees room early
      }
      Segment segment = slice.chunk().segment();
      fsync.written(segment, hintFiles.flushed(segment));
    }
    pause.writeSucceeded();
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

  /**
   * Cleans up after a failed write. Appends are paused, so no generation begins meanwhile. A
   * generation of which nothing reached its file is used again.
   */
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
    pause.writeFailed(cause);
    lucky.forEach(PendingAck::written);
    settle(waiting);
  }

  /**
   * Frees the oldest segment. On a full disk only the store's own files have room, and this file is
   * written next.
   */
  private void makeRoom() {
    try {
      if (!mustVoid && !keeps && log.segments().size() > 1) {
        supply.freeOldest();
      }
    } catch (IOException | RuntimeException | Error e) {
      LOG.debug("Freeing a segment failed", e);
      closeOutput();
    }
  }

  /** Cuts off the incomplete end of a segment. */
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

  /**
   * Whether the file could not even be created. Examples: a device without inodes, a read-only
   * directory, a folder of that name.
   */
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
    if (stale.onDisk() && !mustVoid) {
      hintFiles.distrust(stale.segment());
      stage.clear().putInt(0, -1).limit(Integer.BYTES);
      output(stale.segment()).write(stage, stale.offset() + RecordHeader.DEAD_OFFSET);
      withDeadRecords.add(stale.segment());
    }
  }

  /**
   * Ends the hold on appends, and completes the operations that could not be written. Their old
   * records are dead. While old values could come back, refuses the operations instead and keeps
   * the hold.
   */
  private void settle(List<PendingAck> waiting) {
    if (!atRisk()) {
      pause.release();
      waiting.forEach(PendingAck::notWritten);
    } else {
      waiting.forEach(ack -> ack.refuse(Reason.BROKEN));
    }
    clearInterrupt();
  }

  /** Whether the directory still has records that must not come back. */
  private boolean atRisk() {
    return mustVoid && !voided;
  }

  /**
   * Invalidates everything on disk and drops what is not written yet. Readers still find the
   * written entries until the next write.
   *
   * @param waiting receives the pending acknowledgements of what is dropped
   */
  private void voidStore(@Nullable Throwable cause, List<PendingAck> waiting) {
    pause.hold();
    closeOutput();
    lost.add(log.giveUp(waiting).lost()); // so later records are newer than all segments
    boolean first = !mustVoid;
    mustVoid = true;
    if (voided) {
      return;
    }
    try {
      directory.renew();
      manifest.delete();
      voided = true;
      LOG.warn(
          "The disk cache {} is invalidated on disk, so that no old value can come back",
          manifest.directory());
    } catch (IOException e) {
      if (first) {
        LOG.error(
            "The disk cache {} can't be invalidated; it is tried again", manifest.directory(), e);
        LOG.debug("The disk cache must be invalidated because of this", cause);
      }
    }
  }

  /** Repairs the files before the first write after a failure. */
  private void repair(Segment next) throws IOException {
    if (mustVoid) {
      log.abandonBefore(next.generation());
      unsealed = null;
      while (supply.freeOldest()) {}
      manifest.inUse(next.generation() - 1);
      mustVoid = false;
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

  /** Closes the store. From here on it counts as cleanly closed. */
  private void seal() {
    supply.end();
    if (mustVoid) {
      return;
    }
    try {
      directory.require();
      sealUnsealed();
      if (output != null) {
        output.force();
      }
      for (Segment segment : withDeadRecords) {
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
