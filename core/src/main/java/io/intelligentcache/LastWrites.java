package io.intelligentcache;

import io.intelligentcache.memory.EntryOwner.Saved;
import io.intelligentcache.memory.MemoryEngine;
import io.intelligentcache.memory.MemoryEntry;
import io.intelligentcache.memory.RankedEntries;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is in memory to disk before the manager ends, and empties memory: the hottest first, as long as there is
 * time, and room for what has been written.
 */
final class LastWrites {
  private static final Logger log = LoggerFactory.getLogger(LastWrites.class);

  private final MemoryEngine memory;
  private final LongSupplier nanos;
  private final long deadline;
  private final long mostWeight;
  private long weight;
  private boolean refusing;
  private volatile int entries;
  private volatile int handled;
  private int late;
  private int refused;
  private int tooMany;
  private int impossible;

  /**
   * Makes it.
   *
   * @param nanos the clock
   * @param deadline when to stop
   * @param mostWeight how much to write: beyond that the disk would give up what was written first
   */
  LastWrites(MemoryEngine memory, LongSupplier nanos, long deadline, long mostWeight) {
    this.memory = memory;
    this.nanos = nanos;
    this.deadline = deadline;
    this.mostWeight = mostWeight;
  }

  /** Does it. */
  void write() {
    RankedEntries ranked = memory.ranked(entry -> true);
    entries = ranked.size();
    for (int i = entries - 1; i >= 0; i--) {
      MemoryEntry<?, ?> entry = ranked.at(i);
      if (entry != null) {
        write(entry);
        entry.abandon();
      }
      handled = entries - i;
    }
    memory.settle();
    report();
  }

  private void write(MemoryEntry<?, ?> entry) {
    if (refusing) {
      refused++;
    } else if (isLate()) {
      late++;
    } else if (weight >= mostWeight) {
      tooMany++;
    } else {
      note(entry, entry.save(() -> !isLate()));
    }
  }

  private boolean isLate() {
    return nanos.getAsLong() - deadline >= 0;
  }

  private void note(MemoryEntry<?, ?> entry, CompletableFuture<Saved> saved) {
    // What is written in place of what the file has is done later: the disk tier sees to it when it
    // closes.
    switch (saved.getNow(Saved.WRITTEN)) {
      case WRITTEN -> weight += entry.weight();
      case NOTHING -> {}
      case IMPOSSIBLE -> impossible++;
      case REFUSED -> {
        if (isLate()) {
          late++;
        } else {
          refusing = true;
          refused++;
        }
      }
    }
  }

  private void report() {
    int lost = late + refused + tooMany;
    if (lost > 0) {
      log.warn(
          "{} of the {} entries in memory, the coldest, are not on disk: for {} there was no time, {} the disk tier"
              + " refused, for {} it has no room. Besides, {} can't be written",
          lost,
          entries,
          late,
          refused,
          tooMany,
          impossible);
    } else if (impossible > 0) {
      log.info("{} of the {} entries in memory can't be written to disk", impossible, entries);
    }
  }

  /** How far it is. */
  @Override
  public String toString() {
    return "is writing what is in memory to disk, " + handled + " of " + entries
        + " entries so far";
  }
}
