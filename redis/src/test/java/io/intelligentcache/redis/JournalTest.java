package io.intelligentcache.redis;

import static io.intelligentcache.redis.TierProbe.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.TierKey;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JournalTest {
  private final Map<TierKey, Long> takenOver = new HashMap<>();
  private final Journal journal =
      new Journal(3, 100, (keys, version) -> keys.forEach(key -> takenOver.put(key, version)));

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

  private static Journal.Unsettled unsettled(long time) {
    return new Journal.Unsettled(time, new RedisClock.Instant(0, 0), null);
  }
}
