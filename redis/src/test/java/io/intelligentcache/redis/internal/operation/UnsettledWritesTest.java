package io.intelligentcache.redis.internal.operation;

import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class UnsettledWritesTest {
  private final Map<TierKey, Long> takenOver = new HashMap<>();
  private final UnsettledWrites journal = new UnsettledWrites(
      3, 100, (keys, version) -> keys.forEach(key -> takenOver.put(key, version)));

  @Test
  void aKeyThatWasHereSinceAMarkWasTakenIsKnownThoughItIsSettled() {
    int before = journal.mark(key("k"));
    journal.add(key("k"), unsettled(1));
    int meanwhile = journal.mark(key("k"));
    journal.settle(key("k"), 1);

    assertThat(journal.heldSince(before, key("k"))).isTrue();
    assertThat(journal.heldSince(meanwhile, key("k"))).isFalse();
  }

  @Test
  void onlyALaterWriteSettles() {
    journal.add(key("k"), unsettled(5));
    journal.settle(key("k"), 4);
    assertThat(journal.holds(key("k"))).isTrue();
    journal.settle(key("k"), 6);
    assertThat(journal.holds(key("k"))).isFalse();
    assertThat(journal.isEmpty()).isTrue();
  }

  @Test
  void anEarlierFailureDoesNotHideALaterOne() {
    journal.add(key("k"), unsettled(7));
    journal.add(key("k"), unsettled(5));
    journal.settle(key("k"), 6);
    assertThat(journal.holds(key("k"))).isTrue();
  }

  /**
   * A removal from before the clock of Redis was set back gets another version, which is greater than that of a put called
   * after it. What others wrote between the two calls must be removed as well.
   */
  @Test
  void ofAPutAndAnEarlierRemovalWithALaterVersionTheLaterCallCounts() {
    UnsettledWrites.Unsettled removal =
        new UnsettledWrites.Unsettled(634, new RedisClock.Instant(99_447, 0), null);
    UnsettledWrites.Unsettled put = new UnsettledWrites.Unsettled(
        605, new RedisClock.Instant(99_953, 0), new Tier.Entry(key("k"), item("v")));
    UnsettledWrites.Unsettled both =
        new UnsettledWrites.Unsettled(634, new RedisClock.Instant(99_953, 0), null);
    journal.add(key("k"), removal);
    journal.add(key("k"), put);
    assertThat(journal.some(1, key -> true)).containsExactly(Map.entry(key("k"), both));
    journal.settle(key("k"), 634);
    journal.add(key("k"), put);
    journal.add(key("k"), removal);
    assertThat(journal.some(1, key -> true)).containsExactly(Map.entry(key("k"), both));
  }

  @Test
  void tooManyKeysAreTakenOverWithTheirGreatestVersion() {
    for (int i = 0; i < 4; i++) {
      assertThat(takenOver).isEmpty();
      journal.add(key("k" + i), unsettled(7 - i));
    }
    assertThat(takenOver).containsOnlyKeys(key("k0"), key("k1"), key("k2"), key("k3"));
    assertThat(takenOver).containsValue(7L).doesNotContainValue(4L);
    assertThat(journal.isEmpty()).isTrue();
  }

  @Test
  void tooManyBytesAreTakenOverToo() {
    journal.add(key("k".repeat(60)), unsettled(1));
    journal.settle(key("k".repeat(60)), 1);
    journal.add(key("l".repeat(60)), unsettled(2));
    assertThat(takenOver).isEmpty();
    journal.add(key("m".repeat(60)), unsettled(3));
    assertThat(takenOver).containsOnlyKeys(key("l".repeat(60)), key("m".repeat(60)));
  }

  private static UnsettledWrites.Unsettled unsettled(long time) {
    return new UnsettledWrites.Unsettled(time, new RedisClock.Instant(0, 0), null);
  }
}
