package io.intelligentcache;

import io.intelligentcache.memory.EntryOwner.Saved;
import io.intelligentcache.memory.MemoryEngine;
import io.intelligentcache.memory.MemoryEntry;
import io.intelligentcache.memory.RankedEntries;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is in memory to disk before the manager ends, and empties memory.
 *
 * <p>The hottest is written last, so that it stays longest below. Where the time will not do for all, at the rate seen
 * so far, the coldest is left out.
 */
final class LastWrites {
  private static final Logger log = LoggerFactory.getLogger(LastWrites.class);

  /** Before that the rate is not known. */
  private static final long RATE_KNOWN_NANOS = Duration.ofMillis(100).toNanos();

  private final MemoryEngine memory;
  private final LongSupplier nanos;
  private final long deadline;
  private long begun;
  private long done;
  private long left;
  private boolean refusing;
  private volatile int entries;
  private volatile int handled;
  private int late;
  private int refused;
  private int impossible;

  /**
   * Makes it.
   *
   * @param nanos the clock
   * @param deadline when to stop
   */
  LastWrites(MemoryEngine memory, LongSupplier nanos, long deadline) {
    this.memory = memory;
    this.nanos = nanos;
    this.deadline = deadline;
  }

  /** Does it. */
  void write() {
    begun = nanos.getAsLong();
    RankedEntries ranked = memory.ranked(entry -> true);
    entries = ranked.size();
    left = ranked.weight();
    for (int i = 0; i < ranked.size(); i++) {
      MemoryEntry<?, ?> entry = ranked.at(i);
      if (entry != null) {
        write(entry);
        left -= entry.weight();
        entry.abandon();
      }
      handled = i + 1;
    }
    memory.settle();
    report();
  }

  private void write(MemoryEntry<?, ?> entry) {
    if (refusing) {
      refused++;
    } else if (isTimeShort()) {
      late++;
    } else {
      note(entry.save(() -> nanos.getAsLong() - deadline < 0));
      done += entry.weight();
    }
  }

  /** Whether there is no time for this one if those that are worth more are to be written, too. */
  private boolean isTimeShort() {
    long now = nanos.getAsLong();
    long spent = now - begun;
    return now - deadline >= 0
        || (spent > RATE_KNOWN_NANOS && (double) left / done * spent > deadline - now);
  }

  private void note(CompletableFuture<Saved> saved) {
    if (!saved.isDone()) { // in place of what the file still has: the disk tier answers when it ends
      return;
    }
    switch (saved.join()) {
      case IMPOSSIBLE -> impossible++;
      case REFUSED -> {
        if (nanos.getAsLong() - deadline < 0) {
          refusing = true;
          refused++;
        } else {
          late++;
        }
      }
      default -> {}
    }
  }

  private void report() {
    if (late + refused > 0) {
      log.warn(
          "{} of the {} entries in memory are not on disk: for {} the time did not do, {} the disk tier refused,"
              + " {} can't be written",
          late + refused + impossible,
          entries,
          late,
          refused,
          impossible);
    } else if (impossible > 0) {
      log.info("{} of the {} entries in memory can't be written to disk", impossible, entries);
    }
  }

  /** How far it is. */
  @Override
  public String toString() {
    return "is writing what is in memory to disk, " + handled + " of " + entries + " entries so far";
  }
}
