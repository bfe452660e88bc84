package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.CacheSpec;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** Instances that load, on one Redis. */
abstract class SharedInstances extends SharedRedis {
  static final Duration LOAD_TIMEOUT = Duration.ofSeconds(3);

  /** Open once a load {@link #holdOn holds on}. */
  final CountDownLatch loading = new CountDownLatch(1);

  final CountDownLatch mayEnd = new CountDownLatch(1);

  @AfterEach
  final void letLoadsEnd() {
    mayEnd.countDown();
  }

  /** For loaders: lasts until the test lets it end. */
  final void holdOn() throws InterruptedException {
    loading.countDown();
    assertThat(mayEnd.await(30, SECONDS)).isTrue();
  }

  final Instance instance(UnaryOperator<CacheSpec<String, String>> spec) {
    Instance instance = new Instance(
        server,
        namespace,
        directory.resolve("d" + instances.size()),
        builder -> builder.loadTimeout(LOAD_TIMEOUT),
        spec);
    instances.add(instance);
    return instance;
  }

  final Instance instance() {
    return instance(spec -> spec);
  }
}
