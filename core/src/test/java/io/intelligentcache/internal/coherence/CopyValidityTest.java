package io.intelligentcache.internal.coherence;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.stats.Health;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.SharedHealth;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class CopyValidityTest {
  private static final Duration BOUND = Duration.ofSeconds(2);
  private static final Duration TICK = Duration.ofMillis(1);
  private static final TierKey KEY = new TierKey(new Space("c", ""), new byte[] {1});
  private static final int STRIPE = CopyValidity.stripe(KEY);

  private final FakeTime time = new FakeTime();
  private final CopyValidity trust = new CopyValidity(time, BOUND);

  private long now() {
    return time.nanos();
  }

  private long later() {
    time.advance(TICK);
    return now();
  }

  private void hear() {
    trust.heardUntil(later());
  }

  @Test
  void nothingIsTrustedBeforeAnythingIsHeard() {
    assertThat(trust.holds(STRIPE, later())).isFalse();
    hear();
    assertThat(trust.holds(STRIPE, later())).isTrue();
  }

  @Test
  void aCopyIsTrustedUntilItsKeyChanges() {
    hear();
    long asOf = later();
    assertThat(trust.holds(STRIPE, asOf)).isTrue();
    time.advance(TICK);
    trust.changed(KEY);
    assertThat(trust.holds(STRIPE, asOf)).isFalse();
    assertThat(trust.holds(STRIPE, now())).as("asked at the very instant").isFalse();
    assertThat(trust.holds(STRIPE, later())).isTrue();
    assertThat(trust.holds(STRIPE ^ 1, asOf)).as("another stripe").isTrue();
  }

  @Test
  void anyCopyIsSuspectAfterAGap() {
    hear();
    long asOf = later();
    time.advance(TICK);
    trust.changedUnknown();
    assertThat(trust.holds(STRIPE, asOf)).isFalse();
    assertThat(trust.holds(STRIPE ^ 1, asOf)).isFalse();
    assertThat(trust.holds(STRIPE, later())).isTrue();
  }

  @Test
  void aCopyIsOutdatedOnceAChangeOfItsKeyIsTold() {
    long asOf = later();
    assertThat(trust.isOutdated(STRIPE, asOf)).isFalse();
    time.advance(TICK);
    trust.changed(KEY);
    assertThat(trust.isOutdated(STRIPE, asOf)).isTrue();
    assertThat(trust.isOutdated(STRIPE, now())).as("asked at the very instant").isTrue();
    assertThat(trust.isOutdated(STRIPE, later())).as("asked since").isFalse();
    assertThat(trust.isOutdated(STRIPE ^ 1, asOf)).as("another stripe").isFalse();
  }

  @Test
  void aGapOrADoubtMakesACopySuspectButNotOutdated() {
    hear();
    long asOf = later();
    time.advance(TICK);
    trust.changedUnknown();
    trust.doubt(STRIPE);
    assertThat(trust.holds(STRIPE, asOf)).isFalse();
    assertThat(trust.isOutdated(STRIPE, asOf)).isFalse();
  }

  @Test
  void aChangeThatWasToldBeforeAGapStillCounts() {
    long asOf = later();
    time.advance(TICK);
    trust.changed(KEY);
    time.advance(TICK);
    trust.changedUnknown();
    trust.doubt(STRIPE);
    assertThat(trust.isOutdated(STRIPE, asOf)).isTrue();
  }

  @Test
  void everyCopyIsOutdatedOnceAllKeysWereRemoved() {
    hear();
    long asOf = later();
    CompletableFuture<?> waits = trust.nextChange(KEY);
    time.advance(TICK);
    trust.changedAll();
    assertThat(trust.holds(STRIPE, asOf)).isFalse();
    assertThat(trust.isOutdated(STRIPE, asOf)).isTrue();
    assertThat(trust.isOutdated(STRIPE ^ 1, asOf)).isTrue();
    assertThat(waits).isDone();
    assertThat(trust.isOutdated(STRIPE, later())).isFalse();
  }

  @Test
  void aCopyOfAnotherProcessIsOutdatedByAToldChangeOnly() {
    long anothers = trust.asOfNanos(new CopyValidity(time, BOUND).stamp(now()));
    trust.changed(STRIPE ^ 1); // so that there are notes
    assertThat(trust.isOutdated(STRIPE, anothers)).isFalse();
    trust.changed(KEY);
    assertThat(trust.isOutdated(STRIPE, anothers)).isTrue();
  }

  @Test
  void anyCopyIsSuspectWhenNothingIsHeardForLongerThanTheBound() {
    hear();
    long asOf = now() + 1;
    time.advance(BOUND);
    assertThat(trust.holds(STRIPE, asOf)).isTrue();
    time.advance(TICK);
    assertThat(trust.holds(STRIPE, asOf)).isFalse();
    assertThat(trust.hears()).isFalse();
    hear();
    assertThat(trust.holds(STRIPE, asOf)).as("it was not touched meanwhile").isTrue();
  }

  @Test
  void theAgeOfACopyCountsFromWhenItWasSurelyRight() {
    hear();
    long asOf = later();
    time.advance(Duration.ofSeconds(10));
    trust.heardUntil(now());
    time.advance(TICK);
    assertThat(trust.ageNanos(STRIPE, asOf)).isEqualTo(TICK.toNanos());
    trust.changed(KEY);
    assertThat(trust.ageNanos(STRIPE, asOf)).isEqualTo(now() - asOf);
  }

  @Test
  void aStampIsNeverLaterThanItsInstantAndMeansNothingToAnotherProcess() {
    for (long millis : new long[] {0, 1, 20, 1_000, 86_400_000L, 30 * 86_400_000L}) {
      time.advance(Duration.ofMillis(millis));
      long read = trust.asOfNanos(trust.stamp(now()));
      assertThat(now() - read).isBetween(0L, Duration.ofMillis(17).toNanos());
    }
    CopyValidity other = new CopyValidity(time, BOUND);
    assertThat(now() - other.asOfNanos(trust.stamp(now())))
        .isGreaterThan(Duration.ofDays(365).toNanos());
    time.advance(Duration.ofDays(1_000));
    assertThat(now() - trust.asOfNanos(trust.stamp(now())))
        .as("too long for a stamp")
        .isGreaterThan(Duration.ofDays(365).toNanos());
  }

  @Test
  void allWhoWaitForAChangeAreToldOfIt() {
    CompletableFuture<?> one = trust.nextChange(KEY);
    CompletableFuture<?> other = trust.nextChange(KEY);
    trust.changed(KEY);
    assertThat(one).isDone();
    assertThat(other).isDone();
    assertThat(trust.nextChange(KEY)).isNotDone();
  }

  @Test
  void whoWaitsForAChangeIsToldOfItOrOfAGap() {
    CompletableFuture<?> first = trust.nextChange(KEY);
    trust.changed(STRIPE ^ 1);
    assertThat(first).isNotDone();
    trust.changed(KEY);
    assertThat(first).isDone();
    CompletableFuture<?> second = trust.nextChange(KEY);
    assertThat(second).isNotDone();
    trust.changedUnknown();
    assertThat(second).isDone();
  }

  private static SharedHealth well() {
    return new SharedHealth(true, true, true, Duration.ZERO, null);
  }

  @Test
  void aTierThatIsWellButHasNotToldAnythingWithinTheBoundIsNotReady() {
    hear();
    time.advance(BOUND);
    assertThat(trust.health(well()).ready()).isTrue();
    time.advance(TICK);
    Health health = trust.health(well());
    assertThat(health.ready()).isFalse();
    assertThat(health.connected() && health.answering()).isTrue();
    assertThat(health.hearing()).isFalse();
    assertThat(health.troubledFor()).isEqualTo(TICK);
    assertThat(health.problem()).contains("2001 ms", "2000 ms");
  }

  @Test
  void theTroubleOfATierIsReportedAsItIs() {
    hear();
    Health health =
        trust.health(new SharedHealth(false, true, true, Duration.ofSeconds(3), "is away"));
    assertThat(health.ready()).isFalse();
    assertThat(health.troubledFor()).isEqualTo(Duration.ofSeconds(3));
    assertThat(health.problem()).isEqualTo("is away");
  }

  @Test
  void aBoundThatIsShorterThanTheHeartbeatIsNoTrouble() {
    var strict = new CopyValidity(time, Duration.ZERO);
    strict.heardUntil(later());
    time.advance(Duration.ofMillis(300));
    assertThat(strict.health(well()).ready()).isTrue();
  }
}
