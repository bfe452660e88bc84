package io.intelligentcache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.codec.Compression;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CacheConfigTest {
  @TempDir
  Path directory;

  private static CacheConfig config(String text) {
    var properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
    return CacheConfig.from(properties);
  }

  @Test
  void defaultsAreThoseOfTheDocs() {
    CacheConfig config = config("");
    assertThat(config.memory()).isEqualTo(new Memory(100_000_000, EvictionPolicy.LRU));
    assertThat(config.disk()).isNotNull();
    assertThat(config.disk().maximumBytes()).isEqualTo(1_000_000_000);
    assertThat(config.disk().directory()).isEqualTo(Path.of("cache_data"));
    assertThat(config.redis()).isNull();
    assertThat(config.compression()).isEqualTo(Compression.lz4());
    assertThat(config.defaultTtl()).isNull();
    assertThat(config.multiTenant()).isFalse();
  }

  @Test
  void readsEverySetting() {
    CacheConfig config = config("""
            l1.size = 64MiB
            eviction-policy = adaptive
            l2.size = 2GB
            cache-dir = /var/cache/shop
            l3.enabled = true
            l3.redis-url = redis://cache:6380/2
            staleness-bound = 500ms
            compression.threshold = 4KB
            default-ttl = 90m
            multi-tenant = true
            """);
    assertThat(config.memory()).isEqualTo(new Memory(64 << 20, EvictionPolicy.ADAPTIVE));
    assertThat(config.disk()).isNotNull();
    assertThat(config.disk().maximumBytes()).isEqualTo(2_000_000_000);
    assertThat(config.disk().directory()).isEqualTo(Path.of("/var/cache/shop"));
    assertThat(config.redis()).isNotNull().asString().contains("cache").contains("6380");
    assertThat(config.stalenessBound()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.compression()).isEqualTo(new Compression(4_000));
    assertThat(config.defaultTtl()).isEqualTo(Duration.ofMinutes(90));
    assertThat(config.multiTenant()).isTrue();
  }

  @Test
  void opensTheManagerThatTheBuilderWouldOpen() {
    String settings = "l1.size=1MB\ncache-dir=" + directory.resolve("cache") + "\nl2.size=8MB";
    try (TieredCacheManager caches = config(settings).open()) {
      TieredCache<String, String> names = caches.cache("names", String.class, String.class);
      names.put("k", "v");
      assertThat(names.get("k")).isEqualTo("v");
      assertThat(caches.stats().memoryCapacityBytes()).isEqualTo(1_000_000);
      assertThat(caches.stats().disk()).isNotNull();
    }
    assertThat(directory.resolve("cache")).isNotEmptyDirectory();
  }

  @Test
  void tiersCanBeSwitchedOff() {
    assertThat(config("l2.enabled=false").disk()).isNull();
    assertThat(config("l3.redis-url=redis://h").redis()).isNull();
    assertThat(config("compression.enabled=false").compression()).isEqualTo(Compression.none());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          l1.size=0                | at least 1 byte: 0
          l1.size=-1               | l1.size must be a size
          l1.size=12XB             | l1.size must be a size such as 4096, 64KB, 100MB or 1GiB: 12XB
          l1.size=99999999999GB    | l1.size
          l2.size=1                | l2.size: the disk cache's maximum must be
          eviction-policy=CLOCK    | eviction-policy must be one of LRU, LFU, ADAPTIVE: CLOCK
          multi-tenant=yes         | multi-tenant must be true or false: yes
          default-ttl=0s           | default-ttl must be positive: 0s
          default-ttl=1 fortnight  | default-ttl must be a duration
          staleness-bound=2h       | staleness-bound: the staleness bound must be 0 to PT1H: PT2H
          l3.enabled=true          | l3.redis-url must say where
          l3.redis-url=localhost   | l3.redis-url
          l4.size=1                | unknown settings [l4.size]; there are [
          compression.threshold=9GB| compression.threshold must be at most
          """)
  void refusesWhatCantWorkByName(String setting, String message) {
    assertThatThrownBy(() -> config(setting))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
