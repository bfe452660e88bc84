package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Records the completed operations of {@link KilledWriter}, and so which values must not come back
 * and which must be found. Versions increase over all operations of all processes.
 */
final class AnsweredHistory {
  private static final int KEYS = KilledWriter.KEYS;

  /** For so many operations after a put, its entry can't have been evicted. */
  private static final int NOT_EVICTED = 3_000;

  /**
   * How many operations may be pending at once. They may have been done although no acknowledgement
   * was seen.
   */
  private static final int OPEN = 16;

  /** For each key, the lowest version that may be found. */
  private final int[] floor = new int[KEYS];

  /** For each key, the version of the last acknowledged put; 0 if it was removed or may expire. */
  private final int[] kept = new int[KEYS];

  /** Keys that the log certainly has. A put of such a key is acknowledged when the file has it. */
  private final BitSet known = new BitSet();

  /** Tenants of which many keys may be removed at this time. */
  private final BitSet going = new BitSet();

  private int newest;
  private int lost;

  /**
   * A version above all that were used. A killed process may have used some that it did not print.
   */
  int nextVersion() {
    return newest + 1_000;
  }

  void said(String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "begin" -> going.set(Integer.parseInt(words[1]));
      case "settled" -> going.clear();
      case "put" -> {
        int key = Integer.parseInt(words[1]);
        int version = version(words);
        floor[key] = Math.max(floor[key], version);
        kept[key] = known.get(key) && Long.parseLong(words[3]) == Item.NEVER ? version : 0;
      }
      case "remove" -> gone(Integer.parseInt(words[1]), version(words));
      case "clear" -> gone(Integer.parseInt(words[1]), version(words), "");
      case "match" -> gone(Integer.parseInt(words[1]), version(words), words[3]);
      case "unput", "unremove", "unclear", "unmatch" -> {
        Arrays.fill(kept, 0); // refused: the old one may be gone, the new is not stored
        version(words);
      }
      default -> throw new AssertionError("a line of no sense: " + line);
    }
  }

  private int version(String[] words) {
    newest = Math.max(newest, Integer.parseInt(words[2]));
    return Integer.parseInt(words[2]);
  }

  private void gone(int tenant, int version, String end) {
    for (int key = 0; key < KEYS; key++) {
      if (key % KilledWriter.TENANTS == tenant && ("k" + key).endsWith(end)) {
        gone(key, version);
      }
    }
  }

  /** Records a removal. A later put of the key may have been acknowledged at the same time. */
  private void gone(int key, int version) {
    floor[key] = Math.max(floor[key], version);
    if (kept[key] < version) {
      kept[key] = 0;
    }
  }

  /**
   * Whether the key is found; fails if it must not be found, or not with this value.
   *
   * @param askedMillis the time of the read, or earlier
   */
  boolean check(int key, Lookup answer, long askedMillis, String what) {
    if (!(answer instanceof Lookup.Hit hit)) {
      assertThat(answer).as(what).isEqualTo(Lookup.MISS);
      boolean mustBeThere = kept[key] > newest - NOT_EVICTED
          && kept[key] > 0
          && !going.get(key % KilledWriter.TENANTS);
      lost += mustBeThere ? 1 : 0;
      floor[key] = nextVersion(); // once removed, it stays removed
      kept[key] = 0;
      known.clear(key);
      return false;
    }
    String found = new String(hit.item().payload(), UTF_8);
    String[] parts = found.split("/", 4);
    int version = Integer.parseInt(parts[1]);
    long expiry = Long.parseLong(parts[2]);
    String name = key + "/" + version + "/" + expiry;
    assertThat(found).as("%s, wrong", what).isEqualTo(value(name, found.length()));
    // Earlier if a process paused between two looks at its clocks. Never later.
    assertThat(hit.item().expiresAtMillis() - expiry).isBetween(-1_000L, 2L);
    assertThat(version).as("%s, key %s brought back", what, key).isGreaterThanOrEqualTo(floor[key]);
    assertThat(expiry).as("%s, expired", what).isGreaterThan(askedMillis - 1_000);
    floor[key] = version;
    known.set(key);
    return true;
  }

  /**
   * Called after all keys were checked. Removals that were pending when the process died may have
   * removed some.
   */
  void checked(String what) {
    assertThat(lost).as("%s, lost", what).isLessThanOrEqualTo(OPEN);
    lost = 0;
    going.clear();
  }
}
