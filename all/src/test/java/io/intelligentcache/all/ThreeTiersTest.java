package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheEntry;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.TierException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole cache with real files and a real Redis process. */
final class ThreeTiersTest {
  private static RedisServerProcess server;

  @TempDir
  Path directory;

  private String namespace = "";

  record Product(int id, String name, List<String> tags) {
    static Product of(int id) {
      return new Product(id, "product " + id + " ".repeat(id % 2_000), List.of("t" + id % 7));
    }
  }

  @BeforeAll
  static void startRedis() {
    server = RedisServerProcess.launch();
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @BeforeEach
  void ownNamespace() {
    namespace = "test" + System.nanoTime();
  }

  private TieredCacheManager.Builder disk(String name) {
    return TieredCacheManager.builder()
        .memory(Memory.ofBytes(200_000))
        .disk(Disk.at(directory.resolve(name)).maximumMegabytes(16))
        .multiTenant(true);
  }

  private Redis redis() {
    return Redis.at(server.url()).namespace(namespace).commandTimeout(Instance.PATIENCE);
  }

  private static TieredCacheManager connected(TieredCacheManager.Builder builder) {
    TieredCacheManager manager = builder.build();
    await().until(() -> available(manager));
    return manager;
  }

  private static boolean available(TieredCacheManager manager) {
    var redis = manager.stats().redis();
    return redis != null && redis.available();
  }

  private static TieredCache<Integer, Product> products(TieredCacheManager manager) {
    return manager.cache("products", Integer.class, Product.class);
  }

  @Test
  void everyTierAnswersWhatTheOneAboveDoesNotHave() {
    int keys = 2_000;
    try (var caches = connected(disk("a").redis(redis()))) {
      TieredCache<Integer, Product> products = products(caches);
      for (int id = 0; id < keys; id++) {
        products.put(id, Product.of(id));
      }
      for (int id = 0; id < keys; id++) {
        assertThat(products.get(id)).isEqualTo(Product.of(id));
      }
      CacheStats stats = products.stats();
      assertThat(stats.diskHits()).isPositive();
      assertThat(stats.hits()).isEqualTo(keys);
      assertThat(stats.compressionRatio()).isLessThan(0.9);
    }
    try (var caches = connected(disk("b").redis(redis()))) { // an empty disk
      TieredCache<Integer, Product> products = products(caches);
      Map<Integer, Product> all = new LinkedHashMap<>();
      for (int id = 0; id < keys; id++) {
        all.put(id, Product.of(id));
      }
      assertThat(products.getAll(all.keySet())).isEqualTo(all);
      assertThat(products.stats().redisHits()).isEqualTo(keys);
    }
  }

  @Test
  void aReopenedManagerFindsWhatWasThereWithoutRedis() {
    try (var caches = disk("a").build()) {
      for (int id = 0; id < 500; id++) {
        products(caches).put(id, Product.of(id));
      }
      products(caches).put(500, Product.of(500), EntryOptions.ttl(Duration.ofMillis(1)));
      products(caches).invalidate(7);
    }
    try (var caches = disk("a").build()) {
      for (int id = 0; id < 500; id++) {
        assertThat(products(caches).get(id)).isEqualTo(id == 7 ? null : Product.of(id));
      }
      assertThat(products(caches).get(500)).isNull();
      assertThat(products(caches).stats().diskHits()).isEqualTo(499);
    }
  }

  @Test
  void whatOneManagerPutsTheOtherGets() {
    try (var one = connected(TieredCacheManager.builder().redis(redis()));
        var other = connected(TieredCacheManager.builder().redis(redis()))) {
      products(one).put(1, Product.of(1));
      assertThat(products(other).get(1)).isEqualTo(Product.of(1));
      products(one).put(2, Product.of(2), EntryOptions.ttl(Duration.ofSeconds(4)));
      assertThat(products(other).get(2)).isEqualTo(Product.of(2));
      await().until(() -> products(other).get(2) == null);
    }
  }

  @Test
  void tenantsThatWereFreedAreFoundOnDiskAndInRedis() {
    int tenants = 400; // a quarter of them fit into memory
    try (var caches = connected(disk("a").redis(redis()));
        var other = connected(TieredCacheManager.builder().redis(redis()).multiTenant(true))) {
      TieredCache<Integer, Product> products = products(caches);
      for (int id = 0; id < tenants; id++) {
        products.tenant("t" + id).put(id, Product.of(id));
      }
      System.gc();
      for (int id = 0; id < tenants; id++) {
        assertThat(products.tenant("t" + id).get(id)).isEqualTo(Product.of(id));
      }
      assertThat(caches.stats().caches().diskHits()).isPositive();
      assertThat(caches.stats().caches().puts()).isEqualTo(tenants);
      for (int id = 0; id < tenants; id += 2) {
        products.tenant("t" + id).clear(); // most of them have no entry in memory
      }
      for (int id = 0; id < tenants; id++) {
        Product expected = id % 2 == 0 ? null : Product.of(id);
        assertThat(products.tenant("t" + id).get(id)).isEqualTo(expected);
        assertThat(products(other).tenant("t" + id).get(id)).isEqualTo(expected);
      }
      assertThat(caches.stats().memoryBytes()).isLessThanOrEqualTo(200_000);
    }
  }

  @Test
  void patternsAndClearsReachAllThreeTiersAndNobodyElse() {
    try (var caches = connected(disk("a").redis(redis()))) {
      TieredCache<String, String> names = caches.cache("names", String.class, String.class);
      TieredCache<String, String> tenant = names.tenant("a:*/..");
      for (int i = 0; i < 2_000; i++) {
        names.put("user:" + i, "x".repeat(200));
        tenant.put("user:" + i, "y".repeat(200));
      }
      names.invalidateMatching("user:[0-9]*[02468]$");
      for (int i = 0; i < 2_000; i++) {
        assertThat(names.get("user:" + i) == null).as("user:%d", i).isEqualTo(i % 2 == 0);
        assertThat(tenant.get("user:" + i)).isNotNull();
      }
      tenant.clear();
      for (int i = 0; i < 2_000; i++) {
        assertThat(tenant.get("user:" + i)).isNull();
        assertThat(names.get("user:" + i) == null).isEqualTo(i % 2 == 0);
      }
    }
  }

  @Test
  void redisKilledInTheMiddleFailsNoReadAndComesBack() throws Exception {
    try (var own = RedisServerProcess.launch();
        var caches = connected(disk("a")
            .redis(
                Redis.at(own.url()).namespace(namespace).commandTimeout(Duration.ofMillis(300))))) {
      TieredCache<Integer, Product> products = products(caches);
      for (int id = 0; id < 1_000; id++) {
        products.put(id, Product.of(id));
      }
      own.kill();
      for (int id = 0; id < 2_000; id++) {
        assertThat(products.get(id, Product::of)).isEqualTo(Product.of(id));
      }
      products.put(1, Product.of(7));
      products.invalidate(2);
      await().until(() -> !available(caches));
      own.start();
      await().until(() -> available(caches));
      // Redis never received it, and it is not sent again: a hit until Redis is asked, then a miss.
      assertThat(products.get(1)).isIn(Product.of(7), null);
      assertThat(products.get(2)).isNull();
      products.put(3, Product.of(3));
    }
  }

  @Test
  void aRedisThatIsNotThereIsNoErrorAtTheStart() {
    try (var caches = disk("a")
        .redis(Redis.at("redis://127.0.0.1:1").commandTimeout(Duration.ofMillis(100)))
        .build()) {
      assertThat(products(caches).get(1, Product::of)).isEqualTo(Product.of(1));
      assertThat(available(caches)).isFalse();
    }
  }

  @Test
  void aDirectoryThatCantBeUsedIsAClearErrorAndNothingStaysOpen() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "not a directory");
    assertThatThrownBy(() -> disk("file").build())
        .isInstanceOf(TierException.class)
        .hasMessageContaining(file.toString());
    try (var first = disk("shared").build()) {
      products(first).put(1, Product.of(1));
      assertThatThrownBy(() -> disk("shared").redis(redis()).build())
          .isInstanceOf(TierException.class)
          .hasMessageContaining("shared")
          .hasMessageContaining("already open in this process");
    }
    disk("shared").build().close();
  }

  @Test
  void aCacheIsOpenedAgainWithOtherTypesAndDestroyedForAllInstances() {
    try (var one = connected(disk("one").redis(redis()));
        var other = connected(disk("other").redis(redis()))) {
      TieredCache<String, Product> products = one.cache("c", String.class, Product.class);
      for (int i = 0; i < 50; i++) {
        products.put("k" + i, Product.of(i)).orThrow();
      }
      products.close();
      assertThat(one.stats().memoryBytes()).isZero();
      TieredCache<String, Product> again = one.cache("c", String.class, Product.class);
      assertThat(again.get("k7")).isEqualTo(Product.of(7));
      again.close();

      TieredCache<String, String> texts = one.cache("c", String.class, String.class);
      assertThat(texts.get("k7")).isNull();
      assertThat(texts.get("k8", key -> "a text")).isEqualTo("a text");
      texts.put("k9", "a text").orThrow();
      assertThat(texts.keys()).containsExactlyInAnyOrder("k8", "k9");
      await().untilAsserted(() -> {
        assertThat(texts.getAll(List.of("k8", "k9"))).hasSize(2); // confirms them, if needed
        assertThat(texts.entries().map(CacheEntry::key)).containsExactlyInAnyOrder("k8", "k9");
      });
      texts.close();

      TieredCache<String, Product> elsewhere = other.cache("c", String.class, Product.class);
      assertThat(elsewhere.get("k10")).isEqualTo(Product.of(10));
      one.cache("c", String.class, Product.class).destroy();
      await().until(() -> elsewhere.get("k10") == null);
      TieredCache<String, Product> empty = one.cache("c", String.class, Product.class);
      for (int i = 0; i < 50; i++) {
        assertThat(empty.get("k" + i)).isNull();
      }
      elsewhere.put("k10", Product.of(10)).orThrow();
      assertThat(empty.get("k10")).isEqualTo(Product.of(10));
    }
  }
}
