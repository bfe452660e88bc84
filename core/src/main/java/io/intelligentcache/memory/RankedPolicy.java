package io.intelligentcache.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

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

  private long[] sizes = new long[0];

  /** Accesses so far. Raced on purpose: a lost step makes two accesses simultaneous. */
  private final AtomicLong tick = new AtomicLong();

  /** Rank of the last entry that was evicted: where newcomers start. */
  private long floor;

  RankedPolicy(Ranking ranking) {
    this.ranking = ranking;
  }

  @Override
  public void ensureSlots(int slots) {
    if (slots > ranks.length) {
      sizes = Arrays.copyOf(sizes, slots);
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
    RANK.setOpaque(current, slot, ranking.accessed(rank, nextTick()));
  }

  @Override
  public void add(int slot, long hash, long size) {
    sizes[slot] = size;
    long rank = ranking.accessed(floor, nextTick());
    RANK.setOpaque(ranks, slot, rank);
    heap.add(slot, rank);
  }

  @Override
  public void update(int slot, long size) {
    sizes[slot] = size;
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
      freed += sizes[victim];
      victims.leave(victim);
    }
    return true;
  }

  @Override
  public long metadataBytes() {
    return (long) ranks.length * (2 * Long.BYTES + LazyHeap.BYTES_PER_SLOT);
  }

  private long nextTick() {
    long next = tick.getOpaque() + 1;
    tick.setOpaque(next);
    return next;
  }
}
