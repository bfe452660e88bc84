package io.intelligentcache.disk.internal.reclaim;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.disk.internal.file.DiskCounters;
import io.intelligentcache.disk.internal.file.ReadBuffers;
import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.Log;
import io.intelligentcache.disk.internal.log.LogMaintenance;
import io.intelligentcache.disk.internal.log.LogState;
import io.intelligentcache.disk.internal.log.RangeTombstones;
import io.intelligentcache.disk.internal.log.Segment;
import io.intelligentcache.disk.internal.log.StoreDeadlines;
import io.intelligentcache.disk.internal.recovery.SegmentWalk;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks over the keys of the whole log, on a thread of its own. It removes keys that match, and
 * masks cleared entries in the index. Values are skipped.
 */
public final class LogSweep {
  private static final Logger LOG = LoggerFactory.getLogger(LogSweep.class);
  private static final int MOST_WAITING = 64;
  private static final int WRITE_SECONDS = 10;
  private static final long LONGEST_STEP_NANOS = SECONDS.toNanos(5);
  private static final long LOOK_NANOS = SECONDS.toNanos(1);
  private static final Outcome LATE = new Outcome.Refused(Reason.LATE);

  private final Log log;
  private final LogMaintenance maintenance;
  private final Index index;
  private final RangeTombstones rangeTombstones;
  private final DiskCounters counters;
  private final StoreClock clock;
  private final ReadBuffers readBuffers;
  private final StoreDeadlines deadlines;
  private final AtomicBoolean purging = new AtomicBoolean();
  private final ThreadPoolExecutor thread;
  private volatile boolean stopped;

  /**
   * When the walk last made progress. A walk over many entries may take long, but each step must
   * not.
   */
  private volatile long lastStep;

  public LogSweep(
      Log log,
      LogMaintenance maintenance,
      LogState state,
      StoreClock clock,
      ReadBuffers readBuffers,
      StoreDeadlines deadlines) {
    this.log = log;
    this.maintenance = maintenance;
    this.index = state.index();
    this.rangeTombstones = state.rangeTombstones();
    this.counters = state.counters();
    this.clock = clock;
    this.readBuffers = readBuffers;
    this.deadlines = deadlines;
    this.lastStep = deadlines.nanos();
    this.thread = new ThreadPoolExecutor(
        1,
        1,
        10,
        SECONDS,
        new ArrayBlockingQueue<>(MOST_WAITING),
        task -> LibraryThreads.of("intelligent-cache-disk-sweep", task));
    thread.allowCoreThreadTimeOut(true);
  }

  /** Removes the matching keys of a space that exist when this is called. */
  public CompletableFuture<Outcome> removeMatching(StoredKey space, Predicate<byte[]> matching) {
    var answer = new CompletableFuture<Outcome>();
    long end = log.beginSweep(space);
    CompletableFuture<Outcome> written = log.flush();
    try {
      thread.execute(() -> {
        Outcome outcome = removeMatching(space, matching, end, written);
        log.endSweep(space);
        answer.complete(outcome);
      });
    } catch (RejectedExecutionException e) {
      log.endSweep(space);
      answer.complete(new Outcome.Refused(stopped ? Reason.CLOSED : Reason.BUSY));
    }
    watch(answer, deadlines.nanos());
    return answer;
  }

  /**
   * Refuses the removal if the device hangs. The keys are still removed when the device works
   * again.
   */
  private void watch(CompletableFuture<Outcome> answer, long since) {
    if (answer.isDone()) {
      return;
    }
    deadlines.after(LOOK_NANOS, () -> {
      long now = deadlines.nanos();
      if (now - since >= LONGEST_STEP_NANOS && now - lastStep >= LONGEST_STEP_NANOS) {
        answer.complete(LATE);
      } else if (!deadlines.isClosed()) {
        watch(answer, since);
      } else {
        answer.complete(new Outcome.Refused(Reason.CLOSED));
      }
    });
  }

  private Outcome removeMatching(
      StoredKey space, Predicate<byte[]> matching, long end, CompletableFuture<Outcome> written) {
    try {
      settled(written); // a failed write has removed its records from the index
      long removed = 0;
      for (Segment segment : maintenance.segments()) {
        removed += removeMatching(segment, space, matching, end);
      }
      Outcome flushed = settled(log.flush());
      return flushed instanceof Outcome.Refused ? flushed : new Outcome.Done(removed);
    } catch (IOException | RuntimeException | Error e) { // the predicate is user code
      if (stopped) {
        return new Outcome.Refused(Reason.CLOSED);
      }
      LOG.warn("Looking for keys to remove failed", e);
      return new Outcome.Refused(Reason.BROKEN);
    }
  }

