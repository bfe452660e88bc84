package io.intelligentcache.internal.memory.adaptive;

import java.util.Arrays;

/**
 * Finds who is to leave: the lowest of a sample.
 *
 * <p>Looks at a few runs of eight neighbouring slots, each one cache line of histories, at random
 * places. To sort all entries would cost a hundred times as much and gain half a point of hit ratio.
 * Neighbours are as good as strangers, because a newcomer takes the slot of the victim and so
 * neighbours soon have nothing in common.
 *
 * <p>Each of the eight positions in a run has a lane, which keeps the lowest that was seen there;
 * the lowest of all lanes leaves. So nothing is sorted, and nobody is in two lanes. The lanes stay
 * for the next choice, and a newcomer joins the one that its victim left: as good as a sample twice
 * the size. Their ranks are worked out anew each time; old ones cost two points on loops.
 *
 * <p>Owned by the lock's owner.
 */
final class VictimSampler {
  private static final int LANES = 8;
  /** The key of an empty lane. */
  private static final long NOBODY = Long.MAX_VALUE;
  /** Random runs without anyone before the next one with somebody is searched for. */
  private static final int TRIES = 8;
  /** Runs looked at for the first victim, where all sizes are equal. */
  private static final int RUNS_ALIKE = 2;
  /** Runs looked at for the first victim, where sizes differ: the lowest per unit is further out. */
  private static final int RUNS_OTHERWISE = 8;
  /** Runs looked at for each further victim. */
  private static final int RUNS_FOR_MORE = 1;
  /** Entries that may leave for one newcomer, which bounds the time that it takes. */
  private static final int MOST_VICTIMS = 1024;

  private final Residents residents;
  private final ValuePerByte worth;

  /** The lowest of each lane, if its key is not that of nobody. */
  private final int[] slots = new int[LANES];

  /** Their ranks, and as the lower half how young they are, so that of equal ranks the older goes. */
  private final long[] keys = new long[LANES];

  private int[] chosen = new int[4];
  private int chosenCount;
  private long random = 0x9E37_79B9_7F4A_7C15L;

  private long[] words = {};
  private int now;
  private IndexTable indices;
  private float decay;

  VictimSampler(Residents residents, ValuePerByte worth, IndexTable indices) {
    this.residents = residents;
    this.worth = worth;
    this.indices = indices;
    Arrays.fill(keys, NOBODY);
  }

  /**
   * Chooses entries that together free some room, and takes them off the list of residents.
   *
   * @param need how much room
   * @param gain what the newcomer is worth; entries worth more in sum are not given up for it
   * @param now the clock
   * @param indices what entries are worth by class and age
   * @param decay octaves that the decayed number of accesses loses per access to the cache
   * @return whether they were found; if not, nobody is chosen
   */
  boolean choose(long need, float gain, int now, IndexTable indices, float decay) {
    set(now, indices, decay);
    refresh();
    int runs = worth.uniform() ? RUNS_ALIKE : RUNS_OTHERWISE;
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

  /** The rank of a resident: the higher, the longer it is to stay. */
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

  /** How many were chosen. */
  int chosenCount() {
    return chosenCount;
  }

  /** One of the chosen. */
  int chosen(int i) {
    return chosen[i];
  }

  /** Puts a newcomer up for the next choice. */
  void offer(int slot) {
    int lane = slot & (LANES - 1);
    if (keys[lane] == NOBODY) {
      slots[lane] = slot;
      keys[lane] = 0; // worked out at the next choice
    }
  }

  /** Ranks those left over from the last choice. */
  private void refresh() {
    for (int lane = 0; lane < LANES; lane++) {
      if (keys[lane] != NOBODY) {
        int slot = slots[lane];
        keys[lane] = residents.has(slot) ? key(slot) : NOBODY;
      }
    }
  }

  /** Looks at some runs of neighbours, and at more until there is somebody. */
  private void look(int runs) {
    for (int run = 0; run < runs || keys[lowest()] == NOBODY; run++) {
      int first = randomRun();
      int here = residents.eight(first);
      for (int lane = 0; lane < LANES; lane++) {
        if ((here >>> lane & 1) != 0) {
          long key = key(first + lane);
          boolean lower = key < keys[lane]; // at random: conditional moves, not branches
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
    if (!worth.uniform()) {
      rank += worth.log(residents.size(slot));
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
   * The first slot of a run in which somebody is resident. After some runs without anyone, the next
   * one that has; not at once, because a run beyond a wide gap would be seen too often.
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

  long bytes() {
    return 12L * LANES + 4L * chosen.length + 170;
  }
}
