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
 * What one caller did and was answered, and so which values no read may find: not while the tier is
 * open, whatever the answer was, and not after a crash, if the answer promised that. Versions grow
 * over all operations. Not thread-safe.
 */
final class Ledger {
  private final Space space;

  /** Below these versions nothing may be read from the open tier. */
  private final int[] floor;

  /** Below these versions nothing may be read after a crash. */
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

  /** Puts a key that is there, which is answered when the file has it, if the tier is not broken. */
  Outcome overwrite(Tier tier, int key, int length) {
    return Fixture.unlessBusy(() -> {
      Outcome first = put(tier, key, length);
      return first.equals(Fixture.BUSY) ? first : put(tier, key, length);
    });
  }

  /** Puts several keys at once, so that their records reach the file together, or in part. */
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

  /** What holds after a crash at this moment. */
  Ledger afterCrash() {
    var after = new Ledger(space.cache(), keys());
    System.arraycopy(durable, 0, after.floor, 0, keys());
    return after;
  }

  /** The process died, or closed a tier that could not write: what has no promise may be back. */
  void crashed() {
    System.arraycopy(durable, 0, floor, 0, keys());
  }

  /** Whether the key is there; fails if it is there as it must not be. */
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

  /** How many keys are there. */
  int check(Tier tier, String what) {
    int there = 0;
    for (int key = 0; key < keys(); key++) {
      there += has(tier, key, what) ? 1 : 0;
    }
    return there;
  }
}
