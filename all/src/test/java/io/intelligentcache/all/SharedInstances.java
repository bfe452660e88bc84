package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.TieredCacheManager;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** The base of tests with instances that load and share one Redis. */
abstract class SharedInstances extends SharedRedis {
  /** Zero once a load {@link #holdOn waits}. */
  final CountDownLatch loading = new CountDownLatch(1);

  final CountDownLatch mayEnd = new CountDownLatch(1);

  @AfterEach
  final void letLoadsEnd() {
    mayEnd.countDown();
  }

  /** A part of loaders: waits until the test lets it end. */
  final void holdOn() throws InterruptedException {
    loading.countDown();
    assertThat(mayEnd.await(60, SECONDS)).isTrue();
  }

  private Instance instance(
      UnaryOperator<TieredCacheManager.Builder> settings,
      UnaryOperator<CacheSpec<String, String>> spec) {
    Instance instance =
        new Instance(server, namespace, directory.resolve("d" + instances.size()), settings, spec);
    instances.add(instance);
    return instance;
  }

  final Instance instance(UnaryOperator<CacheSpec<String, String>> spec) {
    return instance(builder -> builder, spec);
  }

  final Instance instance() {
    return instance(spec -> spec);
  }

  /** An instance whose leases last nearly as long as this timeout. */
  final Instance instance(Duration loadTimeout) {
    return instance(builder -> builder.loadTimeout(loadTimeout), spec -> spec);
  }

  /** See {@link Instance#calm}. */
  final Instance calm(UnaryOperator<CacheSpec<String, String>> spec) {
    return instance(Instance::calm, spec);
  }

  final Instance calm() {
    return calm(spec -> spec);
  }
}
