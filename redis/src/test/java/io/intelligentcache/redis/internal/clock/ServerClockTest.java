package io.intelligentcache.redis.internal.clock;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.internal.clock.ServerClock.Sample;
import io.intelligentcache.tier.FakeTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ServerClockTest {
  private static final long REDIS_MICROS = 1_000_000_000_000_000L;

  private final FakeTime time = new FakeTime();
  private final ServerClock clock = new ServerClock(time);

  @Test
  void followsTheClockThatNeverJumps() {
    clock.start(Sample.between(REDIS_MICROS, time.nanos(), time.nanos()));
    time.jumpWallClock(Duration.ofDays(1));
    assertThat(clock.microsAt(time.nanos())).isEqualTo(REDIS_MICROS);
    time.advance(Duration.ofSeconds(2));
    assertThat(clock.microsAt(time.nanos())).isEqualTo(REDIS_MICROS + 2_000_000);
  }

  @Test
  void aSampleFromTheMiddleOfTheRoundTripIsTaken() {
    long sent = time.nanos();
    time.advance(Duration.ofMillis(10));
    clock.start(Sample.between(REDIS_MICROS, sent, time.nanos()));
    assertThat(clock.microsAt(time.nanos())).isEqualTo(REDIS_MICROS + 5_000);
  }

  @Test
  void goesForwardAtOnceButBackOnlySlowly() {
    clock.start(Sample.between(REDIS_MICROS, time.nanos(), time.nanos()));
    time.advance(Duration.ofSeconds(1));
    clock.refresh(REDIS_MICROS + 9_000_000, time.nanos(), time.nanos());
    assertThat(clock.microsAt(time.nanos())).isEqualTo(REDIS_MICROS + 9_000_000);
    time.advance(Duration.ofSeconds(1));
    clock.refresh(REDIS_MICROS + 9_950_000, time.nanos(), time.nanos());
    assertThat(clock.microsAt(time.nanos())).isEqualTo(REDIS_MICROS + 9_999_000);
    clock.start(Sample.between(REDIS_MICROS, time.nanos(), time.nanos()));
    assertThat(clock.microsAt(time.nanos())).isEqualTo(REDIS_MICROS);
  }

  @Test
  void believesAtOnceThatTheClockOfTheServerWasSetBack() {
    clock.start(Sample.between(REDIS_MICROS, time.nanos(), time.nanos()));
    time.advance(Duration.ofSeconds(1));
    clock.refresh(REDIS_MICROS - 60_000_000, time.nanos(), time.nanos());
    assertThat(clock.microsAt(time.nanos())).isEqualTo(REDIS_MICROS - 60_000_000);
  }

  @Test
  void aSampleThatTookLongDoesNotShowThatTheClockWasSetBack() {
    clock.start(Sample.between(REDIS_MICROS, time.nanos(), time.nanos()));
    long sent = time.nanos();
    time.advance(Duration.ofSeconds(10)); // the answer is delayed on its way back
    clock.refresh(REDIS_MICROS, sent, time.nanos());
    assertThat(clock.microsAt(time.nanos()))
        .isBetween(REDIS_MICROS + 9_000_000, REDIS_MICROS + 10_000_000);
  }

  @Test
  void keepsTheMoreExactOfTwoSamplesThatAgreeUntilItHasDrifted() {
    clock.start(Sample.between(REDIS_MICROS, time.nanos(), time.nanos()));
    time.advance(Duration.ofSeconds(1));
    sampleOf20Millis(REDIS_MICROS + 1_000_000 + 9_000);
    assertThat(clock.microsAt(time.nanos())).isEqualTo(REDIS_MICROS + 1_020_000);
    time.advance(Duration.ofSeconds(200)); // its error has grown
    sampleOf20Millis(REDIS_MICROS + 201_020_000 + 19_000);
    assertThat(clock.microsAt(time.nanos())).isEqualTo(REDIS_MICROS + 201_020_000 + 29_000);
  }

  private void sampleOf20Millis(long redisMicros) {
    long sent = time.nanos();
    time.advance(Duration.ofMillis(20));
    clock.refresh(redisMicros, sent, time.nanos());
  }
}
