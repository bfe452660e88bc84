package io.intelligentcache.internal.demotion;

import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.memory.EvictionHandler.Saved;
import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.RankedEntries;
import io.intelligentcache.tier.Scheduler;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierStats;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes entries that are only in memory to disk in the background, so that less is lost when the process is killed.
 *
 * <p>It makes three rounds within the time that is configured. A round writes the entries that are not on disk and
 * that it sees for the second time. It writes the hottest first, as far as the disk has room, spread evenly over the
 * round. So a value that stays in memory is written once and in time. A value that is replaced again and again is not
 * written at all: each time it would have to be removed from disk again.
 */
public final class WriteBehind implements Runnable, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WriteBehind.class);

  /** The time from the last write of a round until it is in the file. */
  private static final Duration FLUSH = Duration.ofMillis(100);

  private static final int ROUNDS = 3;

  /** The part of a round over which its writes are spread. The rest is reserve. */
  private static final double SPREAD = 0.8;

  /** It does not pause for less than this. */
  private static final long SHORTEST_REST_NANOS = Duration.ofMillis(5).toNanos();

  /** After so many rounds it checks what the disk has evicted for room. */
  private static final int ROUNDS_PER_CHECK = 8;

  /**
   * It makes this check only if memory is not larger than the disk divided by this. Otherwise the same entries would
   * be written and evicted again and again.
   */
  private static final int LARGEST_SHARE = 4;

  private final MemoryEngine memory;
  private final Tier disk;
  private final TimeSource time;
  private final Scheduler scheduler;
  private final long roundNanos;
  private long round;
  private long evictions;
  private boolean failed;

  private volatile @Nullable Thread thread; // set by run()
  private volatile boolean closed;

  /**
   * Creates it.
   *
   * @param time the clock of the entries
   * @param scheduler the clock of the rounds; ends the pauses
   * @param within how long an entry may be in memory only
   */
  public WriteBehind(
      MemoryEngine memory, Tier disk, TimeSource time, Scheduler scheduler, Duration within) {
    this.memory = memory;
    this.time = time;
    this.scheduler = scheduler;
    this.disk = disk;
    this.roundNanos = within.minus(FLUSH).toNanos() / ROUNDS;
  }

  /** Starts the thread. */
  public void start() {
    LibraryThreads.of("icm-write-behind", this).start();
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    long begin = scheduler.nanos() + roundNanos;
    while (!closed) {
      try {
        if (!restUntil(begin)) {
          return;
        }
        begin = scheduler.nanos();
        round(begin);
      } catch (Throwable failure) { // a failure must not end the thread
        Failures.warn(log, "writing behind failed; going on", failure);
      }
      begin += roundNanos;
    }
  }

  private void round(long begin) {
    long now = time.nanos();
    TierStats stats = disk.stats();
    boolean check = mayHaveLost(stats);
    long room = FinalFlush.roomOf(stats);
    boolean tight = memory.used() > room;
    RankedEntries ranked =
        memory.ranked(entry -> entry.noteSeen() && (tight || needsWrite(entry, check, now)));
    double nanosPerUnit = roundNanos * SPREAD / Math.max(1, Math.min(ranked.weight(), room));
    long weight = 0;
    for (int i = ranked.size() - 1; i >= 0 && weight < room; i--) {
      MemoryEntry<?, ?> entry = ranked.at(i);
      if (entry == null) {
        continue;
      }
      if (!restUntil(begin + (long) (weight * nanosPerUnit))) {
        return;
      }
      if (needsWrite(entry, check, now)
          && isRefused(entry.save(() -> scheduler.nanos() - begin < roundNanos))) {
        return;
      }
      weight += entry.weight();
    }
  }

  private boolean needsWrite(MemoryEntry<?, ?> entry, boolean check, long now) {
    return check || !entry.onDisk() || entry.wantsNewCopy(now, roundNanos);
  }

  /**
   * Whether to check that the disk still has what was written to it: the disk tier may have failed, or may have
   * evicted entries for room.
   */
  private boolean mayHaveLost(TierStats stats) {
    boolean backAgain = failed && stats.available();
    failed = !stats.available();
    if (backAgain) {
      return true;
    }
    if (++round % ROUNDS_PER_CHECK != 0) {
      return false;
    }
    long before = evictions;
    evictions = stats.evictions();
    return evictions != before && memory.used() <= stats.capacityBytes() / LARGEST_SHARE;
  }

  /** Whether the disk tier has refused an entry. Then it is useless to offer more for a while. */
  private static boolean isRefused(CompletableFuture<Saved> saved) {
    return saved.isDone() && saved.join() == Saved.REFUSED;
  }

  /**
   * Pauses until an instant. Returns false when this is closed. No lock is held while the scheduler is asked: the
   * scheduler may hold one of its own while it wakes this.
   */
  private boolean restUntil(long instant) {
    long nanos = instant - scheduler.nanos();
    if (nanos < SHORTEST_REST_NANOS) {
      return !closed;
    }
    Future<?> alarm;
    try {
      alarm = scheduler.schedule(this::wake, nanos);
    } catch (RejectedExecutionException closedFirst) {
      return false;
    } catch (OutOfMemoryError noThread) { // "unable to create native thread"
      alarm = CompletableFuture.completedFuture(null); // real time ends the pause
    }
    try {
      while (!closed && nanos >= SHORTEST_REST_NANOS) {
        LockSupport.parkNanos(this, nanos);
        if (Thread.interrupted()) { // nobody does that; parking would return at once
          return !closed;
        }
        nanos = instant - scheduler.nanos();
      }
      return !closed;
    } finally {
      alarm.cancel(false);
    }
  }

  private void wake() {
    LockSupport.unpark(thread);
  }

  /** Ends the thread, after the entry that it is writing. */
  @Override
  public void close() {
    closed = true;
    wake();
  }
}
