package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.TimeSource;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loaders on threads of the user's. */
final class LoaderExecutorTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final CacheSpec<Integer, String> SPEC = CacheSpec.of(Integer.class, String.class);

  @Test
  void anExecutorOfTheCacheComesBeforeTheManagers() {
    Executor managers = work -> new Thread(work, "managers").start();
    Executor caches = work -> new Thread(work, "caches").start();
    try (var manager = TieredCacheManager.builder().loaderExecutor(managers).build()) {
      Loader<Integer, String> name = key -> Thread.currentThread().getName();
      assertThat(manager.cache("a", SPEC).get(1, name)).isEqualTo("managers");
      assertThat(manager.cache("b", SPEC.loaderExecutor(caches)).get(1, name)).isEqualTo("caches");
    }
  }

  @Test
  void anExecutorThatRefusesIsALoadExceptionAndTheNextCallTriesAgain() {
    boolean[] full = {true};
    Executor moody = work -> {
      if (full[0]) {
        throw new RejectedExecutionException("full");
      }
      work.run();
    };
    try (var manager = TieredCacheManager.builder().build()) {
      TieredCache<Integer, String> cache = manager.cache("c", SPEC.loaderExecutor(moody));
      assertThatThrownBy(() -> cache.get(1, key -> "v"))
          .isInstanceOf(LoadException.class)
          .hasMessageContaining("too many loads");
      full[0] = false;
      assertThat(cache.get(1, key -> "v")).isEqualTo("v");
    }
  }

  @Test
  void virtualThreadsCarryAThousandLoadsThatWait() throws Exception {
    Method factory;
    try {
      factory = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
    } catch (NoSuchMethodException none) {
      assumeTrue(false, "this JDK has no virtual threads");
      return;
    }
    var all = new CountDownLatch(1_000);
    ExecutorService virtual = (ExecutorService) factory.invoke(null);
    try (var manager = TieredCacheManager.builder().build()) {
      TieredCache<Integer, String> cache = manager.cache("c", SPEC.loaderExecutor(virtual));
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int key = 0; key < 1_000; key++) {
        answers.add(cache.async().get(key, k -> {
          all.countDown();
          assertThat(all.await(30, TimeUnit.SECONDS)).isTrue(); // they all wait at the same time
          return "v" + k;
        }));
      }
      for (int key = 0; key < 1_000; key++) {
        assertThat(answers.get(key).get(30, TimeUnit.SECONDS)).isEqualTo("v" + key);
      }
    } finally {
      virtual.shutdownNow();
    }
  }

  /** Executors that do what an executor should not. */
  enum Misbehaviour {
    THROWS_AN_ERROR {
      @Override
      public void execute(Runnable task) {
        throw new OutOfMemoryError("unable to create native thread");
      }
    },
    THROWS {
      @Override
      public void execute(Runnable task) {
        throw new IllegalStateException("shut down");
      }
    },
    REFUSES {
      @Override
      public void execute(Runnable task) {
        throw new RejectedExecutionException("full");
      }
    },
    RUNS_IT_TOO_LATE {
      @Override
      public void execute(Runnable task) {
        KEPT.add(task);
      }
    };

    static final Queue<Runnable> KEPT = new ConcurrentLinkedQueue<>();

    abstract void execute(Runnable task);
  }

  @ParameterizedTest
  @EnumSource
  void whateverAnExecutorDoesInPlaceOfRunningItALoadEndsAndTheNextOneIsTried(
      Misbehaviour misbehaviour) {
    boolean[] well = {false};
    Executor moody = task -> {
      if (well[0]) {
        task.run();
      } else {
        misbehaviour.execute(task);
      }
    };
    Loader<Integer, String> bulk = Loader.bulk(keys -> Map.of(1, "v", 2, "v"));
    var runs = new AtomicInteger();
    for (boolean redis : List.of(false, true)) {
      well[0] = false;
      var scheduler = new FakeScheduler();
      var builder = TieredCacheManager.builder()
          .loadTimeout(Duration.ofMillis(200))
          .time(TimeSource.SYSTEM, scheduler);
      if (redis) {
        builder.redis(context -> new HeapTier(TimeSource.SYSTEM));
      }
      try (var manager = builder.build()) {
        TieredCache<Integer, String> cache = manager.cache("c", SPEC.loaderExecutor(moody));
        var tried = new AtomicBoolean();
        var passing = CompletableFuture.runAsync(
            () -> scheduler.advanceUntil(Duration.ofMillis(20), tried::get));
        assertThatThrownBy(() -> cache.get(1, key -> "v")).isInstanceOf(LoadException.class);
        assertThatThrownBy(() -> cache.getAll(List.of(1, 2), bulk))
            .isInstanceOf(LoadException.class);
        assertThat(cache.async().get(3, key -> "v"))
            .failsWithin(LONG)
            .withThrowableThat()
            .withCauseInstanceOf(LoadException.class);
        assertThat(cache.async().compute(4, (key, there) -> "v" + runs.incrementAndGet()))
            .failsWithin(LONG)
            .withThrowableThat()
            .withCauseInstanceOf(AtomicOperationException.class)
            .withMessageContaining("has changed nothing")
            .withMessageMatching(".*thread.*");
        Misbehaviour.KEPT.forEach(Runnable::run);
        assertThat(runs).as("whose caller has given up").hasValue(0);
        assertThat(cache.warm(List.of(5), key -> "v").failed()).isEqualTo(1);
        tried.set(true);
        passing.join();
        well[0] = true;
        EntryOptions patient = EntryOptions.defaults().with(Freshness.none().hardTimeout(LONG));
        assertThat(cache.get(1, key -> "v", patient)).isEqualTo("v");
        assertThat(cache.getAll(List.of(1, 2), bulk, patient)).hasSize(2);
        assertThat(cache.async().compute(4, (key, there) -> "v")).succeedsWithin(LONG);
      }
    }
  }

  @Test
  void anExecutorThatRunsATaskTwiceLoadsOnce() {
    var loads = new AtomicInteger();
    Executor twice = task -> {
      task.run();
      task.run();
    };
    try (var manager = TieredCacheManager.builder().loaderExecutor(twice).build()) {
      TieredCache<Integer, String> cache = manager.cache("c", SPEC);
      assertThat(cache.get(1, key -> "v" + loads.incrementAndGet())).isEqualTo("v1");
      assertThat(cache
              .async()
              .compute(2, (key, there) -> "v" + loads.incrementAndGet())
              .join())
          .isEqualTo("v2");
    }
  }

  @Test
  void anExecutorIsNeverCalledByAThreadThatOthersNeed() {
    var callers = new ConcurrentLinkedQueue<String>();
    Executor inPlace = task -> {
      callers.add(Thread.currentThread().getName());
      task.run();
    };
    try (var manager = TieredCacheManager.builder()
        .redis(context -> new HeapTier(TimeSource.SYSTEM))
        .loaderExecutor(inPlace)
        .build()) {
      TieredCache<Integer, String> cache = manager.cache("c", SPEC);
      for (int i = 0; i < 100; i++) {
        assertThat(cache.async().get(i, key -> "v").join()).isEqualTo("v");
        assertThat(cache.async().compute(1_000 + i, (key, there) -> "v").join()).isEqualTo("v");
      }
      cache.warm(List.of(2_000), key -> "v");
    }
    String caller = Thread.currentThread().getName(); // where the search had ended before
    assertThat(callers)
        .hasSize(201)
        .allMatch(name -> name.startsWith("icm-loader") || name.equals(caller));
  }
}
