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
  private final UnsettledWrites unsettled = new UnsettledWrites(
      3, 100, (keys, version) -> keys.forEach(key -> takenOver.put(key, version)));

  @Test
  void aKeyThatWasHereSinceAMarkWasTakenIsKnownThoughItIsSettled() {
    int before = unsettled.mark(key("k"));
    unsettled.add(key("k"), unsettled(1));
    int meanwhile = unsettled.mark(key("k"));
    unsettled.settle(key("k"), 1);

    assertThat(unsettled.heldSince(before, key("k"))).isTrue();
    assertThat(unsettled.heldSince(meanwhile, key("k"))).isFalse();
  }

  @Test
  void onlyALaterWriteSettles() {
    unsettled.add(key("k"), unsettled(5));
    unsettled.settle(key("k"), 4);
    assertThat(unsettled.holds(key("k"))).isTrue();
    unsettled.settle(key("k"), 6);
    assertThat(unsettled.holds(key("k"))).isFalse();
    assertThat(unsettled.isEmpty()).isTrue();
  }

  @Test
  void anEarlierFailureDoesNotHideALaterOne() {
    unsettled.add(key("k"), unsettled(7));
    unsettled.add(key("k"), unsettled(5));
    unsettled.settle(key("k"), 6);
    assertThat(unsettled.holds(key("k"))).isTrue();
  }

  /**
   * A removal that was called before the clock of Redis was set back gets another version, which is greater than that
   * of a put called after it. The writes of other instances between the two calls must be removed as well.
   */
  @Test
  void ofAPutAndAnEarlierRemovalWithALaterVersionTheLaterCallCounts() {
    UnsettledWrites.Unsettled removal =
        new UnsettledWrites.Unsettled(634, new RedisClock.Instant(99_447, 0), null);
    UnsettledWrites.Unsettled put = new UnsettledWrites.Unsettled(
        605, new RedisClock.Instant(99_953, 0), new Tier.Entry(key("k"), item("v")));
    UnsettledWrites.Unsettled both =
        new UnsettledWrites.Unsettled(634, new RedisClock.Instant(99_953, 0), null);
    unsettled.add(key("k"), removal);
    unsettled.add(key("k"), put);
    assertThat(unsettled.some(1, key -> true)).containsExactly(Map.entry(key("k"), both));
    unsettled.settle(key("k"), 634);
    unsettled.add(key("k"), put);
    unsettled.add(key("k"), removal);
    assertThat(unsettled.some(1, key -> true)).containsExactly(Map.entry(key("k"), both));
  }

  @Test
  void tooManyKeysAreTakenOverWithTheirGreatestVersion() {
    for (int i = 0; i < 4; i++) {
      assertThat(takenOver).isEmpty();
      unsettled.add(key("k" + i), unsettled(7 - i));
    }
    assertThat(takenOver).containsOnlyKeys(key("k0"), key("k1"), key("k2"), key("k3"));
    assertThat(takenOver).containsValue(7L).doesNotContainValue(4L);
    assertThat(unsettled.isEmpty()).isTrue();
  }

  @Test
  void tooManyBytesAreTakenOverToo() {
    unsettled.add(key("k".repeat(60)), unsettled(1));
    unsettled.settle(key("k".repeat(60)), 1);
    unsettled.add(key("l".repeat(60)), unsettled(2));
    assertThat(takenOver).isEmpty();
    unsettled.add(key("m".repeat(60)), unsettled(3));
    assertThat(takenOver).containsOnlyKeys(key("l".repeat(60)), key("m".repeat(60)));
  }

  private static UnsettledWrites.Unsettled unsettled(long time) {
    return new UnsettledWrites.Unsettled(time, new RedisClock.Instant(0, 0), null);
  }
}
