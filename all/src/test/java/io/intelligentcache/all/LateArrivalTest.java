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
 * A request that is stuck in the network, and arrives when its instance has long given it up. The time
 * that passes meanwhile is the server's: its clock is set forward.
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

  /** The lateness of the put can't be seen by such a clock; its instance makes up for it. */
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
    awaitHeartbeats(); // whoever is connected can have seen the jump
    moveClock(TOMBSTONES_GONE);
    arrive();
  }

  /** The instance sees its connection broken, and has no other one. */
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