  /**
   * Waits until a flush is acknowledged. The log refuses it at a deadline of its own, which comes
   * first; the limit here is in real time.
   */
  private static Outcome settled(CompletableFuture<Outcome> writing) {
    try {
      return writing.get(WRITE_SECONDS, SECONDS);
    } catch (TimeoutException late) {
      return LATE;
    } catch (InterruptedException | ExecutionException never) { // can't happen
      throw new IllegalStateException(never);
    }
  }

  private long removeMatching(
      Segment segment, StoredKey space, Predicate<byte[]> matching, long end) throws IOException {
    return walk(segment, new Visitor() {
      @Override
      public boolean entry(long hash, long address, long position, byte[] key) {
        boolean asked = position < end
            && space.isSpaceOf(key)
            && !rangeTombstones.hides(StoredKey.space(key), position)
            && matching.test(Arrays.copyOfRange(key, space.bytes().length, key.length));
        return asked && log.removeAt(hash, address) != null;
      }

      @Override
      public boolean unknown(long hash, long address) {
        counters.damaged.increment();
        return log.removeAt(hash, address) != null;
      }
    });
  }

  /**
   * Masks cleared entries in the index, so that the counts are right. One walk serves many clears.
   */
  public void purgeCleared() {
    if (!purging.compareAndSet(false, true)) {
      return;
    }
    try {
      thread.execute(() -> {
        purging.set(false);
        purge();
      });
    } catch (RejectedExecutionException e) {
      purging.set(false);
    }
  }

  private void purge() {
    try {
      for (Segment segment : maintenance.segments()) {
        walk(segment, new Visitor() {
          @Override
          public boolean entry(long hash, long address, long position, byte[] key) {
            return rangeTombstones.hides(StoredKey.space(key), position)
                && index.mask(hash, address);
          }

          @Override
          public boolean unknown(long hash, long address) {
            return false;
          }
        });
      }
    } catch (IOException | RuntimeException | Error e) {
      LOG.debug("Masking cleared entries failed", e);
    }
  }

  /** Handles entries that the index has. */
  private interface Visitor {
    /** Handles an entry; returns whether it was removed or masked. */
    boolean entry(long hash, long address, long position, byte[] storedKey);

    /** Handles an entry whose key can't be read; returns whether it was removed. */
    boolean unknown(long hash, long address);
  }

  private long walk(Segment segment, Visitor visitor) throws IOException {
    long generation = segment.generation();
    int limit = segment.flushed();
    ByteBuffer window = readBuffers.take();
    try {
      var walk = new SegmentWalk(segment, generation, limit, window);
      long gone = walk(walk, generation, visitor, address -> {});
      if (walk.end() < limit && !walk.sealed()) {
        gone += walkDamaged(segment, generation, limit, walk, visitor);
      }
      return gone;
    } finally {
      readBuffers.giveBack(window);
    }
  }

  private long walk(SegmentWalk walk, long generation, Visitor visitor, LongConsumer met)
      throws IOException {
    long gone = 0;
    while (!stopped && walk.next()) {
      lastStep = deadlines.nanos();
      RecordHeader head = walk.head();
      if (head.kind() == RecordHeader.PUT
          && index.find(head.hash()) == walk.address()
          && clock.epochMillis() < head.expiresAt()) {
        met.accept(walk.address());
        byte[] key = walk.plainKey();
        long position = RangeTombstones.position(generation, walk.offset());
        if (key == null || StoredKey.spaceLength(key) < 0) {
          gone += visitor.unknown(head.hash(), walk.address()) ? 1 : 0;
        } else if (visitor.entry(head.hash(), walk.address(), position, key)) {
          gone++;
        }
      }
    }
    if (stopped) {
      throw new IOException("closed during a sweep");
    }
    return gone;
  }

  /**
   * Continues after a damaged header. The keys of entries that are not found again are unknown, so
   * each of them may match.
   */
  private long walkDamaged(
      Segment segment, long generation, int limit, SegmentWalk walk, Visitor visitor)
      throws IOException {
    int from = walk.end();
    Set<Long> met = new HashSet<>();
    long gone = 0;
    while (!walk.sealed() && walk.skipDamage()) {
      gone += walk(walk, generation, visitor, met::add);
    }
    List<long[]> unknown = new ArrayList<>();
    index.forEach((hash, address) -> {
      if (Address.segment(address) == segment.number()
          && Address.offset(address) >= from
          && Address.offset(address) < limit
          && !met.contains(address)) {
        unknown.add(new long[] {hash, address});
      }
    });
    if (segment.generation() == generation && generation != 0) {
      for (long[] entry : unknown) {
        gone += visitor.unknown(entry[0], entry[1]) ? 1 : 0;
      }
    }
    return gone;
  }

  public void stop() {
    stopped = true;
    thread.shutdown();
  }
}
