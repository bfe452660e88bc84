package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.internal.concurrent.TimerThread;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The clocks and the scheduler that a test hands to the builder. */
final class ClocksTest {
  private static final EntryOptions SHORT = EntryOptions.ttl(Duration.ofMillis(1));

  private final FakeScheduler scheduler = new FakeScheduler();

  @Test
  void theRoughClockAdvancesWhileTheSchedulerStands() {
    var clocks = new CompletableFuture<TimeSource>();
    try (var manager = TieredCacheManager.builder()
        .time(TimeSource.SYSTEM, scheduler)
        .disk(context -> {
          clocks.complete(context.time());
          return new HeapTier(context.time());
        })
        .build()) {
      manager.cache("c", String.class, String.class).put("k", "v", SHORT);
      long before = clocks.join().roughNanos();
      await().until(() -> clocks.join().roughNanos() > before);
    }
  }

  @Test
  void clocksAloneBringBackTheSchedulerOfTheManager() {
    var builder = TieredCacheManager.builder().time(TimeSource.SYSTEM, scheduler);
    try (var manager = builder.time(new FakeTime()).build()) {
      manager.cache("c", String.class, String.class).put("k", "v", SHORT);
      assertThat(scheduler.pending()).isZero();
    }
  }

  @Test
  void managersMayShareASchedulerAndLeaveNothingInIt() {
    try (var timer = new TimerThread("t");
        var other = TieredCacheManager.builder().time(TimeSource.SYSTEM, timer).build()) {
      TieredCacheManager.builder().time(TimeSource.SYSTEM, timer).build().close();
      var ran = new CompletableFuture<Void>();
      var unused = timer.schedule(() -> ran.complete(null), 0);
      assertThat(ran).succeedsWithin(Duration.ofSeconds(10));
      assertThat(other.cache("c", String.class, String.class).get("k", key -> "v"))
          .isEqualTo("v");
    }
    var manager =
        TieredCacheManager.builder().time(TimeSource.SYSTEM, scheduler).build();
    manager.cache("c", String.class, String.class).put("k", "v", SHORT);
    assertThat(scheduler.pending()).isEqualTo(1);
    manager.close();
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  @SuppressWarnings("NullAway") // a missing argument is the point
  void aMissingClockChangesNothing() {
    var builder = TieredCacheManager.builder();
    assertThatNullPointerException().isThrownBy(() -> builder.time(null, scheduler));
    try (var manager = builder.build()) {
      manager.cache("c", String.class, String.class).put("k", "v", SHORT);
      assertThat(scheduler.pending()).isZero();
    }
  }
}
