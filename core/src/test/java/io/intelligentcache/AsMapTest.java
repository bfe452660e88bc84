package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.TimeSource;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code asMap}: Guava's tests of concurrent maps, in memory and with a disk. */
final class AsMapTest {
  private static final TieredCacheManager IN_MEMORY =
      TieredCacheManager.builder().build();
  private static final TieredCacheManager ON_DISK = TieredCacheManager.builder()
      .disk(context -> new HeapTier(TimeSource.SYSTEM))
      .build();
  private static final AtomicInteger CACHES = new AtomicInteger();

  @AfterAll
  static void close() {
    IN_MEMORY.close();
    ON_DISK.close();
  }

  private static ConcurrentMap<String, String> map(TieredCacheManager manager) {
    return manager
        .cache("c" + CACHES.incrementAndGet(), String.class, String.class)
        .asMap();
  }

  @TestFactory
  Stream<DynamicTest> inMemoryItIsAConcurrentMap() {
    return guavaTests("in memory", IN_MEMORY);
  }

  @TestFactory
  Stream<DynamicTest> withADiskItIsAConcurrentMap() {
    return guavaTests("with a disk", ON_DISK);
  }

  private static Stream<DynamicTest> guavaTests(String name, TieredCacheManager manager) {
    return GuavaMapTests.of(name, () -> map(manager))
        .map(test -> DynamicTest.dynamicTest(test.name(), test::run));
  }

  @Test
  void readsAndWritesTheCache() {
    TieredCache<String, String> cache = IN_MEMORY.cache(
        "own loader", CacheSpec.of(String.class, String.class).loader(key -> "loaded"));
    ConcurrentMap<String, String> map = cache.asMap();
    assertThat(map.get("k")).as("nothing is loaded").isNull();
    assertThat(map.put("k", "1")).isNull();
    assertThat(cache.get("k")).isEqualTo("1");
    assertThat(map.merge("k", "2", String::concat)).isEqualTo("12");
    assertThat(cache.get("k")).isEqualTo("12");
    for (Map.Entry<String, String> entry : map.entrySet()) {
      entry.setValue("set");
    }
    assertThat(cache.get("k")).isEqualTo("set");
    Iterator<String> keys = map.keySet().iterator();
    assertThat(keys.next()).isEqualTo("k");
    keys.remove();
    assertThat(cache.getIfPresent("k")).isNull();
    assertThatThrownBy(keys::remove).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void findsWhatIsOnlyOnDiskByItsKey() {
    TieredCache<String, String> cache = ON_DISK.cache("below", String.class, String.class);
    ConcurrentMap<String, String> map = cache.asMap();
    map.put("k", "v");
    ON_DISK.resizeMemory(1);
    try {
      assertThat(map).as("iterates what is in memory").isEmpty();
      assertThat(map.get("k")).isEqualTo("v");
      assertThat(map.containsKey("k")).isTrue();
      assertThat(map.remove("k")).isEqualTo("v");
      assertThat(map.containsKey("k")).isFalse();
      map.put("k", "v");
      assertThat(map.keySet().contains("k")).isTrue();
      assertThat(map.keySet().remove("k")).isTrue();
      assertThat(cache.getIfPresent("k")).isNull();
    } finally {
      ON_DISK.resizeMemory(64 << 20);
    }
  }
}
