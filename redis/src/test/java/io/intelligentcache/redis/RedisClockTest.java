package io.intelligentcache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Item;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RedisClockTest {
  private static final long REDIS_MICROS = 1_000_000_000_000_000L;

  private final FakeTime time = new FakeTime();
  private final RedisClock clock = new RedisClock(time);

  @Test
  void followsTheClockThatNeverJumps() {
    clock.start(REDIS_MICROS, time.nanos(), time.nanos());
    time.jumpWallClock(Duration.ofDays(1));
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS);
    time.advance(Duration.ofSeconds(2));
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS + 2_000_000);
  }

  @Test
  void translatesAnExpiryThereAndBack() {
    clock.start(REDIS_MICROS, time.nanos(), time.nanos());
    long local = time.epochMillis() + 5_000;
    long redis = clock.toRedis(local);
    assertThat(redis).isEqualTo(REDIS_MICROS / 1_000 + 5_000);
    assertThat(clock.toLocal(redis)).isEqualTo(local);
    time.jumpWallClock(Duration.ofHours(1));
    assertThat(clock.toLocal(redis)).isEqualTo(local + 3_600_000);
  }

  @Test
  void neverStaysNeverAndFarOffDoesNotOverflow() {
    clock.start(REDIS_MICROS, time.nanos(), time.nanos());
    assertThat(clock.toRedis(Item.NEVER)).isEqualTo(Item.NEVER);
    assertThat(clock.toLocal(Item.NEVER)).isEqualTo(Item.NEVER);
    assertThat(clock.toLocal(Item.NEVER - 1)).isEqualTo(Item.NEVER - 1);
    assertThat(clock.toRedis(Item.NEVER - 1)).isLessThan(Item.NEVER);
    assertThat(clock.toLocal(Long.MIN_VALUE)).isLessThan(0);
    assertThat(clock.remainingMillis(Long.MIN_VALUE)).isZero();
  }

  @Test
  void aSampleFromTheMiddleOfTheRoundTripIsTaken() {
    long sent = time.nanos();
    time.advance(Duration.ofMillis(10));
    clock.start(REDIS_MICROS, sent, time.nanos());
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS + 5_000);
  }

  @Test
  void goesForwardAtOnceButBackOnlySlowly() {
    clock.start(REDIS_MICROS, time.nanos(), time.nanos());
    time.advance(Duration.ofSeconds(1));
    clock.refresh(REDIS_MICROS + 9_000_000, time.nanos(), time.nanos());
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS + 9_000_000);
    time.advance(Duration.ofSeconds(1));
    clock.refresh(REDIS_MICROS, time.nanos(), time.nanos());
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS + 9_999_000);
    clock.start(REDIS_MICROS, time.nanos(), time.nanos());
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS);
  }

  @Test
  void keepsTheMoreExactOfTwoSamplesThatAgreeUntilItHasDrifted() {
    clock.start(REDIS_MICROS, time.nanos(), time.nanos());
    time.advance(Duration.ofSeconds(1));
    sampleOf20Millis(REDIS_MICROS + 1_000_000 + 9_000);
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS + 1_020_000);
    time.advance(Duration.ofSeconds(200)); // by now it may be wrong by more
    sampleOf20Millis(REDIS_MICROS + 201_020_000 + 19_000);
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS + 201_020_000 + 29_000);
  }

  private void sampleOf20Millis(long redisMicros) {
    long sent = time.nanos();
    time.advance(Duration.ofMillis(20));
    clock.refresh(redisMicros, sent, time.nanos());
  }
}
