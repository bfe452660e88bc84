package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Loaders on threads of the user's. */
final class LoaderExecutorTest {
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
}
