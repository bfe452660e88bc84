package io.intelligentcache.internal.memory.adaptive;

import java.util.List;

/**
 * The keys that left the cache or were refused, in two circles.
 *
 * <p><b>Ghosts</b>, twice as many as there are residents: a key that comes back from there goes on
 * with its history, without which the rank loses a fifth of its gain. <b>Observers</b> lie further
 * out: of the sampled keys only, over several times the cache's size, to see reuse at ages that
 * neither residents nor ghosts reach, as in a loop much larger than the cache. A key that comes back
 * from there is learnt from but starts anew, because keys out of the sample do so too, and a class
 * must mean the same for both.
 *
 * <p>Both grow as they fill, so a cache that never evicts has none.
 *
 * <p>Owned by the lock's owner.
 */
final class GhostHistory {
  private static final int GHOSTS_PER_RESIDENT = 2;
  private static final int OBSERVERS_PER_RESIDENT = 4;

  /**
   * Small caches remember more, up to some number: they learn as fast as large ones, from as many
   * keys.
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

  /** Makes the circles fit the number of residents. */
  void fit(int residents) {
    ghosts.fit(
        (long) GHOSTS_PER_RESIDENT * residents, Math.min(MANY_GHOSTS, GHOSTS_OF_SMALL * residents));
    observers.fit(
        (long) OBSERVERS_PER_RESIDENT * residents / learner.sampling(),
        Math.min(MANY_OBSERVERS, OBSERVERS_OF_SMALL * residents));
  }

  /** Takes out the history of a key that comes back, having learnt from it; 0 if it starts anew. */
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

  /** Remembers a key that left. */
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

  /** Adds those that are waited for to a list. */
  void waiting(List<Recomputation.Waiting> to) {
    for (long[] words : ghosts.table.words()) {
      to.add(new Recomputation.Waiting(words, words.length, 1f / learner.sampling()));
    }
    for (long[] words : observers.table.words()) {
      to.add(new Recomputation.Waiting(words, words.length, 1));
    }
  }

  long bytes() {
    return ghosts.table.bytes() + observers.table.bytes() + 90;
  }

  /** A table that grows, as it fills, to the size that is wanted. */
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
