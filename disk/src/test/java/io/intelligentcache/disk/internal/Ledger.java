package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Records the operations of one caller and their outcomes, and so which values no read may find.
 * After an operation, no read of the open tier may find an older value, whatever the outcome was.
 * If the outcome promised it, no read after a crash may either. Versions increase over all
 * operations. Not thread-safe.
 */
final class Ledger {
  private final Space space;

  /** The lowest versions that may be read from the open tier. */
  private final int[] floor;

  /** The lowest versions that may be read after a crash. */
  private final int[] durable;

  private int version;

  Ledger(String space, int keys) {
    this.space = new Space(space, "");
    this.floor = new int[keys];
    this.durable = new int[keys];
  }

  int keys() {
    return floor.length;
  }

  private TierKey key(int key) {
    return new TierKey(space, ("k" + key).getBytes(UTF_8));
  }

  Outcome put(Tier tier, int key, int length) {
    int mine = ++version;
    return answered(key, mine, await(tier.put(key(key), item(value(key + "/" + mine, length)))));
  }

  /**
   * Puts a key that exists. The put is acknowledged when the file has it, unless the tier is
   * broken.
   */
  Outcome overwrite(Tier tier, int key, int length) {
    return Fixture.unlessBusy(() -> {
      Outcome first = put(tier, key, length);
      return first.equals(Fixture.BUSY) ? first : put(tier, key, length);
    });
  }

  /** Puts several keys at once, so that all or some of their records reach the file together. */
  void putSome(Tier tier, int first, int count, int length) {
    int before = version;
    List<Tier.Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int key = (first + i) % keys();
      entries.add(new Tier.Entry(key(key), item(value(key + "/" + ++version, length))));
    }
    List<Outcome> answers = await(tier.putAll(entries));
    for (int i = 0; i < count; i++) {
      var unused = answered((first + i) % keys(), before + 1 + i, answers.get(i));
    }
  }

  Outcome remove(Tier tier, int key) {
    int mine = ++version;
    return answered(key, mine, await(tier.remove(key(key))));
  }

  Outcome clear(Tier tier) {
    int mine = ++version;
    Outcome answer = await(tier.clear(space));
    for (int key = 0; key < keys(); key++) {
      answered(key, mine, answer);
    }
    return answer;
  }

  private Outcome answered(int key, int mine, Outcome answer) {
    floor[key] = mine;
    boolean promised = answer instanceof Outcome.Done
        || (answer instanceof Outcome.Refused refused
            && refused.why() != Reason.BROKEN
            && refused.why() != Reason.LATE);
    if (promised) {
      durable[key] = mine;
    }
    return answer;
  }

  /** Returns a ledger for a store that crashes at this moment. */
  Ledger afterCrash() {
    var after = new Ledger(space.cache(), keys());
    System.arraycopy(durable, 0, after.floor, 0, keys());
    return after;
  }

  /**
   * Called when the process died, or closed a tier that could not write. A change without a promise
   * may be undone.
   */
  void crashed() {
    System.arraycopy(durable, 0, floor, 0, keys());
  }

  /** Whether the key is found; fails if its value must not be found. */
  boolean has(Tier tier, int key, String what) {
    if (!(await(tier.get(key(key))) instanceof Lookup.Hit hit)) {
      return false;
    }
    String found = new String(hit.item().payload(), UTF_8);
    int at = found.indexOf('/', found.indexOf('/') + 1);
    int read = Integer.parseInt(found, found.indexOf('/') + 1, at < 0 ? found.length() : at, 10);
    assertThat(found)
        .as("%s, wrong under key %s", what, key)
        .isEqualTo(value(key + "/" + read, found.length()));
    assertThat(read).as("%s, old under key %s", what, key).isGreaterThanOrEqualTo(floor[key]);
    return true;
  }

  /** How many keys are found. */
  int check(Tier tier, String what) {
    int there = 0;
    for (int key = 0; key < keys(); key++) {
      there += has(tier, key, what) ? 1 : 0;
    }
    return there;
  }
}
