package io.intelligentcache.redis.internal.clock;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.settings.Retention;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class VersionsTest {
  private static final long REDIS_MICROS = 1_700_000_000_000_000L;

  private final FakeTime time = new FakeTime();
  private final RedisClock clock = new RedisClock(time);
  private final Epoch epoch = new Epoch(new KeyNames("icm"), true, Retention.DEFAULTS);
  private final ServerClock server = clock.add();
  private final Versions versions = new Versions(clock, epoch, 7);

  @Test
  void areTheTimeOfRedisButAlwaysGrow() {
    connect(REDIS_MICROS, Duration.ZERO);
    assertThat(versions.next()).isEqualTo(REDIS_MICROS);
    assertThat(versions.next()).isEqualTo(REDIS_MICROS + 1);
    time.advance(Duration.ofSeconds(1));
    assertThat(versions.next()).isEqualTo(REDIS_MICROS + 1_000_000);
    connect(REDIS_MICROS - 3_600_000_000L, Duration.ZERO); // restarted, its clock set back
    assertThat(versions.next()).isEqualTo(REDIS_MICROS + 1_000_001);
  }

  @Test
  void areGreaterInALaterEpochHoweverFarTheClockWasSetBack() {
    connect(REDIS_MICROS, Duration.ZERO);
    long before = versions.next();
    connect(REDIS_MICROS - 3_600_000_000L, Duration.ZERO);
    epoch.learn(1);
    assertThat(versions.next())
        .isGreaterThan(before)
        .isEqualTo(1L << Versions.EPOCH_SHIFT | REDIS_MICROS - 3_600_000_000L);
  }

  @Test
  void thatNobodyCanHaveDrawnAreNotFollowed() {
    connect(REDIS_MICROS, Duration.ZERO);
    long day = Duration.ofDays(1).toNanos() / 1_000;
    for (long impossible :
        new long[] {(1L << 62) - 1, 2L << Versions.EPOCH_SHIFT, REDIS_MICROS + day + (1L << 33)}) {
      assertThat(versions.isPossible(impossible)).as("%s", impossible).isFalse();
      versions.seen(impossible);
      assertThat(versions.next()).isLessThan(REDIS_MICROS + 10);
    }
    assertThat(versions.isPossible(REDIS_MICROS + day - (1L << 33))).isTrue();
    assertThat(versions.isPossible(1)).isTrue();
  }

  @Test
  void followAnEpochThatAnotherInstanceHasBegun() {
    connect(REDIS_MICROS, Duration.ZERO);
    long seen = 1L << Versions.EPOCH_SHIFT | REDIS_MICROS - 1_000_000;
    versions.seen(seen);
    assertThat(versions.next()).isGreaterThan(seen);
    assertThat(epoch.current()).isEqualTo(1);
  }

  @Test
  void ofTwoInstancesAreNeverEqual() {
    Version one = new Version(REDIS_MICROS, 7);
    Version other = new Version(REDIS_MICROS, -7); // writers are unsigned, as in the scripts
    assertThat(one).isLessThan(other).isNotEqualTo(other);
    assertThat(new Version(REDIS_MICROS + 1, 7)).isGreaterThan(other);
  }

  @Test
  void followWhatWasSeen() {
    connect(REDIS_MICROS, Duration.ZERO);
    versions.seen(REDIS_MICROS + 500);
    assertThat(versions.next()).isEqualTo(REDIS_MICROS + 501);
    versions.seen(REDIS_MICROS);
    assertThat(versions.next()).isEqualTo(REDIS_MICROS + 502);
  }

  @Test
  void ofRemovalsAreAheadByWhatTwoClocksMayBeWrong() {
    connect(REDIS_MICROS, Duration.ofMillis(2));
    long now = clock.micros();
    assertThat(clock.errorMicros()).isBetween(1_000L, 1_002L);
    assertThat(versions.nextOfRemoval()).isBetween(now + 2_000, now + 2_004);
    assertThat(versions.next()).isBetween(now + 2_001, now + 2_005);
  }

  @Test
  void butNotByMoreThanAMomentHoweverBadTheConnection() {
    connect(REDIS_MICROS, Duration.ofSeconds(5));
    assertThat(versions.nextOfRemoval()).isEqualTo(clock.micros() + 50_000);
  }

  @Test
  void drawnBeforeTheTimeIsKnownFindTheirPlaceLater() {
    time.advance(Duration.ofSeconds(1));
    long early = versions.next();
    assertThat(versions.settled(early)).isEqualTo(early);
    time.advance(Duration.ofSeconds(4));
    connect(REDIS_MICROS, Duration.ZERO);
    assertThat(versions.settled(early)).isEqualTo(REDIS_MICROS - 4_000_000);
    long later = versions.next();
    assertThat(later).isGreaterThan(early);
    assertThat(versions.settled(later)).isEqualTo(later);
  }

  private void connect(long redisMicros, Duration roundTrip) {
    long sent = time.nanos();
    time.advance(roundTrip);
    server.start(ServerClock.Sample.between(redisMicros, sent, time.nanos()));
  }
}
