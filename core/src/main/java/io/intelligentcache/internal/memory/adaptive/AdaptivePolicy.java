package io.intelligentcache.internal.memory.adaptive;

import io.intelligentcache.internal.memory.policy.AccessClock;
import io.intelligentcache.internal.memory.policy.Policy;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Evicts what is expected to earn the fewest hits for the room and time it takes.
 *
 * <p>The rank of an entry is {@code (gA * gB * c)^(1/3) * value}, or, where sizes differ, {@code
 * (gA * gB)^(1/4) * c^(1/2) * value}:
 *
 * <ul>
 *   <li>gA and gB are {@link GittinsIndex} indices: the best rate of hits to be had by keeping an entry of
 *       this class and age. They are learnt online, in two {@link ClassTable}s, from at which ages
 *       entries of each class came back;
 *   <li>c is the entry's decayed number of accesses;
 *   <li>value is the {@link ValuePerByte} of a hit per unit of room.
 * </ul>
 *
 * <p>There is no list, no sketch, no window and no switch: a workload that favours recency, frequency
 * or the opposite of recency teaches the tables so. A hit changes one word, the entry's {@link
 * AccessHistory}. A miss looks at a {@link VictimSampler} of a few dozen entries; a newcomer worth less than
 * all that would have to leave for it is refused. Keys that left go on being watched as {@link
 * GhostHistory}.
 */
public final class AdaptivePolicy implements Policy {
  /** Histories stand in an array, where a miss finds those of neighbours together. */
  private static final long NO_MARK = 0;

  private static final int MOST_BYTE_WEIGHT = 1_000_000;
  /** Takes one point of object hits from what 0 would reach, and gives four of byte hits. */
  private static final double DEFAULT_BYTE_WEIGHT = 0.1;

  /** Share of the decayed number of accesses in the rank, where all sizes are equal. */
  private static final float DECAYED_ALIKE = 1f / 3;
  /** The same where sizes differ: 1/3 costs half a point of object hits, 1/2 there a point of all. */
  private static final float DECAYED_OTHERWISE = 1f / 2;

  private final AccessClock clock = new AccessClock();
  private final HitBuffer log = new HitBuffer();
  private final Residents residents = new Residents();
  private final Learner learner = new Learner();
  private final GhostHistory departed = new GhostHistory(learner);
  private final ValuePerByte worth;
  private final VictimSampler lineup;
  private final HitBuffer.Reader reader = this::learn;

  /** The newcomer that {@link #makeRoom} let in, until it is added. */
  private long arrival;

  private long arrivalHash;

  /** The number of residents that the parts were last made to fit. */
  private int fitted;

  /** A policy for an empty cache, with the byte weight 0.1. */
  public AdaptivePolicy() {
    this(DEFAULT_BYTE_WEIGHT);
  }

  /**
   * A policy for an empty cache.
   *
   * @param byteWeight how much bytes served count against hits: what a hit of mean size earns as
   *     bytes, if it earns 1 as a hit. 0 goes for the object hit ratio alone and hardly keeps large
   *     entries; from 1 on bytes come first. Without effect where all entries are of one size
   * @throws IllegalArgumentException if it is not from 0 to 1,000,000
   */
  public AdaptivePolicy(double byteWeight) {
    if (!(byteWeight >= 0 && byteWeight <= MOST_BYTE_WEIGHT)) {
      throw new IllegalArgumentException(
          "byteWeight must be 0 to " + MOST_BYTE_WEIGHT + ": " + byteWeight);
    }
    worth = new ValuePerByte((float) byteWeight);
    lineup = new VictimSampler(residents, worth, learner.indices());
  }

  @Override
  public void ensureSlots(int slots) {
    residents.ensureSlots(slots);
  }

  @Override
  public long hit(int slot, long mark) {
    long[] words = residents.words();
    if (slot >= words.length) {
      return mark;
    }
    long word = Residents.word(words, slot);
    if (word == 0) {
      return mark;
    }
    int now = (int) clock.tick();
    int random = random(now);
    int gap = ReuseAges.between(AccessHistory.last(word), now);
    if (learner.sampledNow(random)) {
      log.add(word, gap, slot);
    }
    Residents.word(words, slot, AccessHistory.next(word, now, gap, random, learner.decay()));
    return mark;
  }

  @Override
  public long add(int slot, long hash, long size) {
    boolean expected = arrival != 0 && arrivalHash == hash;
    long word = expected ? arrival : arrive(fold(hash), size);
    arrival = 0;
    residents.put(slot, word, fold(hash), size);
    worth.admit(size);
    lineup.offer(slot);
    fit();
    return NO_MARK;
  }

  @Override
  public void update(int slot, long size) {
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
    int now = AccessHistory.last(word);
    worth.admit(size);
    IndexTable indices = learner.indices();
    float gain = Log2.power(indices.fresh(word) + worth.log(size)) * size;
    if (!lineup.choose(need, gain, now, indices, learner.decay())) {
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
    IndexTable indices = learner.indices();
    long freed = 0;
    while (freed < need
        && lineup.choose(1, Float.POSITIVE_INFINITY, now, indices, learner.decay())
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
        ? AccessHistory.first(now)
        : AccessHistory.next(
            word, now, ReuseAges.between(AccessHistory.last(word), now), random, learner.decay());
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
    log.drain(reader);
    fit();
  }

  private void fit() {
    int count = residents.count();
    if (Math.abs(count - fitted) > fitted >> 5) {
      fitted = count;
      clock.resize(count);
      learner.fit(count);
      departed.fit(count);
      log.fit(count);
    }
  }

  @Override
  public @Nullable Runnable chore() {
    int now = (int) clock.now();
    if (!learner.due(now, residents.count())) {
      return null;
    }
    var waiting = new ArrayList<Recomputation.Waiting>();
    float share = 1f / learner.sampling();
    waiting.add(new Recomputation.Waiting(residents.words(), residents.slots(), share));
    departed.waiting(waiting);
    float decayedWeight = worth.uniform() ? DECAYED_ALIKE : DECAYED_OTHERWISE;
    return learner.recompute(waiting, decayedWeight, residents.count(), now);
  }

  @Override
  public int rank(int slot, long mark) {
    return lineup.rank(slot, (int) clock.now(), learner.indices(), learner.decay());
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
        + worth.bytes()
        + 200;
  }
}
