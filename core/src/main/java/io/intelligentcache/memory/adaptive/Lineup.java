package io.intelligentcache.memory.adaptive;

/**
 * Finds who is to leave: the lowest of a sample.
 *
 * <p>Looks at a few runs of eight neighbouring slots, each one cache line of histories, at random
 * places. To sort all entries would cost a hundred times as much and gain half a point of hit ratio.
 * Neighbours are as good as strangers, because a newcomer takes the slot of the victim and so
 * neighbours soon have nothing in common.
 *
 * <p>Where all sizes are equal, those that came out low are looked at again the next time, and the
 * newcomer with them: as good as a sample twice the size. Their ranks are worked out anew; old ones
 * cost two points on loops. Where sizes differ nobody is remembered: large entries for which
 * newcomers were refused would stay at the head for good.
 *
 * <p>Owned by the lock's owner.
 */
final class Lineup {
  private static final int RUN = 8;
  /** Random runs without anyone before the next one with somebody is searched for. */
  private static final int TRIES = 8;
  /** Runs looked at for the first victim, where all sizes are equal. */
  private static final int RUNS_ALIKE = 2;
  /** Runs looked at for the first victim, where sizes differ; one for each more. */
  private static final int RUNS_OTHERWISE = 4;
  /** How many of the lowest are remembered where all sizes are equal, the newcomer included. */
  private static final int LENGTH_ALIKE = 9;
  /** How many of the lowest are remembered for the next victim where sizes differ. */
  private static final int LENGTH_OTHERWISE = 24;

  private static final int MOST_SEEN = LENGTH_OTHERWISE + RUNS_OTHERWISE * RUN;
  /** Entries that may leave for one newcomer, which bounds the time that it takes. */
  private static final int MOST_VICTIMS = 1024;

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
  private final int[] slots = new int[LENGTH_OTHERWISE];

  /** Their ranks, and as the lower half how young they are, so that of equal ranks the older goes. */
  private final long[] keys = new long[LENGTH_OTHERWISE];

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
      sample(chosenCount > 0 ? 1 : uniform ? RUNS_ALIKE : RUNS_OTHERWISE, now);
      long size = residents.size(slots[0]);
      loss += Log2.power((int) (keys[0] >> 32)) * size;
      if (loss > gain) {
        return giveUp();
      }
      chosen[chosenCount++] = take();
      freed += size;
    }
    keepSome();
    return true;
  }

  private boolean giveUp() {
    for (int i = 0; i < chosenCount; i++) {
      residents.mark(chosen[i]);
    }
    chosenCount = 0;
    keepSome();
    return false;
  }

  /** Leaves a place for the newcomer. */
  private void keepSome() {
    length = worth.uniform() ? Math.min(length, LENGTH_ALIKE - 1) : 0;
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
    if (worth.uniform() && length < LENGTH_ALIKE) {
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
      int first = randomRun();
      int here = residents.eight(first);
      for (int i = 0; i < RUN; i++) {
        seen[count] = first + i;
        count += (here >>> i) & 1;
      }
    }
    long[] words = residents.words();
    for (int i = 0; i < count; i++) {
      seenWords[i] = words[seen[i]];
      seenAges[i] = Ages.between(History.last(seenWords[i]), now);
    }
    learner.rank(seenWords, count, seenAges, seenRanks);
    boolean uniform = worth.uniform();
    int limit = uniform ? LENGTH_ALIKE : LENGTH_OTHERWISE;
    for (int i = 0; i < count; i++) {
      int slot = seen[i];
      int rank = seenRanks[i] + (uniform ? 0 : worth.log(residents.size(slot)));
      long key = ((long) rank << 32) | (Integer.MAX_VALUE - seenAges[i]);
      boolean low = length < limit || key < keys[limit - 1];
      if (low && (i < seenCount || !contains(slot))) {
        insert(slot, key, limit);
      }
    }
    seenCount = 0;
  }

  /**
   * The first slot of a run in which somebody is resident. After some runs without anyone, the next
   * one that has; not at once, because a run beyond a wide gap would be seen too often.
   */
  private int randomRun() {
    for (int tries = 0; tries < TRIES; tries++) {
      int first = randomSlot() & -RUN;
      if (residents.eight(first) != 0) {
        return first;
      }
    }
    return residents.next(randomSlot()) & -RUN;
  }

  private int randomSlot() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return (int) (((random >>> 33) * residents.slots()) >>> 31);
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
  private void insert(int slot, long key, int limit) {
    int place = length < limit ? length++ : limit - 1;
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
    return 12L * LENGTH_OTHERWISE + 20L * MOST_SEEN + 4L * MOST_VICTIMS + 250;
  }
}
