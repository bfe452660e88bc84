package io.intelligentcache.internal.memory.adaptive;

import java.util.List;

/**
 * The histories of keys that were evicted or refused, in two tables.
 *
 * <p><b>Ghosts</b>, twice as many as there are residents: a key that is accessed again continues its history.
 * Without ghosts the rank loses a fifth of its gain. <b>Observers</b> are older histories, of the sampled keys
 * only, over several times the cache's size. They show reuse at ages that neither residents nor ghosts reach,
 * as in a loop much larger than the cache. The policy learns from a key that is found among the observers, but
 * the key starts with an empty history: keys outside the sample do so too, and a class must mean the same for
 * both.
 *
 * <p>Both tables grow as they fill, so a cache that never evicts has none.
 *
 * <p>Only the thread that holds the engine's lock uses it.
 */
final class GhostHistory {
  private static final int GHOSTS_PER_RESIDENT = 2;
  private static final int OBSERVERS_PER_RESIDENT = 4;

  /**
   * Small caches remember more keys, up to some number, so that they learn from as many keys, and as fast, as
   * large ones.
   */
  private static final int GHOSTS_OF_SMALL = 8;

  private static final int MANY_GHOSTS = 1024;
  private static final int OBSERVERS_OF_SMALL = 8;
  private static final int MANY_OBSERVERS = 2048;

  private final Learner learner;
  private final Circle ghosts = new Circle();
  private final Circle observers = new Circle();

  GhostHistory(Learner learner) {
    this.learner = learner;
  }

  /** Fits the tables to the number of residents. */
  void fit(int residents) {
    ghosts.fit(
        (long) GHOSTS_PER_RESIDENT * residents, Math.min(MANY_GHOSTS, GHOSTS_OF_SMALL * residents));
    observers.fit(
        (long) OBSERVERS_PER_RESIDENT * residents / learner.sampling(),
        Math.min(MANY_OBSERVERS, OBSERVERS_OF_SMALL * residents));
  }

  /**
   * Removes the history of a key that is accessed again, and learns from it; returns 0 if the key starts with
   * an empty history.
   */
  long recall(int hash, int now, boolean sampled) {
    long word = ghosts.table.take(hash);
    if (word != 0) {
      if (sampled) {
        learner.returned(word, ReuseAges.between(AccessHistory.last(word), now));
      }
      return word;
    }
    if (learner.samples(hash)) {
      long observed = observers.table.take(hash);
      if (observed != 0) {
        learner.returned(observed, ReuseAges.between(AccessHistory.last(observed), now));
      }
    }
    return 0;
  }

  /** Remembers the history of an evicted key. */
  void remember(int hash, long word, int now) {
    long faded = ghosts.put(hash, word, now);
    int fadedHash = ghosts.table.displacedHash();
    if (faded != 0 && learner.samples(fadedHash)) {
      long lost = observers.put(fadedHash, faded, now);
      if (lost != 0) {
        learner.forgotten(lost, ReuseAges.between(AccessHistory.last(lost), now));
      }
    }
  }

  /** Adds the histories of keys that may still be accessed again to a list. */
  void waiting(List<Recomputation.Waiting> to) {
    for (long[] words : ghosts.table.words()) {
      to.add(new Recomputation.Waiting(words, words.length, 1f / learner.sampling()));
    }
    for (long[] words : observers.table.words()) {
      to.add(new Recomputation.Waiting(words, words.length, 1));
    }
  }

  /** A table that grows, as it fills, to a target size. */
  private static final class Circle {
    private static final int FIRST_PLACES = 64;

    private final GhostTable table = new GhostTable(FIRST_PLACES);
    private int wanted = FIRST_PLACES;
    private int putsSinceResize;

    void fit(long places, int fewest) {
      wanted = (int) Math.min(1 << 29, Math.max(Math.max(places, fewest), 8));
    }

    long put(int hash, long word, int now) {
      int places = table.places();
      boolean grow = wanted > places + (places >> 3) && putsSinceResize > places >> 2;
      if ((grow || wanted < places >> 1) && !table.resizing()) {
        table.resize(Math.min(wanted, 2 * places));
        putsSinceResize = 0;
      }
      putsSinceResize++;
      return table.put(hash, word, now);
    }
  }
}
