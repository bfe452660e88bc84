package io.intelligentcache.disk.internal.reclaim;

import io.intelligentcache.disk.internal.file.DirectoryLock;
import io.intelligentcache.disk.internal.file.DiskCounters;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.SegmentHeader;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.HintFiles;
import io.intelligentcache.disk.internal.log.Log;
import io.intelligentcache.disk.internal.log.LogMaintenance;
import io.intelligentcache.disk.internal.log.LogState;
import io.intelligentcache.disk.internal.log.RangeTombstones;
import io.intelligentcache.disk.internal.log.Segment;
import io.intelligentcache.disk.internal.log.SegmentSupply;
import io.intelligentcache.disk.internal.log.StoreDirectory;
import io.intelligentcache.disk.internal.log.WritePause;
import io.intelligentcache.disk.internal.read.ReadResult;
import io.intelligentcache.disk.internal.read.RecordReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Frees segments, always the oldest, on a thread of its own, so that a free segment is ready when
 * it is needed. Entries that were read since they were written are relocated, up to a part of a
 * segment. So the log is a FIFO queue with a second chance.
 *
 * <p>Because only the oldest segment is freed, a tombstone can be dropped with its segment: the
 * records that it hides were in older segments.
 */
public final class Reclaimer implements Runnable, SegmentSupply {
  /** Relocated entries take at most this part of a segment. */
  private static final double MOST_RELOCATED = 0.25;

  private final DirectoryLock directory;
  private final LogMaintenance maintenance;
  private final Log log;
  private final Index index;
  private final RangeTombstones rangeTombstones;
  private final HintFiles hintFiles;
  private final RecordReader records;
  private final WritePause pause;
  private final DiskCounters counters;
  private final SegmentOutput.Opener files;
  private final long mostRelocated;
  private boolean ended;

  public Reclaimer(
      StoreDirectory store,
      LogState state,
      LogMaintenance maintenance,
      Log log,
      RecordReader records) {
    this.directory = store.lock();
    this.hintFiles = store.hintFiles();
    this.files = store.files();
    this.maintenance = maintenance;
    this.log = log;
    this.index = state.index();
    this.rangeTombstones = state.rangeTombstones();
    this.records = records;
    this.pause = state.pause();
    this.counters = state.counters();
    this.mostRelocated = (long) (state.ring().geometry().segmentBytes() * MOST_RELOCATED);
  }

  /** Keeps segments free until the log is stopped. */
  @Override
  public void run() {
    while (maintenance.awaitScarcity()) {
      try {
        free(true);
      } catch (IOException | RuntimeException | Error e) {
        pause.writeFailed(e);
        maintenance.rest();
      }
    }
  }

  @Override
  public boolean freeOldest() throws IOException {
    return free(false);
  }

  @Override
  public synchronized void end() {
    ended = true;
  }

  private synchronized boolean free(boolean carry) throws IOException {
    Segment victim = ended ? null : maintenance.oldest();
    if (victim == null) {
      return false;
    }
    empty(victim);
    List<Entry> kept = new ArrayList<>();
    counters.evictions.add(
        index.evict(victim.number(), new SecondChance(carry ? mostRelocated : 0, kept)));
    kept.sort(Comparator.comparingInt(entry -> Address.offset(entry.address())));
    kept.forEach(entry -> relocateOrEvict(victim, entry));
    long generation = victim.generation();
    victim.closeFile();
    maintenance.freed(victim);
    // Last: readers of its records can see by then that the segment was freed.
    rangeTombstones.dropThrough(generation);
    return true;
  }

  private record Entry(long hash, long address) {}

  /** Keeps entries that were read, up to a number of bytes. */
  private static final class SecondChance implements Index.Chooser {
    private final List<Entry> kept;
    private long left;

    SecondChance(long bytes, List<Entry> kept) {
      this.left = bytes;
      this.kept = kept;
    }

    @Override
    public boolean keeps(long hash, long address) {
      left -= Address.size(address);
      return left >= 0 && kept.add(new Entry(hash, address));
    }
  }

  /**
   * Erases the header of a segment on disk. This comes first, because entries that the index evicts
   * must not come back after a crash.
   */
  private void empty(Segment victim) throws IOException {
    directory.require();
    hintFiles.drop(victim);
    try (SegmentOutput file = files.open(victim.file())) {
      file.write(ByteBuffer.allocate(SegmentHeader.BYTES), 0);
    }
  }

  private void relocateOrEvict(Segment victim, Entry entry) {
    ReadResult reading = records.read(victim, victim.generation(), entry.address(), null);
    if (reading instanceof ReadResult.Found found
        && StoredKey.spaceLength(found.key().bytes()) >= 0) {
      log.relocate(found.key(), found.item(), entry.address());
    } else {
      log.evict(entry.hash(), entry.address());
    }
  }
}
