package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Found.State;
import io.intelligentcache.internal.Insides;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the waits for a load end: at their timeout, and not before. */
final class LoadTimeoutsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration SOFT = Duration.ofSeconds(1);
  private static final Duration TTL = Duration.ofMinutes(1);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final CacheSpec<String, String> SPEC = CacheSpec.of(String.class, String.class);

  private final FakeTime time = new FakeTime();
  private final FakeScheduler scheduler = new FakeScheduler();
  private final TieredCacheManager manager =
      TieredCacheManager.builder().loadTimeout(TIMEOUT).time(time, scheduler).build();
  private final CountDownLatch loading = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicBoolean interrupted = new AtomicBoolean();

  @AfterEach
  void close() {
    mayEnd.countDown();
    manager.close();
  }

  private String slow(String key) throws InterruptedException {
    loading.countDown();
    try {
      mayEnd.await();
    } catch (InterruptedException givenUp) {
      interrupted.set(true);
      throw givenUp;
    }
    return "loaded " + key;
  }

  private void awaitLoading() {
    await().until(() -> loading.getCount() == 0);
  }

  /** Lets a time pass, and returns how much of it had passed when a future was completed. */
  private Duration passed(Duration time, CompletableFuture<?> future) {
    long start = scheduler.nanos();
    var passed = future.handle((value, failure) -> Duration.ofNanos(scheduler.nanos() - start));
    scheduler.advanceUntil(time.dividedBy(10), () -> scheduler.nanos() - start == time.toNanos());
    assertThat(passed).succeedsWithin(LONG);
    return passed.join();
  }

  /** Asserts that a future fails after a delay and not before, with a message that contains this text. */
  private void assertFailsAfter(Duration delay, CompletableFuture<?> future, String message) {
    assertThat(passed(delay, future)).isEqualTo(delay);
    assertThat(future)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(LoadException.class)
        .withMessageContaining(message);
  }

  @Test
  void aCallerWaitsUntilTheTimeoutOfTheManager() {
    TieredCache<String, String> cache = manager.cache("c", SPEC);
    CompletableFuture<String> caller = cache.async().get("k", this::slow);
    awaitLoading();
    assertFailsAfter(TIMEOUT, caller, "loading key k took longer than PT5S");
  }

  @Test
  void aCallersOwnTimeoutEndsItsWaitOnly() {
    TieredCache<String, String> cache = manager.cache("c", SPEC);
    CompletableFuture<String> patient = cache.async().get("k", this::slow);
    awaitLoading();
    EntryOptions inHaste =
        EntryOptions.defaults().with(Freshness.none().hardTimeout(TIMEOUT.dividedBy(2)));
    CompletableFuture<String> hasty = cache.async().get("k", this::slow, inHaste);
    assertFailsAfter(TIMEOUT.dividedBy(2), hasty, "took longer than PT2.5S");
    assertThat(patient).isNotDone();
    mayEnd.countDown();
    assertThat(patient).succeedsWithin(LONG).isEqualTo("loaded k");
  }

  @Test
  void aLoadIsInterruptedAfterFourTimeouts() {
    TieredCache<String, String> cache = manager.cache("c", SPEC);
    CompletableFuture<?> load = Insides.startLoad(cache, "k", this::slow, TIMEOUT);
    awaitLoading();
    CompletableFuture<?> caller = cache.async().get("other", this::slow);
    assertFailsAfter(
        TIMEOUT, caller, "took longer"); // after what the load does at its first timeout
    assertFailsAfter(TIMEOUT.multipliedBy(3), load, "took longer than PT5S");
    await().untilTrue(interrupted);
  }

  @Test
  void aLoadThatHasNotBegunByTheTimeoutNeverBegins() {
    List<Runnable> given = new ArrayList<>();
    TieredCache<String, String> cache = manager.cache("c", SPEC.loaderExecutor(given::add));
    CompletableFuture<?> load = Insides.startLoad(cache, "k", this::slow, TIMEOUT);
    assertFailsAfter(TIMEOUT, load, "never began: it waited PT5S for its loaderExecutor");
    assertThat(given).hasSize(1);
    given.get(0).run();
    assertThat(loading.getCount()).isEqualTo(1);
  }

  @Test
  void theSoftTimeoutAnswersTheOldValueAndTheLoadGoesOn() {
    TieredCache<String, String> cache = manager.cache(
        "c", SPEC.ttl(TTL).freshness(Freshness.none().failSafe(TTL, SOFT).softTimeout(SOFT)));
    cache.put("k", "old");
    time.advance(TTL);
    CompletableFuture<Found<String>> caller =
        cache.async().lookup("k", this::slow, EntryOptions.defaults());
    awaitLoading();
    assertThat(passed(SOFT, caller)).isEqualTo(SOFT);
    assertThat(caller.join().value()).isEqualTo("old");
    assertThat(caller.join().state()).isEqualTo(State.STALE_AFTER_TIMEOUT);
    mayEnd.countDown();
    await().until(() -> "loaded k".equals(cache.get("k")));
  }

  @Test
  void closingTheManagerEndsTheWaitThoughNoTimePasses() {
    TieredCache<String, String> cache = manager.cache("c", SPEC);
    CompletableFuture<String> caller = cache.async().get("k", this::slow);
    awaitLoading();
    manager.close();
    assertThat(caller).failsWithin(LONG).withThrowableThat().withMessageContaining("closed");
  }
}
