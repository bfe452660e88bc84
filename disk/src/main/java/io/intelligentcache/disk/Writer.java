package io.intelligentcache.disk;

import io.intelligentcache.disk.Tail.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes segment files: brings the log's chunks there, answers those who wait
 * for it, keeps free segments ready, and cleans up after a failed write.
 *
 * <p>What has to be absent must not come back after a crash, not even while the disk takes no more
 * bytes. In that order: a tombstone; striking out the old record where it stands, which needs no
 * space; deleting the manifest, which voids everything on disk.
 */
final class Writer implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
  private static final int STAGE_BYTES = 256 * 1024;

  private final Path directory;
  private final Manifest manifest;
  private final Log log;
  private final Ring ring;
  private final Index index;
  private final Markers markers;
  private final Breaker breaker;
  private final Counters counters;
  private final Output.Opener files;
  private final ByteBuffer stage =
      ByteBuffer.allocateDirect(STAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private @Nullable Output output;
  private @Nullable Segment outputOf;
  private @Nullable Segment unsealed;
  private boolean voided;

  Writer(
      Path directory,
      Manifest manifest,
      Log log,
      Ring ring,
      Index index,
      Markers markers,
      Breaker breaker,
      Counters counters,
      Output.Opener files) {
    this.directory = directory;
    this.manifest = manifest;
    this.log = log;
    this.ring = ring;
    this.index = index;
    this.markers = markers;
    this.breaker = breaker;
    this.counters = counters;
    this.files = files;
  }

  /** Works until the log is stopped, then closes the store. */
  @Override
  public void run() {
    boolean last = false;
    while (!last) {
      Batch batch = log.nextBatch();
      last = batch.last();
      try {
        write(batch.slices());
        batch.waiters().forEach(Waiter::written);
        log.answered(batch.waiters().size());
        if (batch.reclaim()) {
          reclaim();
        }
      } catch (IOException | RuntimeException | Error e) {
        recover(batch, e);
      }
      strikeOut(batch.strikes());
    }
    seal();
    closeOutput();
  }

  private void write(List<Slice> slices) throws IOException {
    if (slices.isEmpty()) {
      return;
    }
    repair();
    for (Slice slice : slices) {
      Output to = output(slice.chunk().segment());
      for (int at = slice.from(); at < slice.to(); at += STAGE_BYTES) {
        int bytes = Math.min(STAGE_BYTES, slice.to() - at);
        stage.clear().put(0, slice.chunk().buffer(), at, bytes).limit(bytes);
        to.write(stage, slice.chunk().position(at));
      }
      log.written(slice);
    }
    breaker.success();
  }

  private Output output(Segment segment) throws IOException {
    Output open = output;
    if (open == null || outputOf != segment) {
      closeOutput();
      open = files.open(segment.file());
      output = open;
      outputOf = segment;
    }
    return open;
  }

  private void closeOutput() {
    Output open = output;
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

  /** Frees the oldest segment. Its header goes first: what the index forgets must not come back. */
  private void reclaim() throws IOException {
    Segment victim = log.oldest();
    if (victim == null) {
      return;
    }
    stage.clear().put(0, new byte[SegmentHeader.BYTES]).limit(SegmentHeader.BYTES);
    output(victim).write(stage, 0);
    counters.evictions.add(index.removeIf(address -> Address.segment(address) == victim.number()));
    markers.dropThrough(victim.generation());
    if (unsealed == victim) {
      unsealed = null;
    }
    log.freed(victim);
  }

  // After a failure.

  private void recover(Batch batch, Throwable cause) {
    breaker.failure(cause);
    closeOutput();
    List<Waiter> waiting = new ArrayList<>();
    batch.waiters().stream().filter(w -> !w.future().isDone()).forEach(waiting::add);
    List<Segment> torn = log.giveUp(waiting);
    List<Waiter> lucky = waiting.stream().filter(Waiter::reachedTheFile).toList();
    waiting.removeAll(lucky);
    torn.forEach(this::cutOff);
    lucky.forEach(Waiter::written);
    log.answered(lucky.size());
    strikeOut(waiting);
  }

  /** Takes away the torn end of a segment. */
  private void cutOff(Segment segment) {
    try {
      output(segment).truncate(segment.flushed());
      if (segment.flushed() == 0) {
        log.undo(segment);
      } else {
        unsealed = segment;
      }
    } catch (IOException e) {
      voidStore(e);
    }
  }

  private void strikeOut(List<Waiter> waiting) {
    for (Waiter waiter : waiting) {
      try {
        strikeOut(waiter);
      } catch (IOException e) {
        voidStore(e);
      }
    }
    waiting.forEach(Waiter::notWritten);
    log.answered(waiting.size());
  }

  private void strikeOut(Waiter waiter) throws IOException {
    if (waiter.clears()) {
      voidStore(null);
    }
    Waiter.Place stale = waiter.stale();
    if (stale != null && stale.onDisk() && !voided) {
      stage.clear().putInt(0, -1).limit(Integer.BYTES);
      output(stale.segment()).write(stage, stale.offset() + RecordHead.DEAD_OFFSET);
    }
  }

  private void voidStore(@Nullable IOException cause) {
    closeOutput();
    if (voided) {
      return;
    }
    voided = true;
    try {
      Manifest.delete(directory);
      LOG.warn("What the disk cache {} holds is given up, to bring back nothing old", directory);
    } catch (IOException e) {
      if (cause != null) {
        e.addSuppressed(cause);
      }
      LOG.error("The disk cache {} can't be voided: delete it before the next start", directory, e);
    }
  }

  /** Before the first write after a failure. */
  private void repair() throws IOException {
    if (voided) {
      while (log.oldest() != null) {
        reclaim();
      }
      manifest.inUse(ring.lastGeneration()).write(directory);
      voided = false;
    }
    seal(unsealed);
    unsealed = null;
  }

  private void seal(@Nullable Segment segment) throws IOException {
    if (segment != null) {
      stage.clear();
      RecordHead.seal().write(stage, 0, segment.generation(), StoredKey.NONE.bytes());
      output(segment).write(stage.limit(RecordHead.BYTES), segment.flushed());
    }
  }

  /** The end: from here on the store counts as cleanly closed. */
  private void seal() {
    if (voided) {
      return;
    }
    try {
      seal(unsealed);
      if (output != null) {
        output.force();
      }
      List<Segment> live = log.segments();
      long newest =
          live.isEmpty() ? ring.lastGeneration() : live.get(live.size() - 1).generation();
      manifest.closed(newest).write(directory);
    } catch (IOException e) {
      LOG.warn("The disk cache {} could not be closed cleanly", directory, e);
    }
  }
}
