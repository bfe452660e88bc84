package io.intelligentcache.cli.chaos;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.cli.chaos.Verdict.Allowed;
import io.intelligentcache.cli.chaos.Verdict.Broken;
import io.intelligentcache.cli.chaos.Verdict.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Histories that are right, and one wrong one of each kind. Times are milliseconds. */
final class KeyHistoryTest {
  private static final int HERE = 1;
  private static final int THERE = 2;
  private static final int ELSEWHERE = 3;

  private final KeyHistory history = new KeyHistory(Duration.ofMillis(100));

  private Write write(int life, long start, long end, boolean acknowledged) {
    Write write = history.begin(life, true, MILLISECONDS.toNanos(start));
    write.end(acknowledged, 0, MILLISECONDS.toNanos(end));
    return write;
  }

  private Write removal(int life, long start, long end) {
    Write write = history.begin(life, false, MILLISECONDS.toNanos(start));
    write.end(true, 0, MILLISECONDS.toNanos(end));
    return write;
  }

  private Verdict read(int life, long start, long number) {
    return history.judge(
        new Read(
            life,
            MILLISECONDS.toNanos(start),
            MILLISECONDS.toNanos(start + 1),
            number,
            Heard.NOTHING));
  }

  private void assertAllowed(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Allowed.class);
  }

  private void assertBroken(Verdict verdict, Kind kind) {
    assertThat(verdict).isInstanceOf(Broken.class);
    assertThat(((Broken) verdict).kind()).isEqualTo(kind);
  }

  @Test
  void theLatestValueIsRight() {
    write(HERE, 0, 1, true);
    write(THERE, 10, 11, true);

    assertThat(read(ELSEWHERE, 1_000, 1)).isEqualTo(Allowed.FRESH);
  }

  @Test
  void nothingIsAlwaysRight() {
    assertAllowed(read(HERE, 0, Read.ABSENT));
    write(HERE, 0, 1, true);
    assertAllowed(read(HERE, 1_000, Read.ABSENT));
  }

  @Test
  void anOlderValueIsAllowedUpToTheBoundAndNotAfter() {
    write(HERE, 0, 1, true);
    write(HERE, 10, 20, true);

    assertThat(read(ELSEWHERE, 120, 0)).isEqualTo(new Allowed(MILLISECONDS.toNanos(100), false));
    assertBroken(read(ELSEWHERE, 121, 0), Kind.STALE);
  }

  @Test
  void theBoundCountsFromTheFirstWriteThatOvertook() {
    write(HERE, 0, 1, true);
    write(HERE, 10, 20, true);
    write(HERE, 200, 210, true);

    Verdict verdict = read(ELSEWHERE, 220, 0);

    assertBroken(verdict, Kind.STALE);
    assertThat(((Broken) verdict).staleNanos()).isEqualTo(MILLISECONDS.toNanos(200));
    assertThat(((Broken) verdict).excerpt()).hasSize(3);
  }

  @Test
  void aRemovedValueMustNotComeBack() {
    write(HERE, 0, 1, true);
    removal(HERE, 10, 20);

    assertAllowed(read(ELSEWHERE, 100, 0));
    assertBroken(read(ELSEWHERE, 200, 0), Kind.STALE);
  }

  @Test
  void aWriteThatWasNotAcknowledgedBindsNobodyElse() {
    write(HERE, 0, 1, true);
    write(HERE, 10, 20, false);

    assertAllowed(read(ELSEWHERE, 10_000, 0));
    assertAllowed(read(ELSEWHERE, 10_000, 1));
  }

  @Test
  void aWriteThatWasNotAcknowledgedIsOvertakenAllTheSame() {
    write(HERE, 0, 1, false);
    write(THERE, 10, 20, true);

    assertBroken(read(ELSEWHERE, 200, 0), Kind.STALE);
  }

  @Test
  void writesThatOverlapMayStandInEitherOrder() {
    write(HERE, 0, 20, true);
    write(THERE, 10, 15, true);

    assertAllowed(read(ELSEWHERE, 10_000, 0));
    assertAllowed(read(ELSEWHERE, 10_000, 1));
  }

  @Test
  void aWriteThatHasNotReturnedMayBeReadAndBindsNobody() {
    write(HERE, 0, 1, true);
    Write running = history.begin(HERE, true, MILLISECONDS.toNanos(10));

    assertAllowed(read(ELSEWHERE, 10_000, running.number()));
    assertAllowed(read(ELSEWHERE, 10_000, 0));
    write(THERE, 20, 21, true);
    assertAllowed(read(ELSEWHERE, 10_000, running.number()));
  }

  @Test
  void anInstanceMustSeeItsOwnWritesAtOnce() {
    write(THERE, 0, 1, true);
    write(HERE, 10, 20, true);

    assertAllowed(read(THERE, 21, 0));
    assertBroken(read(HERE, 21, 0), Kind.OWN_WRITE);
  }

  @Test
  void anInstanceMustSeeItsOwnRemovalsAtOnce() {
    write(HERE, 0, 1, true);
    removal(HERE, 10, 20);

    assertBroken(read(HERE, 21, 0), Kind.OWN_WRITE);
  }

  @Test
  void anInstanceMustSeeItsOwnWritesAcknowledgedOrNot() {
    write(HERE, 0, 1, true);
    write(HERE, 10, 20, false);

    assertBroken(read(HERE, 21, 0), Kind.OWN_WRITE);
    assertAllowed(read(HERE, 15, 0));
  }

  @Test
  void aReadThatBeganBeforeTheOwnWriteReturnedMayBeOlder() {
    write(HERE, 0, 1, true);
    write(HERE, 10, 20, true);

    assertAllowed(read(HERE, 20, 0));
  }

  @Test
  void aValueThatNobodyWroteIsWrong() {
    write(HERE, 0, 1, true);

    assertBroken(read(HERE, 10, 1), Kind.WRONG);
    assertBroken(read(HERE, 10, -7), Kind.WRONG);
  }

  @Test
  void theValueOfARemovalIsWrong() {
    removal(HERE, 0, 1);

    assertBroken(read(HERE, 10, 0), Kind.WRONG);
  }

  @Test
  void aValueFromTheFutureIsWrong() {
    write(HERE, 100, 101, true);

    assertBroken(read(HERE, 10, 0), Kind.WRONG);
    assertAllowed(read(HERE, 99, 0)); // ends at 100
  }

  @Test
  void writesOfTwoInstancesNearerThanTheirClocksMayStandInEitherOrder() {
    Write first = write(HERE, 0, 1, true);
    Write second = write(THERE, 10, 11, true);
    first.end(true, MILLISECONDS.toNanos(4), first.endNanos());
    second.end(true, MILLISECONDS.toNanos(6), second.endNanos());

    assertThat(read(ELSEWHERE, 10_000, 0)).isEqualTo(new Allowed(0, true));
    assertThat(read(THERE, 12, 0)).isEqualTo(new Allowed(0, true));

    second.end(true, MILLISECONDS.toNanos(5), second.endNanos());
    assertBroken(read(ELSEWHERE, 10_000, 0), Kind.STALE);
    assertBroken(read(THERE, 12, 0), Kind.OWN_WRITE);
  }

  @Test
  void writesOfOneInstanceAreInOrderHoweverWrongItsClock() {
    Write first = write(HERE, 0, 1, true);
    Write second = write(HERE, 2, 3, true);
    first.end(true, MILLISECONDS.toNanos(500), first.endNanos());
    second.end(true, MILLISECONDS.toNanos(500), second.endNanos());

    assertBroken(read(ELSEWHERE, 10_000, 0), Kind.STALE);
  }

  @Test
  void whatArrivesLateAtAServerThatForgotIsExcused() {
    write(HERE, 0, 500, false);
    write(THERE, 600, 601, true);
    history.serverForgot(MILLISECONDS.toNanos(700), MILLISECONDS.toNanos(701));

    assertThat(read(ELSEWHERE, 10_000, 0)).isEqualTo(new Allowed(0, true));
  }

  @Test
  void whatWasWrittenAfterTheServerForgotBinds() {
    write(HERE, 0, 500, false);
    history.serverForgot(MILLISECONDS.toNanos(550), MILLISECONDS.toNanos(551));
    write(THERE, 600, 601, true);

    assertBroken(read(ELSEWHERE, 10_000, 0), Kind.STALE);
  }

  @Test
  void whatWasAcknowledgedCanNotArriveLate() {
    write(HERE, 0, 500, true);
    write(THERE, 600, 601, true);
    history.serverForgot(MILLISECONDS.toNanos(700), MILLISECONDS.toNanos(701));

    assertBroken(read(ELSEWHERE, 10_000, 0), Kind.STALE);
  }

  @Test
  void nothingArrivesAfterTheLastMomentAtWhichRedisTakesIt() {
    write(HERE, 0, 500, false);
    write(THERE, 600, 601, true);
    long late = 501 + KeyHistory.LATEST_ARRIVAL.toMillis();
    history.serverForgot(MILLISECONDS.toNanos(late), MILLISECONDS.toNanos(late + 1));

    assertBroken(read(ELSEWHERE, late + 10_000, 0), Kind.STALE);
  }

  @Test
  void whatAReplicaMayNotHaveReceivedBindsNobody() {
    write(HERE, 0, 1, true);
    write(HERE, 500, 501, true);
    history.writesMayBeLost(MILLISECONDS.toNanos(400), MILLISECONDS.toNanos(600));

    assertThat(read(ELSEWHERE, 10_000, 0)).isEqualTo(new Allowed(0, true));
    assertThat(read(HERE, 502, 0)).isEqualTo(new Allowed(0, true));
  }

  @Test
  void whatWasOnItsWayWhenAPrimaryWasLostMayBeLostHoweverLateItsAcknowledgementIsHeard() {
    write(HERE, 0, 1, true);
    write(HERE, 500, 900, true);
    history.writesMayBeLost(MILLISECONDS.toNanos(400), MILLISECONDS.toNanos(600));

    assertThat(read(ELSEWHERE, 10_000, 0)).isEqualTo(new Allowed(0, true));
  }

  @Test
  void whatAReplicaHadReceivedBinds() {
    write(HERE, 0, 1, true);
    write(HERE, 300, 301, true);
    write(HERE, 500, 501, true);
    history.writesMayBeLost(MILLISECONDS.toNanos(400), MILLISECONDS.toNanos(600));

    assertBroken(read(ELSEWHERE, 10_000, 0), Kind.STALE);
    assertAllowed(read(ELSEWHERE, 10_000, 1));
  }

  @Test
  void whatIsWrittenAfterAReplicaTookOverBinds() {
    write(HERE, 0, 1, true);
    history.writesMayBeLost(MILLISECONDS.toNanos(400), MILLISECONDS.toNanos(600));
    write(HERE, 700, 701, true);

    assertBroken(read(ELSEWHERE, 10_000, 0), Kind.STALE);
  }

  @Test
  void whatWasNotAcknowledgedMayBeMadeUpForAndLostAfterwards() {
    write(HERE, 0, 1, true);
    write(HERE, 10, 11, false);
    history.writesMayBeLost(MILLISECONDS.toNanos(400), MILLISECONDS.toNanos(600));

    assertThat(read(HERE, 700, 0)).isEqualTo(new Allowed(0, true));
  }

  @Test
  void dropsWhatNobodyMayReadAndStillKnowsThatItIsOld() {
    long step = 10;
    for (int i = 0; i < 20_000; i++) {
      write(HERE, i * step, i * step + 1, true);
    }

    assertThat(history.size()).isBetween(5_900, 6_200); // a minute of them
    assertBroken(read(ELSEWHERE, 20_000 * step, 17), Kind.STALE);
    assertAllowed(read(ELSEWHERE, 20_000 * step, 19_999));
  }

  @Test
  void keepsWhatNothingAcknowledgedHasOvertaken() {
    write(HERE, 0, 1, true);
    for (int i = 1; i < 10_000; i++) {
      write(HERE, i * 10L, i * 10L + 1, false);
    }

    assertAllowed(read(ELSEWHERE, 100_000, 0));
  }
}
