package io.intelligentcache.redis;

import static io.intelligentcache.redis.TierProbe.key;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class JournalTest {
  private final AtomicInteger overflows = new AtomicInteger();
  private final Journal journal = new Journal(3, 100, overflows::incrementAndGet);

  @Test
  void aKeyThatWasHereSinceAMarkWasTakenIsKnownThoughItIsSettled() {
    int before = journal.mark(key("k"));
    journal.add(key("k"), 1);
    int meanwhile = journal.mark(key("k"));
    journal.settle(key("k"), 1);

    assertThat(journal.heldSince(before, key("k"))).isTrue();
    assertThat(journal.heldSince(meanwhile, key("k"))).isFalse();
  }

  @Test
  void onlyALaterWriteSettles() {
    journal.add(key("k"), 5);
    journal.settle(key("k"), 4);
    assertThat(journal.holds(key("k"))).isTrue();
    journal.settle(key("k"), 6);
    assertThat(journal.holds(key("k"))).isFalse();
    assertThat(journal.isEmpty()).isTrue();
  }

  @Test
  void anEarlierFailureDoesNotHideALaterOne() {
    journal.add(key("k"), 7);
    journal.add(key("k"), 5);
    journal.settle(key("k"), 6);
    assertThat(journal.holds(key("k"))).isTrue();
  }

  @Test
  void tooManyKeysMakeEverythingSuspectAndAreDropped() {
    for (int i = 0; i < 4; i++) {
      assertThat(overflows).hasValue(0);
      journal.add(key("k" + i), i + 1);
    }
    assertThat(overflows).hasValue(1);
    assertThat(journal.isEmpty()).isTrue();
  }

  @Test
  void tooManyBytesMakeEverythingSuspectToo() {
    journal.add(key("k".repeat(60)), 1);
    journal.settle(key("k".repeat(60)), 1);
    journal.add(key("l".repeat(60)), 2);
    assertThat(overflows).hasValue(0);
    journal.add(key("m".repeat(60)), 3);
    assertThat(overflows).hasValue(1);
  }
}
