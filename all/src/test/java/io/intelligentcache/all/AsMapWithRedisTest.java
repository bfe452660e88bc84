package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.GuavaMapTests;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** {@code asMap} with a Redis: Guava's tests of concurrent maps, and what another instance changes. */
final class AsMapWithRedisTest {
  private static final RedisServerProcess REDIS = RedisServerProcess.launch();
  private static final TieredCacheManager ONE = manager();
  private static final TieredCacheManager OTHER = manager();
  private static final ExecutorService THREADS = Executors.newFixedThreadPool(8);
  private final AtomicInteger caches = new AtomicInteger();

  private static TieredCacheManager manager() {
    return TieredCacheManager.builder().redis(Redis.at(REDIS.url())).build();
  }

  @AfterAll
  static void close() {
    THREADS.shutdown();
    ONE.close();
    OTHER.close();
    REDIS.close();
  }

  private ConcurrentMap<String, String> map() {
    return ONE.cache("c" + caches.incrementAndGet(), String.class, String.class).asMap();
  }

  @Test
  void itIsAConcurrentMap() {
    List<CompletableFuture<@Nullable String>> all = GuavaMapTests.of("with Redis", this::map)
        .map(test -> CompletableFuture.supplyAsync(() -> failureOf(test), THREADS))
        .toList();
    assertThat(all.stream().map(CompletableFuture::join).filter(Objects::nonNull))
        .isEmpty();
  }

  private static @Nullable String failureOf(GuavaMapTests.Case test) {
    try {
      test.run();
      return null;
    } catch (AssertionError failure) {
      return test.name() + ": " + failure;
    }
  }

  @Test
  void iteratesTheValuesOfOtherInstances() {
    ConcurrentMap<String, String> one =
        ONE.cache("c", String.class, String.class).asMap();
    ConcurrentMap<String, String> other =
        OTHER.cache("c", String.class, String.class).asMap();
    for (int i = 0; i < 1_000; i++) {
      one.put("k" + i, "1");
    }
    assertThat(one).hasSize(1_000).containsEntry("k999", "1");
    other.replaceAll((key, value) -> "2");
    assertThat(other).as("has none of them in memory").isEmpty();
    for (int i = 0; i < 1_000; i += 2) {
      other.put("k" + i, "2");
    }
    for (int i = 1; i < 1_000; i += 2) {
      other.remove("k" + i);
    }
    await()
        .untilAsserted(() -> assertThat(List.copyOf(one.values())).hasSize(500).containsOnly("2"));
  }
}
