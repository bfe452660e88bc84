package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheEntry;
import io.intelligentcache.CacheTier;
import io.intelligentcache.Effort;
import io.intelligentcache.ListingException;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.stats.TierUsage;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The keys and bytes of a cache and its tenants in each tier, with real files and a real Redis. */
@ExtendWith(Effort.class)
final class TierKeysOfThreeTiersTest {
  private static final int KEYS_ON_DISK = Effort.of(100_000, 1_000_000, "keys on disk");

  @TempDir
  Path directory;

  private final RedisServerProcess server = RedisServerProcess.launch();
  private final FaultProxy network = FaultProxy.before(server.port());
  private final RawRedis redis = new RawRedis(server);

  @AfterEach
  void stop() {
    redis.close();
    network.close();
    server.close();
  }

  private TieredCacheManager open() {
    TieredCacheManager manager = TieredCacheManager.builder()
        .memory(Memory.ofBytes(10_000_000))
        .disk(Disk.at(directory).maximumMegabytes(64))
        .redis(Redis.at(network.url()).commandTimeout(Instance.PATIENCE))
        .multiTenant(true)
        .build();
    await().until(() -> manager.health().ready());
    return manager;
  }

  private static Map<String, String> values(String prefix, int count) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < count; i++) {
      values.put(prefix + i, "value " + i);
    }
    return values;
  }

  @Test
  void eachTierIsCountedForEachTenantAlone() {
    Map<String, String> own = values("own", 2_500);
    Map<String, String> acmes = values("acme", 40);
    try (var manager = open()) {
      TieredCache<String, String> cache = manager.cache("c", String.class, String.class);
      cache.putAll(own);
      cache.tenant("acme").putAll(acmes);
      cache.tenant("globex").put("k", "v");
      manager.cache("other", String.class, String.class).put("k", "v");
      cache.close(); // its entries are written to disk
    }
    try (var manager = open()) {
      TieredCache<String, String> cache = manager.cache("c", String.class, String.class);
      TieredCache<String, String> acme = cache.tenant("acme");
      for (CacheTier below : new CacheTier[] {CacheTier.DISK, CacheTier.REDIS}) {
        assertThat(new HashSet<>(cache.keys(below).toList())).isEqualTo(own.keySet());
        assertThat(acme.keys(below)).containsExactlyInAnyOrderElementsOf(acmes.keySet());
        assertThat(
                cache.entries(below).filter(entry -> !own.get(entry.key()).equals(entry.value())))
            .isEmpty();
        assertThat(acme.entries(below)
                .collect(Collectors.toMap(CacheEntry::key, CacheEntry::value, (one, same) -> one)))
            .isEqualTo(acmes);
        assertThat(cache.tenant("globex").usage(below).entries()).isEqualTo(1);
        assertThat(cache.tenant("none").usage(below).entries()).isZero();
      }
      assertThat(cache.usage(CacheTier.MEMORY).entries()).isZero();
      assertThat(cache.stats().requests()).isZero();
      TierUsage inRedis = acme.usage(CacheTier.REDIS);
      assertThat(inRedis.entries()).isEqualTo(40);
      assertThat(inRedis.bytes())
          .isEqualTo(redis.commands().keys("icm:c:acme:*").stream()
              .mapToLong(name -> name.length() + redis.commands().strlen(name))
              .sum());
      assertThat(acme.usage(CacheTier.DISK).bytes()).isBetween(40 * 50L, 40 * 200L);
      acme.invalidate("acme1");
      cache.invalidateMatching("own1.*");
      assertThat(acme.usage(CacheTier.REDIS).entries()).isEqualTo(39);
      assertThat(acme.keys(CacheTier.DISK)).hasSize(39).doesNotContain("acme1");
      assertThat(cache.keys(CacheTier.REDIS)).noneMatch(key -> key.startsWith("own1"));
      assertThat(cache.keys(CacheTier.DISK)).noneMatch(key -> key.startsWith("own1"));
      acme.clear();
      assertThat(acme.keys(CacheTier.REDIS)).isEmpty();
      assertThat(acme.usage(CacheTier.DISK).bytes()).isZero();
    }
  }

  @Test
  void whenRedisIsCutDuringAListingItEndsWithAnExceptionAndNotAsIfAllWereListed() {
    Map<String, String> values = values("k", 5_000);
    try (var manager = open()) {
      TieredCache<String, String> cache = manager.cache("c", String.class, String.class);
      cache.putAll(values);
      Iterator<String> keys = cache.keys(CacheTier.REDIS).iterator();
      keys.next();
      network.refuse();
      network.cut();
      assertThatThrownBy(() -> keys.forEachRemaining(key -> {}))
          .isInstanceOf(ListingException.class)
          .hasMessageContaining("cache c in the Redis tier can't be listed");
      await().until(() -> !manager.health().connected());
      assertThatThrownBy(() -> cache.usage(CacheTier.REDIS))
          .isInstanceOf(ListingException.class)
          .hasMessageContaining("is not connected");
      network.heal();
      await().until(() -> manager.health().connected());
      assertThat(new HashSet<>(cache.keys(CacheTier.REDIS).toList())).isEqualTo(values.keySet());
    }
  }

  @Test
  void veryManyKeysOnDiskAreListedWithoutKeepingThem() {
    try (var manager = TieredCacheManager.builder()
        .memory(Memory.ofBytes(1_000_000))
        .disk(Disk.at(directory).maximumMegabytes(1_000))
        .build()) {
      TieredCache<Integer, String> cache = manager.cache("c", Integer.class, String.class);
      Map<Integer, String> some = new HashMap<>();
      for (int i = 0; i < KEYS_ON_DISK; i++) {
        some.put(i, "v");
        if (some.size() == 10_000) {
          cache.putAll(some);
          some.clear();
        }
      }
      cache.close();
      TieredCache<Integer, String> again = manager.cache("c", Integer.class, String.class);
      long entries = again.usage(CacheTier.DISK).entries();
      assertThat(entries).isBetween(KEYS_ON_DISK / 10L, (long) KEYS_ON_DISK);
      BitSet seen = new BitSet();
      Runtime heap = Runtime.getRuntime();
      long[] most = {0};
      heap.gc();
      long before = heap.totalMemory() - heap.freeMemory();
      int[] count = {0};
      again.keys(CacheTier.DISK).forEach(key -> {
        assertThat(seen.get(key)).isFalse();
        seen.set(key);
        if (++count[0] % (KEYS_ON_DISK / 20) == 0) {
          heap.gc();
          most[0] = Math.max(most[0], heap.totalMemory() - heap.freeMemory() - before);
        }
      });
      assertThat(count[0]).isEqualTo((int) entries);
      assertThat(most[0]).isLessThan(4_000_000); // a million boxed keys would take 16 MB
    }
  }
}
