package io.intelligentcache.memory.adaptive;

import java.util.Arrays;

/**
 * Remembers the histories of keys that are not in the cache, a bounded number of them.
 *
 * <p>A set-associative table, like a processor's cache: a key's hash says in which set of eight
 * places it may stand, and a newcomer to a full set displaces the one that was accessed longest ago.
 * That is close enough to first-in-first-out, needs no links and no index, and costs 12 bytes a
 * place. Keys are told apart by 32 bits of their hash; a mix-up costs a little accuracy only.
 *
 * <p>Not thread-safe.
 */
final class GhostTable {
  private static final int WAYS = 8;

  private int[] hashes;
  private long[] words;
  private int sets;
  private long displaced;
  private int displacedHash;

  GhostTable(int places) {
    sets = setsFor(places);
    hashes = new int[sets * WAYS];
    words = new long[sets * WAYS];
  }

  private static int setsFor(int places) {
    return Math.max(1, (places + WAYS - 1) / WAYS);
  }

  int places() {
    return words.length;
  }

  /** Takes out the history of a key; 0 if it is not here. */
  long take(int hash) {
    int first = set(hash);
    for (int i = first; i < first + WAYS; i++) {
      if (hashes[i] == hash && words[i] != 0) {
        long word = words[i];
        words[i] = 0;
        return word;
      }
    }
    return 0;
  }

  /**
   * Takes in a history, whose key is not here.
   *
   * @return the history that had to go for it, or 0; {@link #displacedHash} is the hash of its key
   */
  long put(int hash, long word, int now) {
    int first = set(hash);
    long oldest = -1; // age, and place in the set; an empty place is older than all
    for (int i = 0; i < WAYS; i++) {
      long there = words[first + i];
      long age = there == 0 ? Integer.MAX_VALUE : Ages.between(History.last(there), now);
      oldest = Math.max(oldest, (age << 3) | i);
    }
    int place = first + (int) (oldest & (WAYS - 1));
    displaced = words[place];
    displacedHash = hashes[place];
    hashes[place] = hash;
    words[place] = word;
    return displaced;
  }

  int displacedHash() {
    return displacedHash;
  }

  /** The history at a place, or 0. */
  long at(int place) {
    return words[place];
  }

  /** Changes the number of places; what finds none is forgotten. */
  void resize(int places, int now) {
    int[] oldHashes = hashes;
    long[] oldWords = words;
    sets = setsFor(places);
    hashes = new int[sets * WAYS];
    words = new long[sets * WAYS];
    for (int i = 0; i < oldWords.length; i++) {
      if (oldWords[i] != 0) {
        put(oldHashes[i], oldWords[i], now);
      }
    }
  }

  void clear() {
    Arrays.fill(words, 0);
  }

  /** The upper bits choose the set, the lower ones are left to whoever samples keys. */
  private int set(int hash) {
    return (int) (((hash & 0xFFFF_FFFFL) * sets) >>> 32) * WAYS;
  }

  long bytes() {
    return 12L * words.length + 80;
  }
}
