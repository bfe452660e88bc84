package io.intelligentcache.internal.demotion;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.memory.EvictionHandler.Saved;
import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.RankedEntries;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierStats;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to disk what is only in memory, in the background, so that less is lost when the process is killed.
 *
 * <p>It comes round three times within the time that it has. An entry that it sees for the second time, and that is not
 * on disk, is written in this round: the hottest first, as far as the disk has room, spread evenly over the round. So a value that stays is written once and in
 * time, and one that is replaced again and again is not written at all; it would have to be made absent on disk each time.
 */
public final class WriteBehind implements Runnable, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WriteBehind.class);

  /** From the last write of a round until the file has it. */
  private static final Duration FLUSH = Duration.ofMillis(100);

  private static final int ROUNDS = 3;

  /** Of each round, to have something to spare. */
  private static final double SPREAD = 0.8;

  /** It does not rest for less. */
  private static final long SHORTEST_REST_NANOS = Duration.ofMillis(5).toNanos();

  /** Every so many rounds it looks what the disk gave up for room. */
  private static final int ROUNDS_PER_CHECK = 8;

  /** Unless memory is more than this part of the disk: that would be written in circles. */
  private static final int LARGEST_SHARE = 4;

  private final MemoryEngine memory;
  private final Tier disk;
  private final TimeSource time;
  private final long roundNanos;
  private long round;
  private long evictions;
  private boolean failed;

  @GuardedBy("this")
  private boolean closed;

  /**
   * Makes it.
   *
   * @param time the clock of the entries
   * @param within how long an entry may be in memory only
   */
  public WriteBehind(MemoryEngine memory, Tier disk, TimeSource time, Duration within) {
    this.memory = memory;
    this.time = time;
    this.disk = disk;
    this.roundNanos = within.minus(FLUSH).toNanos() / ROUNDS;
  }

  /** Begins. */
  public void start() {
    LibraryThreads.of("icm-write-behind", this).start();
  }

  @Override
  public void run() {
    long begin = System.nanoTime() + roundNanos;
    while (restUntil(begin)) {
      begin = System.nanoTime();
      try {
        round(begin);
      } catch (Throwable failure) { // what gets out of here would be the last time
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
          && isRefused(entry.save(() -> System.nanoTime() - begin < roundNanos))) {
        return;
      }
      weight += entry.weight();
    }
  }

  private boolean needsWrite(MemoryEntry<?, ?> entry, boolean check, long now) {
    return check || !entry.onDisk() || entry.wantsNewCopy(now, roundNanos);
  }

  /** Whether it is time to look if the disk still has what it had: it may have failed, or needed the room. */
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

  /** Then there is no use in offering it more for a while. */
  private static boolean isRefused(CompletableFuture<Saved> saved) {
    return saved.isDone() && saved.join() == Saved.REFUSED;
  }

  /** Returns false when it is closed. */
  private synchronized boolean restUntil(long instant) {
    long nanos = instant - System.nanoTime();
    while (!closed && nanos >= SHORTEST_REST_NANOS) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, nanos);
      } catch (InterruptedException nobodyDoesThat) {
        return !closed;
      }
      nanos = instant - System.nanoTime();
    }
    return !closed;
  }

  /** Ends it, as soon as the entry that it is writing is written. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
