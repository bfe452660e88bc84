package io.intelligentcache.memory.adaptive;

/**
 * The keys that left the cache or were refused, in two circles.
 *
 * <p><b>Ghosts</b>, as many as there are residents: a key that comes back from there goes on with
 * its history, without which the rank loses a fifth of its gain. <b>Observers</b> lie further out: of
 * the sampled keys only, over several times the cache's size, to see reuse at ages that neither
 * residents nor ghosts reach, as in a loop much larger than the cache. A key that comes back from
 * there is learnt from but starts anew, because keys out of the sample do so too, and a class must
 * mean the same for both.
 *
 * <p>Owned by the lock's owner.
 */
final class Departed {
  private static final int GHOSTS_PER_RESIDENT = 2;
  private static final int FEWEST_GHOSTS = 1024;
  private static final int FEWEST_OBSERVERS = 2048;
  private static final int OBSERVERS_PER_RESIDENT = 4;

  private final Learner learner;
  private GhostTable ghosts = new GhostTable(0);
  private GhostTable observers = new GhostTable(0);

  Departed(Learner learner) {
    this.learner = learner;
  }

  /** Makes the circles fit the number of residents. */
  void fit(int residents, int now) {
    int want =
        Math.max(FEWEST_GHOSTS, (int) Math.min(1 << 30, (long) GHOSTS_PER_RESIDENT * residents));
    if (want > ghosts.places() + (ghosts.places() >> 3) || want < ghosts.places() >> 1) {
      ghosts.resize(want, now);
    }
    long seen = (long) residents * OBSERVERS_PER_RESIDENT / learner.sampling();
    int observed = (int) Math.max(FEWEST_OBSERVERS, seen);
    if (observed > observers.places() + (observers.places() >> 3)
        || observed < observers.places() >> 1) {
      observers.resize(observed, now);
    }
  }

  /** Takes out the history of a key that comes back, having learnt from it; 0 if it starts anew. */
  long recall(int hash, int now, boolean sampled) {
    long word = ghosts.take(hash);
    if (word != 0) {
      if (sampled) {
        learner.returned(word, Ages.between(History.last(word), now));
      }
      return word;
    }
    if (learner.samples(hash)) {
      long observed = observers.take(hash);
      if (observed != 0) {
        learner.returned(observed, Ages.between(History.last(observed), now));
      }
    }
    return 0;
  }

  /** Remembers a key that left. */
  void remember(int hash, long word, int now) {
    long faded = ghosts.put(hash, word, now);
    if (faded != 0 && learner.samples(ghosts.displacedHash())) {
      long lost = observers.put(ghosts.displacedHash(), faded, now);
      if (lost != 0) {
        learner.forgotten(lost, Ages.between(History.last(lost), now));
      }
    }
  }

  GhostTable ghosts() {
    return ghosts;
  }

  GhostTable observers() {
    return observers;
  }

  long bytes() {
    return ghosts.bytes() + observers.bytes() + 32;
  }
}
