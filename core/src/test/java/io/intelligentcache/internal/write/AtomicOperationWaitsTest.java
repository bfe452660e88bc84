package io.intelligentcache.internal.write;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.AtomicOperationException;
import io.intelligentcache.CacheSpec;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What an atomic operation waits for, and for how long. Memory is the only tier here, so operations begin at once.
 */
@Timeout(
    value = 60,
    threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // time stands: a wait may not end
final class AtomicOperationWaitsTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** The time that an operation has left when a test lets its time limit run out. */
  private static final Duration REST = Duration.ofMillis(100);

  private static final Duration ALMOST_ALL = AtomicOperations.PATIENCE.minus(REST);

  private final FakeScheduler scheduler = new FakeScheduler();
  private final TieredCacheManager manager =
      TieredCacheManager.builder().time(TimeSource.SYSTEM, scheduler).build();
  private final TieredCache<String, Integer> cache =
      manager.cache("c", String.class, Integer.class);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
    manager.close();
  }

  private static Integer increment(String key, @Nullable Integer there) {
    return there == null ? 1 : there + 1;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  /** Called in the function of an operation: lets the operation begin its last round with little time left. */
  private void useUpPatience(String key, int value) {
    scheduler.advance(ALMOST_ALL);
    cache.put(key, value); // so that there is another round
  }

  /** Lets an operation's time limit pass when a thread waits for another operation. */
  private void letTheRestPassWhenWaiting(Thread waiter) {
    threads.execute(() -> {
      Awaitility.await().until(() -> waiter.getState() == Thread.State.WAITING);
      scheduler.advance(REST);
    });
  }

  @Test
  void anOperationOnAKeyThatOthersChangeAllTheTimeGivesUp() {
    var runs = new AtomicInteger();
    assertThatThrownBy(() -> cache.compute("k", (key, there) -> {
          if (runs.incrementAndGet() < 20) {
            scheduler.advance(AtomicOperations.PATIENCE.dividedBy(5));
            cache.put("k", 7);
          }
          return 1;
        }))
        .isInstanceOf(AtomicOperationException.class)
        .hasMessageContaining("has changed nothing");
    assertThat(runs).hasValue(5);
    assertThat(cache.get("k")).isEqualTo(7);
  }

  @Test
  void closingEndsAnOperationThatWaitsForOneThatHangs() {
    var never = new CompletableFuture<List<Lookup>>();
    var asked = new CountDownLatch(1);
    TieredCacheManager hanging = TieredCacheManager.builder()
        .disk(context -> new ForwardingTier(new HeapTier(context.time())) {
          @Override
          public boolean mayContain(TierKey key) {
            return true;
          }

          @Override
          public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
            asked.countDown();
            return never;
          }

          @Override
          public CompletableFuture<Lookup> get(TierKey key) {
            asked.countDown();
            return never.thenApply(lookups -> lookups.get(0));
          }
        })
        .time(TimeSource.SYSTEM, scheduler)
        .build();
    var async = hanging.cache("c", String.class, Integer.class).async();
    CompletableFuture<?> first = async.getAndPut("k", 1);
    await(asked);
    CompletableFuture<?> second = async.getAndPut("k", 2);
    hanging.close();
    assertThat(second)
        .failsWithin(LONG)
        .withThrowableThat()
        .withMessageContaining("closed"); // while it waited, or when it tried again
    assertThat(first).isNotDone();
  }

  @Test
  void whatAFunctionMakesTooLateChangesNothing() throws Exception {
    ExecutorService loaders = Executors.newSingleThreadExecutor();
    try {
      TieredCache<String, Integer> slow =
          manager.cache("slow", CacheSpec.of(String.class, Integer.class).loaderExecutor(loaders));
      var listening = new CountDownLatch(1);
      var last = new CountDownLatch(1);
      var tooLate = new CountDownLatch(1);
      var runs = new AtomicInteger();
      var told = new AtomicReference<String>();
      CompletableFuture<Integer> operation = slow.async().compute("k", (key, there) -> {
        if (runs.incrementAndGet() == 1) {
          await(listening);
          scheduler.advance(ALMOST_ALL);
          slow.put("k", 7);
        } else {
          last.countDown();
          await(tooLate);
        }
        return 1;
      });
      CompletableFuture<?> heard = operation.whenComplete(
          (made, failure) -> told.set(Thread.currentThread().getName()));
      listening.countDown();
      await(last);
      Awaitility.await().until(() -> scheduler.isDueWithin(REST)); // set after the function began
      scheduler.advance(REST.minusNanos(1));
      assertThat(operation).isNotDone();
      scheduler.advance(Duration.ofNanos(1));
      assertThat(heard)
          .failsWithin(LONG)
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(AtomicOperationException.class)
          .withMessageContaining("took too long");
      assertThat(told.get()).as("the timer and the steps are spared").startsWith("icm-callback");
      tooLate.countDown();
      loaders.submit(() -> {}).get(30, SECONDS); // after the function, and what might follow it
      assertThat(slow.get("k")).isEqualTo(7);
      assertThat(runs).hasValue(2);
    } finally {
      loaders.shutdownNow();
    }
  }

  @Test
  void whoWaitsForAnotherOperationGivesUpInTime() throws Exception {
    var otherHasBegun = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var first = new AtomicBoolean(true);
    List<CompletableFuture<Integer>> others = new CopyOnWriteArrayList<>();
    CompletableFuture<Integer> one = cache.async().compute("k", (key, there) -> {
      if (first.getAndSet(false)) {
        useUpPatience("k", 7);
        others.add(cache.async().compute("k", (same, seven) -> {
          otherHasBegun.countDown();
          await(mayEnd);
          return seven + 1;
        }));
      }
      return 1;
    });
    await(otherHasBegun);
    assertThat(one).isNotDone();
    Awaitility.await().until(() -> scheduler.isDueWithin(REST)); // it waits for the other
    scheduler.advance(REST);
    assertThat(one)
        .failsWithin(LONG)
        .withThrowableThat()
        .withCauseInstanceOf(AtomicOperationException.class)
        .withMessageContaining("did not succeed within 5 s");
    CompletableFuture<Integer> other = others.get(0);
    assertThat(other).as("whom it waited for").isNotDone();
    mayEnd.countDown();
    assertThat(other.get(30, SECONDS)).isEqualTo(8);
  }

  @Test
  void theFailureOfAnotherOperationIsNotOnes() throws Exception {
    var mayEnd = new CountDownLatch(1);
    CompletableFuture<Integer> failing = cache.async().compute("k", (key, there) -> {
      await(mayEnd);
      throw new IllegalStateException("no");
    });
    CompletableFuture<Integer> waiting = cache.async().getAndPut("k", 2);
    assertThat(waiting).isNotDone();
    mayEnd.countDown();
    assertThatThrownBy(failing::join).hasRootCauseMessage("no");
    assertThat(waiting.get(30, SECONDS)).isNull();
    assertThat(cache.get("k")).isEqualTo(2);
  }

  @Test
  void whereNoThreadIsLeftForAFunctionTheOperationFails() {
    TieredCache<String, Integer> full =
        manager.cache("full", CacheSpec.of(String.class, Integer.class).loaderExecutor(function -> {
          throw new RejectedExecutionException("full");
        }));
    assertThatThrownBy(() -> full.async().compute("k", (key, there) -> 1).join())
        .cause()
        .isInstanceOf(AtomicOperationException.class)
        .hasMessageContaining("waiting for a thread");
    assertThat(full.putIfAbsent("k", 2)).as("no flight is left").isNull();
  }

  @Test
  void everyRunOfTheFunctionIsInTheCallingThread() {
    List<Thread> ran = new ArrayList<>();
    cache.compute("k", (key, there) -> {
      ran.add(Thread.currentThread());
      if (ran.size() < 3) {
        cache.put("k", ran.size());
      }
      return 0;
    });
    assertThat(ran).containsOnly(Thread.currentThread()).hasSize(3);
  }

  @Test
  void anInterruptedCallerGetsItsAnswerAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    Integer made = cache.compute("k", AtomicOperationWaitsTest::increment);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(made).isEqualTo(1);
  }

  @Test
  void aFunctionMayUseAnotherKey() {
    assertThat(cache.compute("a", (a, none) -> increment(a, cache.compute("b", (b, there) -> 10))))
        .isEqualTo(11);
    assertThat(cache.get("b")).isEqualTo(10);
    assertThat(cache
            .async()
            .compute(
                "a",
                (a, there) -> increment(a, cache.compute("b", AtomicOperationWaitsTest::increment)))
            .join())
        .isEqualTo(12);
    assertThat(cache.get("b")).isEqualTo(11);
  }

  @Test
  void aLoaderMayUseAtomicOperationsEvenOfItsOwnKey() {
    assertThat(cache.get("k", key -> {
          cache.compute("other", AtomicOperationWaitsTest::increment);
          return cache.compute("k", (same, there) -> 5);
        }))
        .isEqualTo(5);
    assertThat(cache.get("other")).isEqualTo(1);
    assertThat(cache.get("k")).isEqualTo(5);
  }

  @Test
  void anOperationOnItsOwnKeyMakesAFunctionTooLateAndIsDoneAlone() {
    var first = new AtomicBoolean(true);
    assertThatThrownBy(() -> cache.compute("k", (key, there) -> {
          if (first.getAndSet(false)) {
            useUpPatience("k", 7);
          } else {
            letTheRestPassWhenWaiting(Thread.currentThread());
            cache.compute("k", AtomicOperationWaitsTest::increment);
          }
          return 100;
        }))
        .isInstanceOf(AtomicOperationException.class)
        .hasMessageContaining("took too long");
    assertThat(cache.get("k")).isEqualTo(8);
  }

  @Test
  void functionsThatWaitForEachOtherDoNotWaitForEver() throws Exception {
    var bothHaveBegun = new CyclicBarrier(2, () -> scheduler.advance(ALMOST_ALL));
    var inside = new CountDownLatch(1);
    var bothAreInside = new CyclicBarrier(2, inside::countDown);
    Future<Boolean> one =
        threads.submit(() -> isDoneCrosswise("a", "b", bothHaveBegun, bothAreInside));
    Future<Boolean> other =
        threads.submit(() -> isDoneCrosswise("b", "a", bothHaveBegun, bothAreInside));
    await(inside);
    scheduler.advanceUntil(REST, () -> one.isDone() && other.isDone());
    assertThat(List.of(one.get(), other.get()))
        .as("one of them at least must give way")
        .contains(false);
    assertThat(cache.getAndPut("a", 0)).isNotNull();
    assertThat(cache.getAndPut("b", 0)).isNotNull();
  }

  /**
   * Changes a key within the function of an operation on another key, while another thread does the same in the other
   * order. Returns whether that succeeded.
   */
  private boolean isDoneCrosswise(
      String outer, String inner, CyclicBarrier bothHaveBegun, CyclicBarrier bothAreInside) {
    var runs = new AtomicInteger();
    try {
      cache.compute(outer, (key, there) -> {
        try {
          switch (runs.incrementAndGet()) {
            case 1 -> {
              bothHaveBegun.await(30, SECONDS);
              cache.put(outer, 0); // so that there is another round, the last
            }
            case 2 -> {
              bothAreInside.await(30, SECONDS);
              cache.compute(inner, AtomicOperationWaitsTest::increment);
            }
            default -> throw new AssertionError("run " + runs);
          }
        } catch (Exception failure) {
          throw new AssertionError(failure);
        }
        return 1;
      });
      return true;
    } catch (AtomicOperationException givenUp) {
      return false;
    }
  }

  /** A key codec that stops the first thread that encodes a key. */
  private static final class Stopping implements KeyCodec<String> {
    private final AtomicBoolean first = new AtomicBoolean(true);
    private final CountDownLatch looked = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    @Override
    public String encode(String key) {
      if (first.getAndSet(false)) {
        looked.countDown();
        AtomicOperationWaitsTest.await(mayGoOn);
      }
      return key;
    }

    @Override
    public String decode(String text) {
      return text;
    }
  }

  @Test
  void anOperationWaitsForASweepOfItsKey() throws Exception {
    var sweeper = new Stopping();
    TieredCache<String, Integer> swept =
        manager.cache("swept", CacheSpec.of(String.class, Integer.class).keyCodec(sweeper));
    swept.put("k", 1);
    CompletableFuture<Long> sweep = swept.async().invalidateMatching("k");
    await(sweeper.looked);
    CompletableFuture<Integer> operation = swept.async().getAndPut("k", 2);
    CompletableFuture<Integer> unconcerned = swept.async().getAndPut("other", 2);
    assertThat(operation).isNotDone();
    assertThat(unconcerned).isCompleted();
    sweeper.mayGoOn.countDown();
    assertThat(sweep.get(30, SECONDS)).isEqualTo(1);
    assertThat(operation).as("its pause has not ended").isNotDone();
    scheduler.advance(Duration.ofMillis(1));
    assertThat(operation.get(30, SECONDS)).as("what was swept away").isNull();
    assertThat(swept.get("k")).isEqualTo(2);
  }
}
