package io.intelligentcache.internal.memory.adaptive;

import io.intelligentcache.internal.memory.policy.AccessClock;
import io.intelligentcache.internal.memory.policy.Policy;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Evicts the entry that is expected to yield the fewest hits for the room and time that it takes.
 *
 * <p>The rank of an entry is {@code (gA * gB * c)^(1/3) * value}, or, where sizes differ, {@code (gA *
 * gB)^(1/4) * c^(1/2) * value}:
 *
 * <ul>
 *   <li>gA and gB are {@link GittinsIndex} indices: the best rate of hits that can be had by keeping an
 *       entry of this class and age. They are learnt online, in two {@link ClassTable}s, from the ages at which
 *       entries of each class were accessed again;
 *   <li>c is the entry's decayed number of accesses;
 *   <li>value is the {@link ValuePerByte} of a hit per unit of room.
 * </ul>
 *
 * <p>There is no list, no sketch, no window and no switch: the tables learn whether a workload favours recency,
 * frequency or the opposite of recency. A hit changes one word, the entry's {@link AccessHistory}. A miss looks
 * at a {@link VictimSampler} of a few dozen entries. A new entry that is worth less than all its victims
 * together is refused. The histories of evicted keys are kept as {@link GhostHistory}.
 */
public final class AdaptivePolicy implements Policy {
  /**
   * The mark of every entry. Marks are not used: histories are in an array, so that a miss finds neighbouring
   * ones together.
   */
  private static final long NO_MARK = 0;

  private static final int MOST_BYTE_WEIGHT = 1_000_000;
  /** Compared with 0, this costs one point of object hits, and gains four points of byte hits. */
  private static final double DEFAULT_BYTE_WEIGHT = 0.1;

  /** Weight of the decayed number of accesses in the rank, where all sizes are equal. */
  private static final float DECAYED_ALIKE = 1f / 3;
  /**
   * The same where sizes differ: 1/3 would cost half a point of object hits; 1/2 where sizes are equal would
   * cost a point of all hits.
   */
  private static final float DECAYED_OTHERWISE = 1f / 2;

  private final AccessClock clock = new AccessClock();
  private final HitBuffer log = new HitBuffer();
  private final Residents residents = new Residents();
  private final Learner learner = new Learner();
  private final GhostHistory ghosts = new GhostHistory(learner);
  private final ValuePerByte valuePerByte;
  private final VictimSampler sampler;
  private final HitBuffer.Reader reader = this::learn;

  /** The history of the new entry that {@link #makeRoom} admitted, until it is added. */
  private long arrival;

  private long arrivalHash;

  /** The number of residents to which the parts were last fitted. */
  private int fitted;

  /** A policy for an empty cache, with the byte weight 0.1. */
  public AdaptivePolicy() {
    this(DEFAULT_BYTE_WEIGHT);
  }

  /**
   * A policy for an empty cache.
   *
   * @param byteWeight how much bytes served count compared with hits: a hit on an entry of mean size earns
   *     1 as a hit, and this much for its bytes. With 0 only the object hit ratio counts, and large entries are
   *     hardly kept; from 1 on bytes count more. No effect where all entries have the same size
   * @throws IllegalArgumentException if it is not from 0 to 1,000,000
   */
  public AdaptivePolicy(double byteWeight) {
    if (!(byteWeight >= 0 && byteWeight <= MOST_BYTE_WEIGHT)) {
      throw new IllegalArgumentException(
          "byteWeight must be 0 to " + MOST_BYTE_WEIGHT + ": " + byteWeight);
    }
    valuePerByte = new ValuePerByte((float) byteWeight);
    sampler = new VictimSampler(residents, valuePerByte, learner.indices());
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
    valuePerByte.admit(size);
    sampler.offer(slot);
    fit();
    return NO_MARK;
  }

  @Override
  public void update(int slot, long size) {
    residents.resize(slot, size);
    valuePerByte.admit(size);
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
    valuePerByte.admit(size);
    IndexTable indices = learner.indices();
    float gain = Log2.power(indices.fresh(word) + valuePerByte.log(size)) * size;
    if (!sampler.choose(need, gain, now, indices, learner.decay())) {
      ghosts.remember(folded, word, now);
      return false;
    }
    leave(victims, now);
    arrival = word;
    arrivalHash = hash;
    return true;
  }

  /** Frees room without weighing whether it is worth it. */
  private void shrink(long need, Victims victims) {
    int now = (int) clock.now();
    IndexTable indices = learner.indices();
    long freed = 0;
    while (freed < need
        && sampler.choose(1, Float.POSITIVE_INFINITY, now, indices, learner.decay())
        && sampler.chosenCount() > 0) {
      freed += residents.size(sampler.chosen(0));
      leave(victims, now);
    }
  }

  private void leave(Victims victims, int now) {
    for (int i = 0; i < sampler.chosenCount(); i++) {
      int slot = sampler.chosen(i);
      depart(slot, now);
      victims.leave(slot);
    }
  }

  private void depart(int slot, int now) {
    long[] words = residents.words();
    long word = Residents.word(words, slot);
    Residents.word(words, slot, 0);
    if (word != 0) {
      ghosts.remember(residents.hash(slot), word, now);
    }
  }

  /** Counts an access to a key that is not resident, and returns the history that the key has after it. */
  private long arrive(int hash, long size) {
    int now = (int) clock.tick();
    int random = random(now);
    boolean sampled = learner.sampledNow(random);
    if (sampled) {
      valuePerByte.request(size);
    }
    long word = ghosts.recall(hash, now, sampled);
    return word == 0
        ? AccessHistory.first(now)
        : AccessHistory.next(
            word, now, ReuseAges.between(AccessHistory.last(word), now), random, learner.decay());
  }

  /** Learns from a hit that the buffer brings. */
  private void learn(long word, int gap, int slot) {
    learner.returned(word, gap);
    if (slot < residents.slots() && residents.has(slot)) {
      valuePerByte.request(residents.size(slot));
    }
  }

  /** Does the work that hits leave to others. Called before room is made. */
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
      ghosts.fit(count);
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
    ghosts.waiting(waiting);
    float decayedWeight = valuePerByte.uniform() ? DECAYED_ALIKE : DECAYED_OTHERWISE;
    return learner.recompute(waiting, decayedWeight, residents.count(), now);
  }

  @Override
  public int rank(int slot, long mark) {
    return sampler.rank(slot, (int) clock.now(), learner.indices(), learner.decay());
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
}
