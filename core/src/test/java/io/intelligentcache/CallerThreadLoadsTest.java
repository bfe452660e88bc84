package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loaders that run in the thread of the caller, with what is bound to that thread. */
final class CallerThreadLoadsTest {
  private static final EntryOptions HERE = EntryOptions.defaults().loadInCallersThread();

  private final FakeScheduler scheduler = new FakeScheduler();
  private final TieredCacheManager inMemory =
      TieredCacheManager.builder().time(new FakeTime(), scheduler).build();
  private final TieredCacheManager onDisk = TieredCacheManager.builder()
      .disk(context -> new HeapTier(TimeSource.SYSTEM))
      .build();
  private final CountDownLatch loading = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  @AfterEach
  void close() {
    mayEnd.countDown();
    inMemory.close();
    onDisk.close();
  }

  private TieredCache<String, String> cache(boolean withDisk) {
    return (withDisk ? onDisk : inMemory).cache("c", String.class, String.class);
  }

  private String slowly(String value) throws InterruptedException {
    loading.countDown();
    mayEnd.await();
    return value;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLoaderFindsWhatIsBoundToTheThread(boolean withDisk) {
    TieredCache<String, String> cache = cache(withDisk);
    var bound = new ThreadLocal<String>();
    bound.set("context");
    assertThat(cache.get("a", key -> bound.get(), HERE)).isEqualTo("context");
    assertThat(cache.lookup("b", key -> bound.get(), HERE).value()).isEqualTo("context");
    assertThat(cache.getAll(List.of("c", "d"), key -> bound.get(), HERE))
        .isEqualTo(Map.of("c", "context", "d", "context"));
    assertThat(cache.getAll(
            List.of("e", "f"),
            Loader.bulk(keys -> Map.of("e", bound.get(), "f", bound.get())),
            HERE))
        .hasSize(2);
    assertThat(cache.get("a")).as("stored").isEqualTo("context");
    assertThat(cache.stats().loads()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void othersShareTheLoad(boolean withDisk) throws Exception {
    TieredCache<String, String> cache = cache(withDisk);
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(() -> cache.get("k", key -> slowly("v"), HERE));
    loading.await();
    CompletableFuture<String> second = cache.async().get("k", key -> "not called");
    CompletableFuture<String> third =
        CompletableFuture.supplyAsync(() -> cache.get("k", key -> "not called", HERE));
    await().until(() -> cache.stats().coalesced() == 2);
    mayEnd.countDown();
    assertThat(first.join()).isEqualTo("v");
    assertThat(second.join()).isEqualTo("v");
    assertThat(third.join()).isEqualTo("v");
  }

  @Test
  void theLoadHasNoTimeoutAndOthersHaveTheirs() throws Exception {
    TieredCache<String, String> cache = cache(false);
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(() -> cache.get("k", key -> slowly("v"), HERE));
    loading.await();
    CompletableFuture<String> other = cache.async().get("k", key -> "not called");
    await().until(() -> scheduler.isDueWithin(Duration.ofSeconds(5)));
    scheduler.advance(Duration.ofHours(1));
    assertThatThrownBy(other::join).hasCauseInstanceOf(LoadException.class);
    mayEnd.countDown();
    assertThat(first.join()).isEqualTo("v");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLoaderThatIsInterruptedFailsItsLoadAndLeavesNothingBehind(boolean withDisk)
      throws Exception {
    TieredCache<String, String> cache = cache(withDisk);
    var failure = new AtomicReference<Throwable>();
    var caller = new Thread(() -> {
      try {
        cache.get("k", key -> slowly("v"), HERE);
      } catch (Throwable thrown) {
        failure.set(thrown);
      }
    });
    caller.start();
    loading.await();
    caller.interrupt();
    caller.join();
    assertThat(failure.get())
        .isInstanceOf(LoadException.class)
        .hasRootCauseInstanceOf(InterruptedException.class);
    assertThat(cache.get("k", key -> "later", HERE)).isEqualTo("later");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCallerThatWasInterruptedBeforeLeavesThatToItsLoader(boolean withDisk) {
    TieredCache<String, String> cache = cache(withDisk);
    Thread.currentThread().interrupt();
    assertThat(cache.get(
            "k", key -> Thread.currentThread().isInterrupted() ? "interrupted" : "not", HERE))
        .isEqualTo("interrupted");
    assertThat(Thread.interrupted()).as("and the caller sees it too").isTrue();
  }

  @Test
  void aLoaderMayReadOtherKeysInItsThread() {
    TieredCache<String, String> cache = cache(true);
    Thread caller = Thread.currentThread();
    assertThat(cache.get(
            "a",
            key -> cache.get("b", inner -> Thread.currentThread() == caller ? "same" : "other"),
            HERE))
        .isEqualTo("same");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLoaderOfABulkReadMayReadAnotherOfItsKeys(boolean withDisk) {
    TieredCache<String, String> cache = cache(withDisk);
    Loader<String, String> loader =
        key -> key.equals("root") ? "of " + cache.get("child", inner -> "child", HERE) : key;
    assertThat(cache.getAll(List.of("root", "child"), loader, HERE))
        .isEqualTo(Map.of("root", "of child", "child", "child"));
  }

  @Test
  void callersThatWaitForEachOtherEndAtTheirTimeouts() throws Exception {
    try (var manager =
        TieredCacheManager.builder().loadTimeout(Duration.ofMillis(200)).build()) {
      TieredCache<String, String> cache = manager.cache("c", String.class, String.class);
      var both = new CyclicBarrier(2);
      List<CompletableFuture<String>> calls = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        String mine = "k" + i;
        String others = "k" + (1 - i);
        calls.add(CompletableFuture.supplyAsync(
            () -> cache.get(
                mine,
                key -> {
                  both.await();
                  return cache.get(others, inner -> "v", HERE);
                },
                HERE),
            task -> new Thread(task).start()));
      }
      await().until(() -> calls.stream().allMatch(CompletableFuture::isDone));
      assertThat(calls).anyMatch(CompletableFuture::isCompletedExceptionally);
    }
  }

  @Test
  void anInterruptEndsTheWaitForAnotherCallersLoad() throws Exception {
    TieredCache<String, String> cache = cache(false);
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(() -> cache.get("k", key -> slowly("v"), HERE));
    loading.await();
    var failure = new AtomicReference<Throwable>();
    var waiter = new Thread(() -> {
      try {
        cache.get("k", key -> "not called", HERE);
      } catch (Throwable thrown) {
        failure.set(thrown);
      }
    });
    waiter.start();
    await().until(() -> cache.stats().coalesced() == 1);
    waiter.interrupt();
    waiter.join();
    assertThat(failure.get()).isInstanceOf(LoadException.class);
    mayEnd.countDown();
    assertThat(first.join()).isEqualTo("v");
  }

  @Test
  void anAsynchronousReadRefusesIt() {
    assertThatThrownBy(() -> cache(false).async().get("k", key -> "v", HERE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an asynchronous read does not load in its caller's thread: "
            + "EntryOptions[loaded in the caller's thread]");
  }

  @Test
  void aReadThatMemoryDecidesCompletesAtOnce() {
    TieredCache<String, String> cache = inMemory.cache(
        "known",
        CacheSpec.of(String.class, String.class)
            .freshness(Freshness.none().absenceTtl(Duration.ofMinutes(1))));
    cache.put("hit", "v");
    assertThat(cache.get("absent", key -> null)).isNull();
    for (int i = 0; i < 400; i++) {
      assertThat(cache.async().get("hit")).isCompletedWithValue("v");
      assertThat(cache.async().get("absent")).isCompletedWithValue(null);
      assertThat(cache.async().get("miss" + i)).isCompletedWithValue(null);
      assertThat(cache.async().getIfPresent("miss" + i)).isCompletedWithValue(null);
      assertThat(cache.async().lookup("miss" + i)).isCompleted();
      assertThat(cache.async().peek("miss" + i)).isCompleted();
      assertThat(cache.async().getAll(List.of("hit", "miss" + i))).isCompleted();
    }
  }
}
