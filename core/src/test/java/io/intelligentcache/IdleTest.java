package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Entries that leave because nobody reads them. */
final class IdleTest {
  private static final Duration IDLE = Duration.ofMinutes(16);
  private static final Duration STEP = Duration.ofMinutes(1);

  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private final HeapTier redis = new HeapTier(time);
  private final TieredCacheManager manager =
      TieredCacheManager.builder().time(time).build();

  @AfterEach
  void close() {
    manager.close();
  }

  private static CacheSpec<String, String> spec() {
    return CacheSpec.of(String.class, String.class).freshness(Freshness.none().timeToIdle(IDLE));
  }

  @Test
  void whatIsReadInTimeStaysAndWhatIsNotLeaves() {
    TieredCache<String, String> cache = manager.cache("c", spec());
    cache.put("read", "v");
    cache.put("unread", "v");
    for (int i = 0; i < 100; i++) {
      time.advance(IDLE.minus(STEP));
      assertThat(cache.get("read")).as("round %d", i).isEqualTo("v");
    }
    assertThat(cache.get("unread")).isNull();
    time.advance(IDLE);
    assertThat(cache.get("read")).isNull();
    assertThat(cache.stats().expirations()).isEqualTo(2);
    assertThat(cache.stats().entries()).isZero();
  }

  @Test
  void aReadWithinAStepOfTheLastIsNotNotedAndTheEntryLeavesSoMuchEarlier() {
    TieredCache<String, String> cache = manager.cache("c", spec());
    cache.put("k", "v");
    time.advance(STEP.minusNanos(1));
    assertThat(cache.get("k")).isEqualTo("v");
    time.advance(IDLE.minus(STEP));
    assertThat(cache.get("k")).as("within").isEqualTo("v");
    time.advance(IDLE.minusNanos(1));
    assertThat(cache.get("k")).as("the last read was noted").isEqualTo("v");
  }

  @Test
  void readsDoNotProlongTheTtl() {
    TieredCache<String, String> cache = manager.cache("c", spec().ttl(Duration.ofMinutes(30)));
    cache.put("k", "v");
    time.advance(Duration.ofMinutes(15));
    assertThat(cache.get("k")).isEqualTo("v");
    time.advance(Duration.ofMinutes(15).minusNanos(1));
    assertThat(cache.get("k")).isEqualTo("v");
    time.advance(Duration.ofNanos(1));
    assertThat(cache.get("k")).isNull();
  }

  /** Below memory reads leave no trace: idle time counts from the write. */
  @Test
  void noTierKeepsWhatWasIdleForLonger() {
    try (var tiers = TieredCacheManager.builder()
        .disk(context -> disk)
        .redis(context -> redis)
        .time(time)
        .build()) {
      TieredCache<String, String> cache = tiers.cache("c", spec());
      cache.put("k", "v");
      cache.put("demoted", "v");
      tiers.resizeMemory(1);
      time.advance(IDLE.minus(Duration.ofMillis(2)));
      assertThat(cache.get("demoted")).isEqualTo("v");
      time.advance(Duration.ofMillis(2));
      assertThat(cache.get("k")).isNull();
      assertThat(cache.get("demoted")).isNull();
    }
  }
}
