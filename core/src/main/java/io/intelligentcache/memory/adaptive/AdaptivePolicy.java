package io.intelligentcache.memory.adaptive;

import io.intelligentcache.memory.AccessClock;
import io.intelligentcache.memory.Policy;

/**
 * Evicts what is expected to earn the fewest hits for the room and time it takes.
 *
 * <p>The rank of an entry is {@code (gA * gB * c)^(1/3) * value}:
 *
 * <ul>
 *   <li>gA and gB are {@link Gittins} indices: the best rate of hits to be had by keeping an entry of
 *       this class and age. They are learnt online, in two {@link ClassTable}s, from at which ages
 *       entries of each class came back;
 *   <li>c is the entry's decayed number of accesses;
 *   <li>value is the {@link Worth} of a hit per unit of room.
 * </ul>
 *
 * <p>There is no list, no sketch, no window and no switch: a workload that favours recency, frequency
 * or the opposite of recency teaches the tables so. A hit changes one word, the entry's {@link
 * History}. A miss looks at a {@link Lineup} of some two dozen entries; a newcomer worth less than
 * all that would have to leave for it is refused. Keys that left go on being watched as {@link
 * Departed}.
 */
public final class AdaptivePolicy implements Policy {
  private final long capacity;
  private final AccessClock clock = new AccessClock();
  private final HitLog log = new HitLog();
  private final Residents residents = new Residents();
  private final Worth worth = new Worth();
  private final Learner learner = new Learner();
  private final Departed departed = new Departed(learner);
  private final Lineup lineup = new Lineup(residents, learner, worth);
  private final HitLog.Reader reader = this::learn;

  /** The newcomer that {@link #makeRoom} let in, until it is added. */
  private long arrival;

  private long arrivalHash;

  /** The number of residents that the parts were last made to fit. */
  private int fitted;

  /**
   * A policy for an empty cache.
   *
   * @param capacity of the cache, in the unit in which its entries' sizes are given
   * @throws IllegalArgumentException if it is not positive
   */
  public AdaptivePolicy(long capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1: " + capacity);
    }
    this.capacity = capacity;
  }

  @Override
  public void ensureSlots(int slots) {
    residents.ensureSlots(slots, capacity);
  }

  @Override
  public void hit(int slot) {
    long[] words = residents.words();
    if (slot >= words.length) {
      return;
    }
    long word = Residents.word(words, slot);
    if (word == 0) {
      return;
    }
    int now = (int) clock.tick();
    int random = random(now);
    int gap = Ages.between(History.last(word), now);
    if (learner.sampledNow(random)) {
      log.add(word, gap, slot);
    }
    Residents.word(words, slot, History.next(word, now, gap, random, learner.decay()));
  }

  @Override
  public void add(int slot, long hash, long size) {
    boolean expected = arrival != 0 && arrivalHash == hash;
    long word = expected ? arrival : arrive(fold(hash), size);
    arrival = 0;
    residents.put(slot, word, fold(hash), size);
    worth.admit(size);
    lineup.offer(slot);
  }

  @Override
  public void update(int slot, long size) {
    hit(slot);
    residents.resize(slot, size);
    worth.admit(size);
  }

  @Override
  public void remove(int slot) {
    if (residents.has(slot)) {
      residents.unmark(slot);
      depart(slot, (int) clock.now());
    }
  }

  @Override
  public boolean makeRoom(long need, long hash, long size, Victims victims) {
    maintain();
    if (size <= 0) {
      shrink(need, victims);
      return true;
    }
    int folded = fold(hash);
    long word = arrive(folded, size);
    int now = History.last(word);
    worth.admit(size);
    float gain = Log2.power(lineup.rank(word, 1, size)) * size;
    if (!lineup.choose(need, gain, now)) {
      departed.remember(folded, word, now);
      return false;
    }
    leave(victims, now);
    arrival = word;
    arrivalHash = hash;
    return true;
  }

  /** Frees room without asking whether it is worth it. */
  private void shrink(long need, Victims victims) {
    int now = (int) clock.now();
    long freed = 0;
    while (freed < need
        && lineup.choose(1, Float.POSITIVE_INFINITY, now)
        && lineup.chosenCount() > 0) {
      freed += residents.size(lineup.chosen(0));
      leave(victims, now);
    }
  }

  private void leave(Victims victims, int now) {
    for (int i = 0; i < lineup.chosenCount(); i++) {
      int slot = lineup.chosen(i);
      depart(slot, now);
      victims.leave(slot);
    }
  }

  private void depart(int slot, int now) {
    long[] words = residents.words();
    long word = Residents.word(words, slot);
    Residents.word(words, slot, 0);
    if (word != 0) {
      departed.remember(residents.hash(slot), word, now);
    }
  }

  /** Counts an access to a key that is not resident, and tells the history it has with it. */
  private long arrive(int hash, long size) {
    int now = (int) clock.tick();
    int random = random(now);
    boolean sampled = learner.sampledNow(random);
    if (sampled) {
      worth.request(size);
    }
    long word = departed.recall(hash, now, sampled);
    return word == 0
        ? History.first(now)
        : History.next(word, now, Ages.between(History.last(word), now), random, learner.decay());
  }

  /** Learns from a hit that the log brings. */
  private void learn(long word, int gap, int slot) {
    learner.returned(word, gap);
    if (slot < residents.slots() && residents.has(slot)) {
      worth.request(residents.size(slot));
    }
  }

  /** What is done before room is made: all work that a hit leaves to others. */
  private void maintain() {
    int count = residents.count();
    int now = (int) clock.now();
    if (Math.abs(count - fitted) > fitted >> 5) {
      fitted = count;
      clock.resize(count);
      learner.fit(count);
      departed.fit(count, now);
    }
    log.drain(reader);
    if (learner.due(now, count)) {
      learner.recompute(residents, departed, now);
    }
  }

  private static int fold(long hash) {
    return (int) (hash ^ (hash >>> 32));
  }

  /** Random bits for the access at a time, the same in each run. */
  private static int random(int now) {
    int x = now * 0x9E37_79B1;
    x = (x ^ (x >>> 15)) * 0x85EB_CA77;
    return x ^ (x >>> 13);
  }

  @Override
  public long metadataBytes() {
    return residents.bytes()
        + departed.bytes()
        + learner.bytes()
        + lineup.bytes()
        + clock.bytes()
        + log.bytes()
        + 200;
  }
}
