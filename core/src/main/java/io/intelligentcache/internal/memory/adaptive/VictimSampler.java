package io.intelligentcache.internal.memory.adaptive;

import java.util.Arrays;

/**
 * Chooses victims: the entries with the lowest rank in a sample.
 *
 * <p>Looks at a few runs of eight neighbouring slots at random places; the histories of a run are one cache
 * line. To sort all entries would cost a hundred times as much and gain half a point of hit ratio. Neighbours
 * are as good as random entries: a new entry takes the slot of its victim, so neighbours soon have nothing in
 * common.
 *
 * <p>Each of the eight positions in a run has a lane, which keeps the lowest entry seen at that position. The
 * lowest of all lanes is evicted. So nothing is sorted, and no entry is in two lanes. The lanes are kept for
 * the next choice, and a new entry joins the lane that its victim left: that is as good as a sample twice the
 * size. The ranks of the lanes are computed again each time; old ranks cost two points of hit ratio on loops.
 *
 * <p>Only the thread that holds the engine's lock uses it.
 */
final class VictimSampler {
  private static final int LANES = 8;
  /** The key of an empty lane. */
  private static final long NOBODY = Long.MAX_VALUE;
  /** After this many random runs without a resident, the next run with one is searched for. */
  private static final int TRIES = 8;
  /** Runs looked at for the first victim, where all sizes are equal. */
  private static final int RUNS_ALIKE = 2;
  /** Runs looked at for the first victim, where sizes differ: the lowest per unit is further out. */
  private static final int RUNS_OTHERWISE = 8;
  /** Runs looked at for each further victim. */
  private static final int RUNS_FOR_MORE = 1;
  /** How many entries may be evicted for one new entry, which bounds the time that it takes. */
  private static final int MOST_VICTIMS = 1024;

  private final Residents residents;
  private final ValuePerByte valuePerByte;

  /** The lowest entry of each lane, unless the lane is empty. */
  private final int[] slots = new int[LANES];

  /**
   * Sort keys of the lanes: the upper half is the rank, the lower half is how young the entry is, so that of
   * equal ranks the older one is evicted.
   */
  private final long[] keys = new long[LANES];

  private int[] chosen = new int[4];
  private int chosenCount;
  private long random = 0x9E37_79B9_7F4A_7C15L;

  private long[] words = {};
  private int now;
  private IndexTable indices;
  private float decay;

  VictimSampler(Residents residents, ValuePerByte valuePerByte, IndexTable indices) {
    this.residents = residents;
    this.valuePerByte = valuePerByte;
    this.indices = indices;
    Arrays.fill(keys, NOBODY);
  }

  /**
   * Chooses entries that together free some room, and removes them from the residents.
   *
   * @param need how much room
   * @param gain the worth of the new entry; entries that are worth more in sum are not evicted for it
   * @param now the clock
   * @param indices the worth of entries by class and age
   * @param decay octaves that the decayed number of accesses loses per access to the cache
   * @return whether enough entries were found; if not, none is chosen
   */
  boolean choose(long need, float gain, int now, IndexTable indices, float decay) {
    set(now, indices, decay);
    refresh();
    int runs = valuePerByte.uniform() ? RUNS_ALIKE : RUNS_OTHERWISE;
    chosenCount = 0;
    long freed = 0;
    float loss = 0;
    while (freed < need && residents.count() > 0) {
      look(runs);
      runs = RUNS_FOR_MORE;
      int lane = lowest();
      int slot = slots[lane];
      long size = residents.size(slot);
      loss += Log2.power((int) (keys[lane] >> 32)) * size;
      if (loss > gain || chosenCount == MOST_VICTIMS) {
        giveUp();
        return false;
      }
      keys[lane] = NOBODY;
      take(slot);
      freed += size;
    }
    return true;
  }

  /** The rank of a resident: the higher, the longer it should be kept. */
  int rank(int slot, int now, IndexTable indices, float decay) {
    set(now, indices, decay);
    return (int) (key(slot) >> 32);
  }

  private void set(int now, IndexTable indices, float decay) {
    this.words = residents.words();
    this.now = now;
    this.indices = indices;
    this.decay = decay;
  }

  private void take(int slot) {
    if (chosenCount == chosen.length) {
      chosen = Arrays.copyOf(chosen, 2 * chosenCount);
    }
    chosen[chosenCount++] = slot;
    residents.unmark(slot);
  }

  private void giveUp() {
    for (int i = 0; i < chosenCount; i++) {
      residents.mark(chosen[i]);
    }
    chosenCount = 0;
  }

  /** How many entries were chosen. */
  int chosenCount() {
    return chosenCount;
  }

  /** One of the chosen entries. */
  int chosen(int i) {
    return chosen[i];
  }

  /** Offers a new entry to the next choice. */
  void offer(int slot) {
    int lane = slot & (LANES - 1);
    if (keys[lane] == NOBODY) {
      slots[lane] = slot;
      keys[lane] = 0; // ranked at the next choice
    }
  }

  /** Ranks the entries that are left in the lanes from the last choice. */
  private void refresh() {
    for (int lane = 0; lane < LANES; lane++) {
      if (keys[lane] != NOBODY) {
        int slot = slots[lane];
        keys[lane] = residents.has(slot) ? key(slot) : NOBODY;
      }
    }
  }

  /** Looks at some runs of neighbours, and at more until a lane has an entry. */
  private void look(int runs) {
    for (int run = 0; run < runs || keys[lowest()] == NOBODY; run++) {
      int first = randomRun();
      int here = residents.eight(first);
      for (int lane = 0; lane < LANES; lane++) {
        if ((here >>> lane & 1) != 0) {
          long key = key(first + lane);
          boolean lower = key < keys[lane]; // unpredictable: conditional moves, not branches
          slots[lane] = lower ? first + lane : slots[lane];
          keys[lane] = lower ? key : keys[lane];
        }
      }
    }
  }

  private long key(int slot) {
    long word = words[slot];
    int age = ReuseAges.between(AccessHistory.last(word), now);
    int rank = indices.rank(word, age, decay);
    if (!valuePerByte.uniform()) {
      rank += valuePerByte.log(residents.size(slot));
    }
    return ((long) rank << 32) | (Integer.MAX_VALUE - age);
  }

  private int lowest() {
    int lowest = 0;
    for (int lane = 1; lane < LANES; lane++) {
      lowest = keys[lane] < keys[lowest] ? lane : lowest;
    }
    return lowest;
  }

  /**
   * The first slot of a random run with a resident. After some runs without one, the next run that has one. It
   * is not used at once, because a run after a wide gap would be chosen too often.
   */
  private int randomRun() {
    for (int tries = 0; tries < TRIES; tries++) {
      int first = randomSlot() & -LANES;
      if (residents.eight(first) != 0) {
        return first;
      }
    }
    return residents.next(randomSlot()) & -LANES;
  }

  private int randomSlot() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return (int) (((random >>> 33) * residents.slots()) >>> 31);
  }
}
