package io.intelligentcache.memory.adaptive;

/**
 * Finds who is to leave: the lowest of a sample.
 *
 * <p>Looks at a few runs of eight neighbouring slots, each one cache line of histories, at random
 * places, and at those that came out low the time before. To sort all entries would cost a hundred
 * times as much and gain half a point of hit ratio. Neighbours are as good as strangers, because a
 * newcomer takes the slot of the victim and so neighbours soon have nothing in common.
 *
 * <p>Owned by the lock's owner.
 */
final class Lineup {
  private static final int RUN = 8;
  private static final int FIRST_RUNS = Integer.getInteger("runs", 2);
  private static final int FIRST_RUNS_B = Integer.getInteger("runsb", 4);
  private static final int KEPT = Integer.getInteger("pool", 8);
  private static final int KEPT_B = Integer.getInteger("poolb", 0);
  private static final int LONGEST = Integer.getInteger("longest", 9);
  private static final int MOST_SEEN = LONGEST + 8 * RUN;
  /** Entries that may leave for one newcomer. */
  private static final int MOST_VICTIMS = Integer.getInteger("mostv", 256);

  private final Residents residents;
  private final Learner learner;
  private final Worth worth;

  /** Whom to look at next. */
  private final int[] seen = new int[MOST_SEEN];

  private final long[] seenWords = new long[MOST_SEEN];
  private final int[] seenAges = new int[MOST_SEEN];
  private final int[] seenRanks = new int[MOST_SEEN];
  private int seenCount;

  /** The lowest of those looked at, lowest first. */
  private final int[] slots = new int[LONGEST];

  /** Their ranks, and as the lower half how young they are, so that of equal ranks the older goes. */
  private final long[] keys = new long[LONGEST];

  private int length;

  private final int[] chosen = new int[MOST_VICTIMS];
  private int chosenCount;
  private long random = 0x9E37_79B9_7F4A_7C15L;

  Lineup(Residents residents, Learner learner, Worth worth) {
    this.residents = residents;
    this.learner = learner;
    this.worth = worth;
  }

  /** The rank of an entry of a size, per unit of capacity. */
  int rank(long word, int age, long size) {
    return learner.rank(word, age) + (worth.uniform() ? 0 : worth.log(size));
  }

  /**
   * Chooses entries that together free some room, and takes them off the list of residents.
   *
   * @param need how much room
   * @param gain what the newcomer is worth; entries worth more in sum are not given up for it
   * @return whether they were found; if not, nobody is chosen
   */
  boolean choose(long need, float gain, int now) {
    boolean uniform = worth.uniform();
    begin();
    chosenCount = 0;
    long freed = 0;
    float loss = 0;
    while (freed < need && residents.count() > 0) {
      if (chosenCount == MOST_VICTIMS) {
        return giveUp();
      }
      sample(chosenCount > 0 ? 1 : uniform ? FIRST_RUNS : FIRST_RUNS_B, now);
      long size = residents.size(slots[0]);
      loss += Log2.power((int) (keys[0] >> 32)) * size;
      if (loss > gain) {
        return giveUp();
      }
      chosen[chosenCount++] = take();
      freed += size;
    }
    length = Math.min(length, uniform ? KEPT : KEPT_B);
    return true;
  }

  private boolean giveUp() {
    for (int i = 0; i < chosenCount; i++) {
      residents.mark(chosen[i]);
    }
    chosenCount = 0;
    length = Math.min(length, worth.uniform() ? KEPT : KEPT_B);
    return false;
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
    if (worth.uniform() && length < LONGEST) {
      slots[length] = slot;
      length++;
    }
  }

  /** Will look again at those left over from the last choice. */
  private void begin() {
    seenCount = 0;
    for (int i = 0; i < length; i++) {
      if (residents.has(slots[i])) {
        seen[seenCount++] = slots[i];
      }
    }
    length = 0;
  }

  /** Looks at some runs of neighbours and sorts in the lowest of them. */
  private void sample(int runs, int now) {
    int count = seenCount;
    for (int run = 0; run < runs || length + count == 0; run++) {
      int first = residents.next(randomSlot() & -RUN) & -RUN;
      int here = residents.eight(first);
      for (int i = 0; i < RUN; i++) {
        seen[count] = first + i;
        count += here >>> i & 1;
      }
    }
    long[] words = residents.words();
    for (int i = 0; i < count; i++) {
      seenWords[i] = words[seen[i]];
      seenAges[i] = Ages.between(History.last(seenWords[i]), now);
    }
    learner.rank(seenWords, count, seenAges, seenRanks);
    boolean uniform = worth.uniform();
    for (int i = 0; i < count; i++) {
      int slot = seen[i];
      int rank = seenRanks[i] + (uniform ? 0 : worth.log(residents.size(slot)));
      long key = (long) rank << 32 | Integer.MAX_VALUE - seenAges[i];
      if (i < seenCount
          || length < LONGEST && !contains(slot)
          || key < keys[LONGEST - 1] && !contains(slot)) {
        insert(slot, key);
      }
    }
    seenCount = 0;
  }

  private int randomSlot() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return (int) ((random >>> 33) * residents.slots() >>> 31);
  }

  private boolean contains(int slot) {
    for (int i = 0; i < length; i++) {
      if (slots[i] == slot) {
        return true;
      }
    }
    return false;
  }

  /** Sorts in a candidate, in place of the last if there are too many. */
  private void insert(int slot, long key) {
    int place = length < LONGEST ? length++ : LONGEST - 1;
    for (; place > 0 && key < keys[place - 1]; place--) {
      keys[place] = keys[place - 1];
      slots[place] = slots[place - 1];
    }
    keys[place] = key;
    slots[place] = slot;
  }

  private int take() {
    int slot = slots[0];
    length--;
    for (int i = 0; i < length; i++) {
      slots[i] = slots[i + 1];
      keys[i] = keys[i + 1];
    }
    residents.unmark(slot);
    return slot;
  }

  long bytes() {
    return 12L * LONGEST + 4L * MOST_VICTIMS + 150;
  }
}
