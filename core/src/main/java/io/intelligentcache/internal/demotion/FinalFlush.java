package io.intelligentcache.internal.demotion;

import io.intelligentcache.internal.memory.EvictionHandler.Saved;
import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.MemoryTable;
import io.intelligentcache.internal.memory.RankedEntries;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierStats;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the entries in memory to disk before the manager ends, or before some of its caches and tenants are closed,
 * and removes them from memory. It ends when the time is over or the disk has no more room for them.
 */
public final class FinalFlush {
  private static final Logger log = LoggerFactory.getLogger(FinalFlush.class);

  private final MemoryEngine memory;
  private final Tier disk;
  private final LongSupplier nanos;
  private final long deadline;
  private long room;
  private long lostBefore;
  private long weight;
  private volatile boolean refusing;
  private final AtomicInteger entries = new AtomicInteger();
  private final AtomicInteger handled = new AtomicInteger();
  private int tooMany;
  private final AtomicInteger late = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger impossible = new AtomicInteger();

  /** Writes of which the disk tier has not yet reported the outcome. */
  private final AtomicInteger open = new AtomicInteger();

  /** The outcomes that the disk tier did not report at once; few. */
  private final List<CompletableFuture<?>> answers = new ArrayList<>();

  /**
   * Creates it.
   *
   * @param nanos the clock
   * @param deadline when to stop
   */
  public FinalFlush(MemoryEngine memory, Tier disk, LongSupplier nanos, long deadline) {
    this.memory = memory;
    this.disk = disk;
    this.nanos = nanos;
    this.deadline = deadline;
  }

  /**
   * How many bytes of memory are written to a disk at most. More would evict what was written first: the hottest
   * entries.
   */
  static long roomOf(TierStats disk) {
    return disk.capacityBytes() <= 0 ? Long.MAX_VALUE : disk.capacityBytes() / 4 * 3;
  }

  /**
   * Writes all entries, the hottest first.
   *
   * @param tables visits the tables of all caches and tenants
   */
  public void write(Consumer<Consumer<MemoryTable<?, ?>>> tables) {
    begin();
    RankedEntries ranked = memory.ranked(entry -> true);
    entries.set(ranked.size());
    for (int i = ranked.size() - 1; i >= 0; i--) {
      MemoryEntry<?, ?> entry = ranked.at(i);
      if (entry != null) {
        write(entry);
      }
    }
    // An entry that another thread was evicting when all changes ended is in its table until that
    // thread has handed it on.
    tables.accept(this::writeTable);
    memory.settle();
  }

  /**
   * Writes the entries of some tables, in no order: the entries of other tables are not looked at.
   *
   * @param tables the tables
   */
  public void writeOnly(Iterable<? extends MemoryTable<?, ?>> tables) {
    begin();
    tables.forEach(this::writeTable);
    memory.settle();
  }

  private void begin() {
    TierStats stats = disk.stats();
    room = roomOf(stats);
    lostBefore = stats.lost();
  }

  private void writeTable(MemoryTable<?, ?> table) {
    for (MemoryEntry<?, ?> entry : table.entries()) {
      entries.incrementAndGet();
      write(entry);
    }
  }

  private void write(MemoryEntry<?, ?> entry) {
    if (refusing) {
      refused.incrementAndGet();
    } else if (isLate()) {
      late.incrementAndGet();
    } else if (weight >= room) {
      tooMany++;
    } else {
      open.incrementAndGet();
      var told = entry.save(() -> !isLate()).whenComplete((saved, failure) -> {
        note(failure == null ? saved : Saved.REFUSED);
        open.decrementAndGet();
      });
      if (!told.isDone()) {
        answers.add(told);
      }
      weight += entry.weight();
    }
    entry.abandon();
    handled.incrementAndGet();
  }

  private boolean isLate() {
    return nanos.getAsLong() - deadline >= 0;
  }

  /** Counts an outcome. Runs on a thread of the disk tier if the answer comes later. */
  private void note(Saved saved) {
    switch (saved) {
      case WRITTEN, NOTHING -> {}
      case IMPOSSIBLE -> impossible.incrementAndGet();
      case REFUSED -> {
        if (isLate()) {
          late.incrementAndGet();
        } else {
          refusing = true;
          refused.incrementAndGet();
        }
      }
    }
  }

  /** Completes when the disk tier has reported the outcome of every write. Never fails. */
  public CompletableFuture<?> answers() {
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .handle((done, failure) -> null);
  }

  /** Logs how many entries are not on disk. Call it after the disk tier was closed, or after {@link #answers}. */
  public void report() {
    int tooLate = late.get() + open.get();
    long failed = refused.get() + disk.stats().lost() - lostBefore;
    long lost = tooLate + failed + tooMany;
    if (lost > 0) {
      log.warn(
          "{} of the {} entries in memory are not on disk: for {} there was no time, {} the disk tier refused or lost,"
              + " for {} it has no room. Besides, {} can't be written",
          lost,
          entries,
          tooLate,
          failed,
          tooMany,
          impossible);
    } else if (impossible.get() > 0) {
      log.info("{} of the {} entries in memory can't be written to disk", impossible, entries);
    }
  }

  /** The progress, for the log. */
  @Override
  public String toString() {
    return "is writing what is in memory to disk, " + handled + " of " + entries
        + " entries so far";
  }
}
