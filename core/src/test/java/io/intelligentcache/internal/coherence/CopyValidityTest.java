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
  private final CopyValidity validity = new CopyValidity(time, BOUND);

  private long now() {
    return time.nanos();
  }

  private long later() {
    time.advance(TICK);
    return now();
  }

  private void hear() {
    validity.receivedUntil(later());
  }

  @Test
  void nothingIsTrustedBeforeAnythingIsHeard() {
    assertThat(validity.isValid(STRIPE, later())).isFalse();
    hear();
    assertThat(validity.isValid(STRIPE, later())).isTrue();
  }

  @Test
  void aCopyIsTrustedUntilItsKeyChanges() {
    hear();
    long asOf = later();
    assertThat(validity.isValid(STRIPE, asOf)).isTrue();
    time.advance(TICK);
    validity.changed(KEY);
    assertThat(validity.isValid(STRIPE, asOf)).isFalse();
    assertThat(validity.isValid(STRIPE, now())).as("asked at the very instant").isFalse();
    assertThat(validity.isValid(STRIPE, later())).isTrue();
    assertThat(validity.isValid(STRIPE ^ 1, asOf)).as("another stripe").isTrue();
  }

  @Test
  void anyCopyIsSuspectAfterAGap() {
    hear();
    long asOf = later();
    time.advance(TICK);
    validity.missed();
    assertThat(validity.isValid(STRIPE, asOf)).isFalse();
    assertThat(validity.isValid(STRIPE ^ 1, asOf)).isFalse();
    assertThat(validity.isValid(STRIPE, later())).isTrue();
  }

  @Test
  void aCopyIsOutdatedOnceAChangeOfItsKeyIsTold() {
    long asOf = later();
    assertThat(validity.isOutdated(STRIPE, asOf)).isFalse();
    time.advance(TICK);
    validity.changed(KEY);
    assertThat(validity.isOutdated(STRIPE, asOf)).isTrue();
    assertThat(validity.isOutdated(STRIPE, now()))
        .as("asked at the very instant")
        .isTrue();
    assertThat(validity.isOutdated(STRIPE, later())).as("asked since").isFalse();
    assertThat(validity.isOutdated(STRIPE ^ 1, asOf)).as("another stripe").isFalse();
  }

  @Test
  void aGapOrADoubtMakesACopySuspectButNotOutdated() {
    hear();
    long asOf = later();
    time.advance(TICK);
    validity.missed();
    validity.doubt(STRIPE);
    assertThat(validity.isValid(STRIPE, asOf)).isFalse();
    assertThat(validity.isOutdated(STRIPE, asOf)).isFalse();
  }

  @Test
  void aChangeThatWasToldBeforeAGapStillCounts() {
    long asOf = later();
    time.advance(TICK);
    validity.changed(KEY);
    time.advance(TICK);
    validity.missed();
    validity.doubt(STRIPE);
    assertThat(validity.isOutdated(STRIPE, asOf)).isTrue();
  }

  @Test
  void everyCopyIsOutdatedOnceAllKeysWereRemoved() {
    hear();
    long asOf = later();
    CompletableFuture<?> waits = validity.nextChange(KEY);
    time.advance(TICK);
    validity.changedAll();
    assertThat(validity.isValid(STRIPE, asOf)).isFalse();
    assertThat(validity.isOutdated(STRIPE, asOf)).isTrue();
    assertThat(validity.isOutdated(STRIPE ^ 1, asOf)).isTrue();
    assertThat(waits).isDone();
    assertThat(validity.isOutdated(STRIPE, later())).isFalse();
  }

  @Test
  void aCopyOfAnotherProcessIsOutdatedByAToldChangeOnly() {
    long anothers = validity.asOfNanos(new CopyValidity(time, BOUND).stamp(now()));
    validity.changed(STRIPE ^ 1); // so that there are notes
    assertThat(validity.isOutdated(STRIPE, anothers)).isFalse();
    validity.changed(KEY);
    assertThat(validity.isOutdated(STRIPE, anothers)).isTrue();
  }

  @Test
  void anyCopyIsSuspectWhenNothingIsHeardForLongerThanTheBound() {
    hear();
    long asOf = now() + 1;
    time.advance(BOUND);
    assertThat(validity.isValid(STRIPE, asOf)).isTrue();
    time.advance(TICK);
    assertThat(validity.isValid(STRIPE, asOf)).isFalse();
    assertThat(validity.isListening()).isFalse();
    hear();
    assertThat(validity.isValid(STRIPE, asOf))
        .as("it was not touched meanwhile")
        .isTrue();
  }

  @Test
  void theAgeOfACopyCountsFromWhenItWasSurelyRight() {
    hear();
    long asOf = later();
    time.advance(Duration.ofSeconds(10));
    validity.receivedUntil(now());
    time.advance(TICK);
    assertThat(validity.ageNanos(STRIPE, asOf)).isEqualTo(TICK.toNanos());
    validity.changed(KEY);
    assertThat(validity.ageNanos(STRIPE, asOf)).isEqualTo(now() - asOf);
  }

  @Test
  void aStampIsNeverLaterThanItsInstantAndMeansNothingToAnotherProcess() {
    long born = now();
    assertThat(now() - validity.asOfNanos(validity.stamp(born - 1)))
        .as("before this process")
        .isGreaterThan(Duration.ofDays(365).toNanos());
    for (long millis : new long[] {0, 1, 20, 1_000, 86_400_000L, 2_000 * 86_400_000L}) {
      time.advance(Duration.ofMillis(millis));
      long read = validity.asOfNanos(validity.stamp(now()));
      assertThat(now() - read).isBetween(0L, 140_000L);
      assertThat(born - validity.asOfNanos(validity.stamp(born))).isZero();
    }
    CopyValidity other = new CopyValidity(time, BOUND);
    assertThat(now() - other.asOfNanos(validity.stamp(now())))
        .isGreaterThan(Duration.ofDays(365).toNanos());
    assertThat(now() - validity.asOfNanos(validity.stamp(now() + TICK.toNanos())))
        .as("an instant that has not come yet is not this process's")
        .isGreaterThan(Duration.ofDays(365).toNanos());
  }

  @Test
  void allWhoWaitForAChangeAreToldOfIt() {
    CompletableFuture<?> one = validity.nextChange(KEY);
    CompletableFuture<?> other = validity.nextChange(KEY);
    validity.changed(KEY);
    assertThat(one).isDone();
    assertThat(other).isDone();
    assertThat(validity.nextChange(KEY)).isNotDone();
  }

  @Test
  void whoWaitsForAChangeIsToldOfItOrOfAGap() {
    CompletableFuture<?> first = validity.nextChange(KEY);
    validity.changed(STRIPE ^ 1);
    assertThat(first).isNotDone();
    validity.changed(KEY);
    assertThat(first).isDone();
    CompletableFuture<?> second = validity.nextChange(KEY);
    assertThat(second).isNotDone();
    validity.missed();
    assertThat(second).isDone();
  }

  private static SharedHealth well() {
    return SharedHealth.well();
  }

  @Test
  void aTierThatIsWellButHasNotToldAnythingWithinTheBoundIsNotReady() {
    hear();
    time.advance(BOUND);
    assertThat(validity.health(well()).ready()).isTrue();
    time.advance(TICK);
    Health health = validity.health(well());
    assertThat(health.ready()).isFalse();
    assertThat(health.connected() && health.answering()).isTrue();
    assertThat(health.hearing()).isFalse();
    assertThat(health.troubledFor()).isEqualTo(TICK);
    assertThat(health.problem()).contains("2001 ms", "2000 ms");
  }

  @Test
  void theTroubleOfATierIsReportedAsItIs() {
    hear();
    Health health = validity.health(SharedHealth.troubled("is away", Duration.ofSeconds(3)));
    assertThat(health.ready()).isFalse();
    assertThat(health.troubledFor()).isEqualTo(Duration.ofSeconds(3));
    assertThat(health.problem()).isEqualTo("is away");
  }

  @Test
  void aBoundThatIsShorterThanTheHeartbeatIsNoTrouble() {
    var strict = new CopyValidity(time, Duration.ZERO);
    strict.receivedUntil(later());
    time.advance(Duration.ofMillis(300));
    assertThat(strict.health(well()).ready()).isTrue();
  }
}
