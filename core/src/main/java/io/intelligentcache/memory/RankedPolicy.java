package io.intelligentcache.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Evicts the entry with the lowest rank, where a rank is one number that only rises: LRU and LFU.
 *
 * <p>A hit writes the rank of its own entry and moves nothing; {@link LazyHeap} catches up when
 * somebody has to leave.
 */
final class RankedPolicy implements Policy {
  private static final VarHandle RANK = MethodHandles.arrayElementVarHandle(long[].class);

  /** How a rank rises. */
  @FunctionalInterface
  interface Ranking {
    /**
     * The rank after an access.
     *
     * @param rank before
     * @param tick number of this access among all, about; rises
     */
    long accessed(long rank, long tick);
  }

  private final Ranking ranking;
  private final LazyHeap heap = new LazyHeap();

  /** Replaced only under the engine's lock; a hit that writes to the former array is lost. */
  private volatile long[] ranks = new long[0];

  private final AccessClock clock = new AccessClock();

  /** Rank of the last entry that was evicted: where newcomers start. */
  private long floor;

  RankedPolicy(Ranking ranking) {
    this.ranking = ranking;
  }

  @Override
  public void ensureSlots(int slots) {
    if (slots > ranks.length) {
      clock.resize(slots);
      heap.ensureSlots(slots);
      ranks = Arrays.copyOf(ranks, slots);
    }
  }

  @Override
  public void hit(int slot) {
    long[] current = ranks;
    if (slot >= current.length) {
      return; // the slot was given out a moment ago, after the array was read
    }
    long rank = (long) RANK.getOpaque(current, slot);
    long next = ranking.accessed(rank, clock.tick());
    if (next - rank >= clock.step()) { // else the order hardly changes; cores would share the line
      RANK.setOpaque(current, slot, next);
    }
  }

  @Override
  public void add(int slot, long hash, long size) {
    long rank = ranking.accessed(floor, clock.tick());
    RANK.setOpaque(ranks, slot, rank);
    heap.add(slot, rank);
  }

  @Override
  public void update(int slot, long size) {
    hit(slot);
  }

  @Override
  public void remove(int slot) {
    heap.remove(slot);
  }

  @Override
  public boolean makeRoom(long need, long hash, long size, Victims victims) {
    long[] current = ranks;
    long freed = 0;
    while (freed < need && !heap.isEmpty()) {
      int victim = heap.removeLowest(current);
      floor = Math.max(floor, current[victim]);
      freed += victims.leave(victim);
    }
    return true;
  }

  @Override
  public long metadataBytes() {
    return (long) ranks.length * (Long.BYTES + LazyHeap.BYTES_PER_SLOT) + clock.bytes();
  }
}
