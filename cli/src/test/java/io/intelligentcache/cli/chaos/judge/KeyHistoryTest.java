package io.intelligentcache.cli.chaos.judge;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.cli.chaos.judge.Verdict.Allowed;
import io.intelligentcache.cli.chaos.judge.Verdict.Broken;
import io.intelligentcache.cli.chaos.judge.Verdict.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Right histories, and one wrong history of each kind. Times are milliseconds. */
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
    return read(life, start, number, Heard.NOTHING);
  }

  private Verdict read(int life, long start, long number, Heard heard) {
    return history.judge(new Read(
        life, MILLISECONDS.toNanos(start), MILLISECONDS.toNanos(start + 1), number, heard));
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

    assertAllowed(read(ELSEWHERE, 100, 0));
    assertAllowed(read(ELSEWHERE, 100, 1));
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

    assertThat(history.size()).isBetween(5_900, 6_200); // the writes of one minute
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

  @Test
  void allAgreeOnWritesThatOverlapOnceTheBoundIsOver() {
    write(HERE, 0, 20, true);
    write(THERE, 10, 15, true);

    assertAllowed(read(HERE, 10_000, 0));
    assertAllowed(read(THERE, 10_001, 0));
    assertBroken(read(THERE, 10_002, 1), Kind.DISAGREED);
  }

  @Test
  void allAgreeOnWritesThatTheClocksCanNotTellApart() {
    Write early = history.begin(HERE, true, 0);
    early.end(true, MILLISECONDS.toNanos(20), MILLISECONDS.toNanos(1));
    Write late = history.begin(THERE, true, MILLISECONDS.toNanos(2));
    late.end(true, MILLISECONDS.toNanos(20), MILLISECONDS.toNanos(3));

    assertThat(read(ELSEWHERE, 1_000, 0)).isEqualTo(new Allowed(0, true));
    assertBroken(read(HERE, 1_000, 1), Kind.DISAGREED);
  }

  @Test
  void aWriteThatWasNotAcknowledgedMayTakeEffectLate() {
    write(HERE, 0, 20, true);
    write(THERE, 10, 15, false);

    assertAllowed(read(HERE, 10_000, 0));
    assertAllowed(read(HERE, 10_001, 1));
  }

  @Test
  void whatAPrimaryLostShowsNoOrder() {
    write(HERE, 480, 520, true);
    write(THERE, 490, 500, true);
    assertAllowed(read(HERE, 700, 1));
    history.writesMayBeLost(MILLISECONDS.toNanos(400), MILLISECONDS.toNanos(800));

    assertAllowed(read(HERE, 1_000, 0));
  }

  @Test
  void whatAnInstanceHasHeardToBeOldIsNotAnsweredHoweverLongTheBound() {
    var history = new KeyHistory(new Rules(Duration.ofMinutes(1), Duration.ZERO, true));
    history.begin(HERE, true, 0).end(true, 0, MILLISECONDS.toNanos(1));
    history.begin(HERE, true, MILLISECONDS.toNanos(10)).end(true, 0, MILLISECONDS.toNanos(20));
    var before = new Heard(0, MILLISECONDS.toNanos(20));
    var sinceThen = new Heard(MILLISECONDS.toNanos(11), MILLISECONDS.toNanos(21));
    var all = new Heard(0, MILLISECONDS.toNanos(21));

    assertAllowed(history.judge(
        new Read(THERE, MILLISECONDS.toNanos(30), MILLISECONDS.toNanos(31), 0, before)));
    assertAllowed(history.judge(
        new Read(THERE, MILLISECONDS.toNanos(30), MILLISECONDS.toNanos(31), 0, sinceThen)));
    assertBroken(
        history.judge(new Read(THERE, MILLISECONDS.toNanos(30), MILLISECONDS.toNanos(31), 0, all)),
        Kind.HEARD);
  }

  @Test
  void aRemovalOfManyKeysNeedNotBeHeard() {
    var history = new KeyHistory(new Rules(Duration.ofMinutes(1), Duration.ZERO, true));
    history.begin(HERE, true, 0).end(true, 0, MILLISECONDS.toNanos(1));
    Write sweep = history.begin(HERE, false, MILLISECONDS.toNanos(10));
    sweep.belongsToSweep();
    sweep.end(true, 0, MILLISECONDS.toNanos(20));

    long now = MILLISECONDS.toNanos(30);
    assertAllowed(history.judge(new Read(THERE, now, now, 0, new Heard(0, now))));
  }

  @Test
  void aValueIsNotAnsweredAfterItsTimeToLive() {
    history.begin(HERE, true, 0, MILLISECONDS.toNanos(500)).end(true, 0, MILLISECONDS.toNanos(10));

    assertAllowed(read(THERE, 510, 0));
    assertBroken(read(THERE, 511, 0), Kind.EXPIRED);
  }

  @Test
  void noExpiryIsJudgedThatTheClockOfRedisMayHaveMoved() {
    history.begin(HERE, true, 0, MILLISECONDS.toNanos(500)).end(true, 0, MILLISECONDS.toNanos(10));
    history.clockJumped(MILLISECONDS.toNanos(300), MILLISECONDS.toNanos(400));

    assertAllowed(read(THERE, 1_000, 0));
  }

  @Test
  void whatHasNoBoundMayBeAnyWriteThereWas() {
    var history = new KeyHistory(new Rules(Duration.ofNanos(Long.MAX_VALUE), Duration.ZERO, false));
    for (int i = 0; i < 10_000; i++) {
      history
          .begin(HERE, true, MILLISECONDS.toNanos(i * 10L))
          .end(true, 0, MILLISECONDS.toNanos(i * 10L + 1));
    }

    long now = MILLISECONDS.toNanos(100_000);
    assertAllowed(history.judge(new Read(THERE, now, now, 17, new Heard(0, now))));
  }
}
