package io.intelligentcache.internal.memory.adaptive;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of histories of keys that are not in the cache.
 *
 * <p>A set-associative table, like a processor's cache: the hash of a key selects a set of eight places. If the
 * set is full, a new history replaces the one that was accessed longest ago. That is close enough to
 * first-in-first-out, needs no links and no index, and costs 12 bytes a place. Keys are distinguished by 32
 * bits of their hash; a collision only costs a little accuracy.
 *
 * <p>When the number of places changes, sets move to the resized table one by one, in the order of their keys'
 * hashes, one step with each history that is added. So the work of one call is bounded.
 *
 * <p>Only the thread that holds the engine's lock uses it; other threads may read the words.
 */
final class GhostTable {
  private static final int WAYS = 8;

  private Sets sets;
  /** The sets that are being moved into the current ones; null if no resize is running. */
  private @Nullable Sets former;
  /** How many of the former sets have moved. */
  private int moved;

  private long displaced;
  private int displacedHash;

  GhostTable(int places) {
    sets = new Sets(places);
  }

  /** How many places it has; during a resize, how many it will have. */
  int places() {
    return sets.words.length;
  }

  /** Whether a resize is running. */
  boolean resizing() {
    return former != null;
  }

  /** Removes the history of a key; 0 if it is not here. */
  long take(int hash) {
    return home(hash).take(hash);
  }

  /**
   * Adds the history of a key that is not here.
   *
   * @return the history that was replaced, or 0; {@link #displacedHash} is the hash of its key
   */
  long put(int hash, long word, int now) {
    if (former != null) {
      moveOne(former, now);
    }
    Sets home = home(hash);
    int place = home.oldest(hash, now);
    displaced = home.words[place];
    displacedHash = home.hashes[place];
    home.set(place, hash, word);
    return displaced;
  }

  int displacedHash() {
    return displacedHash;
  }

  /** The histories, where 0 is none, in one array or two. */
  List<long[]> words() {
    return former == null ? List.of(sets.words) : List.of(sets.words, former.words);
  }

  /** Begins to change the number of places; must not be called while {@link #resizing}. */
  void resize(int places) {
    former = sets;
    sets = new Sets(places);
    moved = 0;
  }

  private Sets home(int hash) {
    Sets old = former;
    return old != null && old.number(hash) >= moved ? old : sets;
  }

  private void moveOne(Sets from, int now) {
    int first = moved * WAYS;
    for (int i = first; i < first + WAYS; i++) {
      long word = from.words[i];
      if (word != 0) {
        int hash = from.hashes[i];
        int place = sets.oldest(hash, now);
        long there = sets.words[place];
        if (there == 0 || AccessHistory.last(there) - AccessHistory.last(word) < 0) {
          sets.set(place, hash, word);
        }
        Residents.word(from.words, i, 0);
      }
    }
    moved++;
    if (moved == from.count) {
      former = null;
    }
  }

  /** The sets of one table size. */
  private static final class Sets {
    private final int count;
    private final int[] hashes;
    private final long[] words;

    Sets(int places) {
      count = Math.max(1, (places + WAYS - 1) / WAYS);
      hashes = new int[count * WAYS];
      words = new long[count * WAYS];
    }

    /** The upper bits choose the set, because the lower ones are used to sample keys. */
    int number(int hash) {
      return (int) (((hash & 0xFFFF_FFFFL) * count) >>> 32);
    }

    long take(int hash) {
      int first = number(hash) * WAYS;
      for (int i = first; i < first + WAYS; i++) {
        if (hashes[i] == hash && words[i] != 0) {
          long word = words[i];
          Residents.word(words, i, 0);
          return word;
        }
      }
      return 0;
    }

    /** The place in a key's set that is empty, or whose history was accessed longest ago. */
    int oldest(int hash, int now) {
      int first = number(hash) * WAYS;
      long oldest = -1; // age, and place in the set; an empty place is older than all
      for (int i = 0; i < WAYS; i++) {
        long there = words[first + i];
        long age =
            there == 0 ? Integer.MAX_VALUE : ReuseAges.between(AccessHistory.last(there), now);
        oldest = Math.max(oldest, (age << 3) | i);
      }
      return first + (int) (oldest & (WAYS - 1));
    }

    void set(int place, int hash, long word) {
      hashes[place] = hash;
      Residents.word(words, place, word);
    }
  }
}
