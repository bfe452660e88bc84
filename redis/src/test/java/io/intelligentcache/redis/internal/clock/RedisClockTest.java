package io.intelligentcache.redis.internal.clock;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.internal.clock.ServerClock.Sample;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RedisClockTest {
  private static final long REDIS_MICROS = 1_000_000_000_000_000L;

  private final FakeTime time = new FakeTime();
  private final RedisClock clock = new RedisClock(time);
  private final ServerClock server = clock.add();

  @Test
  void translatesAnExpiryThereAndBack() {
    server.start(Sample.between(REDIS_MICROS, time.nanos(), time.nanos()));
    long local = time.epochMillis() + 5_000;
    long redis = clock.toRedis(local);
    assertThat(redis).isEqualTo(REDIS_MICROS / 1_000 + 5_000);
    assertThat(clock.toLocal(redis)).isEqualTo(local);
    time.jumpWallClock(Duration.ofHours(1));
    assertThat(clock.toLocal(redis)).isEqualTo(local + 3_600_000);
  }

  /** The milliseconds of two clocks begin at different instants. */
  @Test
  void anExpiryThatIsConvertedToAndFroStays() {
    long[] now = {0};
    RedisClock halfAMilliAhead = new RedisClock(new TimeSource() {
      @Override
      public long nanos() {
        return now[0];
      }

      @Override
      public long epochMillis() {
        return REDIS_MICROS / 1_000 + now[0] / 1_000_000;
      }
    });
    halfAMilliAhead.add().start(Sample.between(REDIS_MICROS + 500, 0, 0));
    long expiry = halfAMilliAhead.toRedis(REDIS_MICROS / 1_000 + 60_000);
    long kept = expiry;
    for (int i = 0; i < 1_000; i++) {
      now[0] = i * 1_000_000L + 300_000;
      long local = halfAMilliAhead.toLocal(kept);
      now[0] += 400_000;
      kept = halfAMilliAhead.toRedis(local);
    }
    assertThat(kept).isEqualTo(expiry);
  }

  @Test
  void neverStaysNeverAndFarOffDoesNotOverflow() {
    server.start(Sample.between(REDIS_MICROS, time.nanos(), time.nanos()));
    assertThat(clock.toRedis(Item.NEVER)).isEqualTo(Item.NEVER);
    assertThat(clock.toLocal(Item.NEVER)).isEqualTo(Item.NEVER);
    assertThat(clock.toLocal(Item.NEVER - 1)).isEqualTo(Item.NEVER - 1);
    assertThat(clock.toRedis(Item.NEVER - 1)).isLessThan(Item.NEVER);
    assertThat(clock.toLocal(Long.MIN_VALUE)).isLessThan(0);
    assertThat(clock.remainingMillis(Long.MIN_VALUE)).isZero();
  }

  @Test
  void isTheClockOfTheServerThatIsAhead() {
    ServerClock other = clock.add();
    assertThat(clock.known()).isFalse();
    other.start(Sample.between(REDIS_MICROS, time.nanos(), time.nanos()));
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS);
    server.start(Sample.between(REDIS_MICROS + 30_000, time.nanos(), time.nanos()));
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS + 30_000);
    clock.remove(server);
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS);
  }

  @Test
  void goesOnWhenTheLastServerIsGoneUntilTheNextOneIsKnown() {
    server.start(Sample.between(REDIS_MICROS, time.nanos(), time.nanos()));
    clock.remove(server);
    time.advance(Duration.ofSeconds(1));
    ServerClock next = clock.add();
    assertThat(clock.known()).isTrue();
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS + 1_000_000);
    next.start(Sample.between(REDIS_MICROS - 5, time.nanos(), time.nanos()));
    assertThat(clock.micros()).isEqualTo(REDIS_MICROS - 5);
  }
}
