package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Found.State;
import io.intelligentcache.internal.Insides;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a loader throws is the loader's failure, also if the cache itself knows that kind. */
final class LoadFailuresTest {
  private static final Duration TTL = Duration.ofMinutes(1);

  private final FakeTime time = new FakeTime();
  private final FakeScheduler scheduler = new FakeScheduler();
  private final TieredCacheManager manager =
      TieredCacheManager.builder().time(time, scheduler).build();
  private final TieredCache<String, String> cache = manager.cache(
      "c",
      CacheSpec.of(String.class, String.class)
          .ttl(TTL)
          .freshness(Freshness.none().failSafe(Duration.ofHours(1), Duration.ofSeconds(5))));

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Exception> failures() {
    return Stream.of(
        new TimeoutException("pool exhausted"),
        new CancellationException("cancelled by the driver"),
        new InterruptedException("the driver's thread"),
        new ExecutionException("the driver's", new TimeoutException("deep down")),
        new CompletionException("the driver's", new TimeoutException("deep down")),
        new LoadException("another cache", new TimeoutException("deep down")),
        LoadException.late("a load of another cache took longer"),
        new IllegalStateException("plain"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void isTheCauseThatCallersGet(Exception failure) {
    assertThatThrownBy(() -> cache.get("k", key -> {
          throw failure;
        }))
        .isInstanceOf(LoadException.class)
        .hasMessageStartingWith("the loader failed for key k: ")
        .hasMessageContaining(String.valueOf(failure.getMessage()))
        .hasCause(failure);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void ofAnAsynchronousOrBulkLoaderIsAFailureToo(Exception failure) {
    List<Loader<String, String>> loaders =
        List.of(Loader.async(key -> CompletableFuture.failedFuture(failure)), Loader.bulk(keys -> {
          throw failure;
        }));
    for (Loader<String, String> loader : loaders) {
      assertThatThrownBy(() -> cache.get("k", loader))
          .isInstanceOf(LoadException.class)
          .hasMessageStartingWith("the loader failed for key k: ");
      assertThatThrownBy(() -> cache.getAll(List.of("k"), loader))
          .isInstanceOf(LoadException.class)
          .hasMessageStartingWith("the loader failed for key k: ");
    }
  }

  /** Whether a loader is interrupted or cancelled when it is given up, it fails in its own way then. */
  @Test
  void aLoadThatIsGivenUpIsLateWhateverItsLoaderMakesOfThat() {
    var endless = new CountDownLatch(1);
    var begun = new CountDownLatch(10);
    List<Loader<String, String>> loaders = List.of(
        key -> {
          begun.countDown();
          endless.await();
          return "v";
        },
        Loader.async(key -> {
          begun.countDown();
          return new CompletableFuture<>();
        }));
    List<CompletableFuture<?>> loads = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      loads.add(Insides.startLoad(cache, "k" + i, loaders.get(i % 2), Duration.ofSeconds(1)));
    }
    await().until(() -> begun.getCount() == 0);
    scheduler.advanceUntil(
        Duration.ofSeconds(1), () -> loads.stream().allMatch(CompletableFuture::isDone));
    assertThat(loads)
        .allSatisfy(load -> assertThat(load)
            .failsWithin(Duration.ZERO)
            .withThrowableThat()
            .havingCause()
            .isInstanceOfSatisfying(
                LoadException.class, late -> assertThat(late.isLate()).isTrue()));
  }

  @Test
  void anAsynchronousLoaderMayFailByWhatCantBePrinted() {
    var unprintable = new Unprintable();
    var later = new CompletableFuture<String>();
    CompletableFuture<String> load = cache.async().get("k", Loader.async(key -> later));
    try {
      later.completeExceptionally(unprintable);
    } catch (IllegalStateException getMessage) {
      // The JDK asks for the text of what something follows on.
    }
    assertThat(load)
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableThat()
        .withMessageContaining("the loader failed for key k");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void makesAnOldValueStaleAfterAFailureNotAfterATimeout(Exception failure) {
    cache.put("k", "old");
    time.advance(TTL.multipliedBy(2));
    Found<String> found = cache.lookup(
        "k",
        key -> {
          throw failure;
        },
        EntryOptions.defaults());
    assertThat(found.state()).isEqualTo(State.STALE_AFTER_FAILURE);
    assertThat(found.value()).isEqualTo("old");
  }
}
