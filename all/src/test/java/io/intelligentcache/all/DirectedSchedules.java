package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.Outage;
import io.intelligentcache.TieredCache;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.RedisServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The base of tests that run schedules over a real Redis and wait for each step. The staleness bound of
 * the instances is zero: an acknowledged change must be visible to the next read of every instance.
 */
abstract class DirectedSchedules {
  static final CacheSpec<String, String> STRICT =
      CacheSpec.of(String.class, String.class).outage(Outage.strict());

  private static Optional<ServerClock> clock;
  static RedisServerProcess server;
  static RawRedis redis;

  final String namespace = "test" + System.nanoTime();
  final AtomicReference<String> database = new AtomicReference<>("old");
  private final List<SteeredInstance> instances = new ArrayList<>();
  private final CountDownLatch loading = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  @BeforeAll
  static void launch(@TempDir Path directory) {
    clock = ServerClock.launch(directory);
    server = clock.map(ServerClock::server).orElseGet(RedisServerProcess::launch);
    redis = new RawRedis(server);
  }

  @AfterAll
  static void stop() {
    redis.close();
    clock.ifPresentOrElse(ServerClock::close, server::close);
  }

  @AfterEach
  void closeInstances() {
    mayEnd.countDown();
    instances.forEach(SteeredInstance::close);
    clock.ifPresent(moved -> moved.moveTo(Duration.ZERO));
  }

  /** Sets the clock of the server. If this machine does not support that, the test is skipped. */
  final void moveClock(Duration by) {
    assumeTrue(clock.isPresent(), "needs a C compiler, and a server that takes a preload");
    clock.orElseThrow().move(by);
  }

  final SteeredInstance instance() {
    return instance(Duration.ZERO);
  }

  final SteeredInstance instance(Duration delay) {
    SteeredInstance instance =
        new SteeredInstance(server, namespace, Duration.ZERO, SteeredInstance.PATIENCE, delay);
    instances.add(instance);
    return instance;
  }

  static TieredCache<String, String> cache(SteeredInstance instance) {
    return instance.manager.cache("c", STRICT);
  }

  /**
   * Begins to load a key. Returns when the loader has read the database; the loader
   * then waits for {@link #endLoad}.
   */
  final CompletableFuture<String> beginLoad(TieredCache<String, String> cache, String key)
      throws InterruptedException {
    CompletableFuture<String> load = cache.async().get(key, k -> held());
    awaitLoading();
    return load;
  }

  /** A loader: reads the database, then waits for {@link #endLoad}. */
  final String held() throws InterruptedException {
    String read = database.get();
    loading.countDown();
    mayEnd.await();
    return read;
  }

  final boolean isLoading() {
    return loading.getCount() == 0;
  }

  final void awaitLoading() throws InterruptedException {
    assertThat(loading.await(30, SECONDS)).isTrue();
  }

  /** Lets the loader return. This method returns when Redis has received the result. */
  final void endLoad(SteeredInstance instance, CompletableFuture<String> load) {
    mayEnd.countDown();
    join(load);
    cache(instance).get("another key"); // uses the same connection
  }

  static <T> T join(CompletableFuture<T> call) {
    return call.orTimeout(30, SECONDS).join();
  }

  /** Returns when the clock of Redis has advanced by more than the clock errors of the instances. */
  final void letClocksPass() {
    long errors = instances.stream()
        .mapToLong(instance -> instance.manager.stats().shared().clockErrorMicros())
        .sum();
    redis.letPass(50 + 2 * errors / 1_000);
  }

  /** Waits until a request that names a key is held. */
  final void awaitHeld(SteeredInstance instance, String key) {
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> instance.line.holds(SteeredLine.Way.REQUESTS)
            && instance.line.keeps(namespace + ":c::" + key));
  }

  /** Waits until all connected instances have asked for the time again, more than once. */
  static void awaitHeartbeats() {
    long before = calls("time");
    await().atMost(Duration.ofSeconds(30)).until(() -> calls("time") >= before + 8);
  }

  /** How often the server has run a command. */
  static long calls(String command) {
    return redis
        .commands()
        .info("commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_" + command + ":"))
        .mapToLong(line -> Long.parseLong(line.split("[=,]", 3)[1]))
        .sum();
  }
}
