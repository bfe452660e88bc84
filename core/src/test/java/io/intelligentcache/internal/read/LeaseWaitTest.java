package io.intelligentcache.internal.read;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.SharedHeapTier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long an instance waits for the load of another instance. */
final class LeaseWaitTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(4);
  private static final Duration WAIT = TIMEOUT.dividedBy(4).multipliedBy(3);

  private final FakeTime time = new FakeTime();
  private final FakeScheduler scheduler = new FakeScheduler();
  private final List<TierKey> claims = new CopyOnWriteArrayList<>();
  private final AtomicLong loadedAt = new AtomicLong();
  private Changes changes = Changes.IGNORED;

  private final TieredCacheManager manager = TieredCacheManager.builder()
      .redis(context -> {
        changes = context.changes();
        changes.receivedUntil(time.nanos());
        return new LeasedElsewhere();
      })
      .loadTimeout(TIMEOUT)
      .time(time, scheduler)
      .build();
  private final TieredCache<String, String> cache = manager.cache("c", String.class, String.class);

  @AfterEach
  void close() {
    manager.close();
  }

  /** A tier in which another instance has the lease of every key. */
  private final class LeasedElsewhere extends SharedHeapTier {
    LeasedElsewhere() {
      super(new HeapTier(time));
    }

    @Override
    public CompletableFuture<Claim> claim(
        TierKey key, Duration life, Version known, Version unreadable) {
      claims.add(key);
      return completedFuture(new Claim.Held());
    }
  }

  private String load(String key) {
    loadedAt.set(scheduler.nanos());
    return "own";
  }

  private void assertLoadsWhenItHasWaited(CompletableFuture<String> answer) {
    scheduler.advanceUntil(WAIT.dividedBy(30), () -> scheduler.nanos() >= WAIT.toNanos());
    // The wait may be a little longer, if the time advanced while its end was being set.
    scheduler.advanceUntil(Duration.ofMillis(5), answer::isDone);
    assertThat(answer).isCompletedWithValue("own");
    assertThat(Duration.ofNanos(loadedAt.get())).isBetween(WAIT, TIMEOUT);
  }

  @Test
  void afterThreeQuartersOfTheTimeoutAnInstanceLoadsForItself() {
    var answer = cache.async().get("k", this::load);
    await().until(() -> claims.size() == 1);
    assertLoadsWhenItHasWaited(answer);
  }

  @Test
  void aChangeOfTheKeyEndsTheWaitAndIsNoReasonToWaitForLonger() {
    var answer = cache.async().get("k", this::load);
    await().until(() -> claims.size() == 1);
    scheduler.advance(WAIT.dividedBy(2));
    changes.changed(claims.get(0));
    await().until(() -> claims.size() == 2);
    assertLoadsWhenItHasWaited(answer);
  }
}
