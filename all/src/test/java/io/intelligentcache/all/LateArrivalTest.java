package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.Outage;
import io.intelligentcache.TieredCache;
import io.intelligentcache.all.SteeredLine.Way;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A request is stuck in the network, and arrives long after its instance has given up. To let time pass,
 * the tests set the clock of the server forward.
 */
final class LateArrivalTest extends DirectedSchedules {
  /** More than the 10 seconds in which a write that was not acknowledged may take effect. */
  private static final Duration TOO_LATE = Duration.ofSeconds(11);

  /** In this time the tombstone of a removal expires. */
  private static final Duration TOMBSTONES_GONE = Duration.ofMillis(17_500);

  private SteeredInstance one;
  private SteeredInstance other;

  @BeforeEach
  void open() {
    one = instance();
    other = instance();
  }

  @Test
  void anAtomicOperationThatWasNotAcknowledgedDoesNotTakeEffectAfterItsTime() {
    var spec = CacheSpec.of(String.class, Long.class).outage(Outage.strict());
    TieredCache<String, Long> counters = other.manager.cache("c", spec);
    counters.put("k", 5L);
    CompletableFuture<Long> change = one.manager
        .cache("c", spec)
        .async()
        .compute("k", (key, there) -> {
          one.line.hold(Way.REQUESTS);
          return there + 1;
        });
    awaitHeld(one, "k");
    giveUp();
    assertThatThrownBy(() -> join(change)).hasMessageContaining("not acknowledged");
    moveClock(TOO_LATE);
    arrive();
    assertThat(counters.get("k")).isEqualTo(5);
  }

  @Test
  void aPutDoesNotComeBackWhenTheTombstoneIsGone() {
    putArrivesAfterARemoval(Duration.ZERO);
    assertThat(cache(other).get("k")).isNull();
  }

  /** By such a clock the put does not look late. So its instance repairs the key. */
  @ParameterizedTest
  @ValueSource(ints = {15, 60})
  void norDoesItStayIfTheServersClockWasSetBackBetweenTheTwo(int seconds) {
    putArrivesAfterARemoval(Duration.ofSeconds(-seconds));
    one.line.heal();
    one.awaitHealthy();
    assertThat(cache(other).get("k")).isNull();
    assertThat(cache(one).get("k")).isNull();
  }

  private void putArrivesAfterARemoval(Duration jump) {
    one.line.hold(Way.REQUESTS);
    CompletableFuture<?> put = cache(one).async().put("k", "old");
    awaitHeld(one, "k");
    giveUp();
    join(put);
    moveClock(jump);
    cache(other).invalidate("k");
    awaitHeartbeats(); // connected instances can have seen the jump
    moveClock(TOMBSTONES_GONE);
    arrive();
  }

  /** Breaks the connection of the instance, and refuses new ones. */
  private void giveUp() {
    one.line.refuse();
    one.line.hangUp();
  }

  private void arrive() {
    long before = calls("evalsha");
    one.line.release(Way.REQUESTS);
    await().until(() -> calls("evalsha") > before);
  }
}
