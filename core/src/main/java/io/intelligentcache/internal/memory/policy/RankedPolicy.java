package io.intelligentcache.internal.memory.policy;

/**
 * Evicts the entry with the lowest rank, where a rank is one number that only rises: LRU and LFU.
 *
 * <p>A hit writes the rank of its own entry, its mark, and moves nothing; {@link LazyHeap} updates its order
 * when an entry must be evicted.
 */
public final class RankedPolicy implements Policy {
  /** How a rank rises. */
  @FunctionalInterface
  public interface Ranking {
    /**
     * The rank after an access.
     *
     * @param rank before
     * @param tick about the number of this access among all accesses; rises
     */
    long accessed(long rank, long tick);
  }

  private final Ranking ranking;
  private final LazyHeap heap = new LazyHeap();
  private final AccessClock clock = new AccessClock();
  private Marks ranks = slot -> 0;

  /** The rank of the last evicted entry: the first rank of new entries. */
  private long floor;

  public RankedPolicy(Ranking ranking) {
    this.ranking = ranking;
  }

  @Override
  public void attach(Marks marks) {
    ranks = marks;
  }

  @Override
  public void ensureSlots(int most) {
    clock.resize(most);
    heap.ensureSlots(most);
  }

  @Override
  public long hit(int slot, long mark) {
    long rank = ranking.accessed(mark, clock.tick());
    return rank - mark < clock.step() ? mark : rank; // the order would hardly change
  }

  @Override
  public long add(int slot, long hash, long size) {
    long rank = ranking.accessed(floor, clock.tick());
    heap.add(slot, rank);
    return rank;
  }

  @Override
  public void update(int slot, long size) {}

  @Override
  public void remove(int slot) {
    heap.remove(slot);
  }

  @Override
  public boolean makeRoom(long need, long hash, long size, Victims victims) {
    long freed = 0;
    while (freed < need && !heap.isEmpty()) {
      int victim = heap.removeLowest(ranks);
      floor = Math.max(floor, ranks.of(victim));
      freed += victims.leave(victim);
    }
    return true;
  }

  @Override
  public int rank(int slot, long mark) {
    return Float.floatToIntBits((float) mark); // in the same order, as marks are not negative
  }
}
