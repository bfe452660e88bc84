package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What {@link KilledWriter} was answered, and so what must not come back, and what must be there.
 * Versions grow over all operations of all processes.
 */
final class AnsweredHistory {
  private static final int KEYS = KilledWriter.KEYS;

  /** So many operations after a put it cannot have been evicted for room. */
  private static final int NOT_EVICTED = 3_000;

  /** What may be open at once, and so may have been done without an answer that we saw. */
  private static final int OPEN = 16;

  /** No value below this version may be found. */
  private final int[] floor = new int[KEYS];

  /** The version of the last put that was answered, while nothing removed it and it never expires. */
  private final int[] kept = new int[KEYS];

  /** Keys that the log has for sure, so that a put is answered when the file has it. */
  private final BitSet known = new BitSet();

  /** Tenants of which many keys may be going. */
  private final BitSet going = new BitSet();

  private int newest;
  private long answered;
  private int lost;

  /** Above all that were used; a killed process may have used some that it did not tell of. */
  int nextVersion() {
    return newest + 1_000;
  }

  long answered() {
    return answered;
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
        Arrays.fill(kept, 0); // refused: the old may be gone, the new is not there
        version(words);
      }
      default -> throw new AssertionError("a line of no sense: " + line);
    }
  }

  private int version(String[] words) {
    answered++;
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

  /** A later put of the key may have been answered in the same breath. */
  private void gone(int key, int version) {
    floor[key] = Math.max(floor[key], version);
    if (kept[key] < version) {
      kept[key] = 0;
    }
  }

  /**
   * Whether the key is there; fails if it should not be, or not like this.
   *
   * @param askedMillis when it was asked for, or before
   */
  boolean check(int key, Lookup answer, long askedMillis, String what) {
    if (!(answer instanceof Lookup.Hit hit)) {
      assertThat(answer).as(what).isEqualTo(Lookup.MISS);
      boolean mustBeThere = kept[key] > newest - NOT_EVICTED
          && kept[key] > 0
          && !going.get(key % KilledWriter.TENANTS);
      lost += mustBeThere ? 1 : 0;
      floor[key] = nextVersion(); // once it is gone, it stays gone
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
    assertThat(hit.item().expiresAtMillis()).isEqualTo(expiry);
    assertThat(version).as("%s, key %s brought back", what, key).isGreaterThanOrEqualTo(floor[key]);
    assertThat(expiry).as("%s, expired", what).isGreaterThan(askedMillis - 1_000);
    floor[key] = version;
    known.set(key);
    return true;
  }

  /** All keys were checked. Removals that were open when the process died may have taken some. */
  void checked(String what) {
    assertThat(lost).as("%s, lost", what).isLessThanOrEqualTo(OPEN);
    lost = 0;
    going.clear();
  }
}
