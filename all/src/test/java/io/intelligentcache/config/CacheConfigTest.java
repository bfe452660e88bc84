package io.intelligentcache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.codec.Compression;
import io.intelligentcache.internal.setting.Settings;
import io.intelligentcache.redis.Redis;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(config.memory()).isEqualTo(new Memory(Memory.DEFAULT_BYTES, EvictionPolicy.LRU));
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
  void aCacheOfAnyTypesIsRefusedWhereAPropertySwitchesOnATierBelowMemory() {
    String redis = "l3.enabled=true\nl3.redis-url=redis://localhost:1\nl3.connect-timeout=1ms\n";
    String disk = "cache-dir=" + directory.resolve("cache") + "\nl2.size=8MB\n";
    for (String settings : List.of(disk, "l2.enabled=false\n" + redis, disk + redis)) {
      try (TieredCacheManager manager = config(settings).open()) {
        assertThatThrownBy(() -> manager.cache("c", Object.class, Object.class))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll("java.lang.Object", "CacheSpec.keyCodec", "memoryOnly()");
      }
    }
    try (TieredCacheManager manager = config("l2.enabled=false").open()) {
      TieredCache<Object, Object> cache = manager.cache("c", Object.class, Object.class);
      cache.put(List.of(1), directory);
      assertThat(cache.get(List.of(1))).isSameAs(directory);
    }
  }

  @Test
  void tiersCanBeSwitchedOff() {
    assertThat(config("l2.enabled=false").disk()).isNull();
    assertThat(config("l3.enabled=false\nl3.redis-url=redis://h").redis()).isNull();
    assertThat(config("compression.enabled=false").compression()).isEqualTo(Compression.none());
  }

  /**
   * Otherwise the application would run without Redis, and this would show
   * only when two instances differ.
   */
  @Test
  void whatRedisIsLikeIsRefusedUntilItIsSaidWhetherThereIsRedis() {
    for (String setting : List.of("l3.redis-url=redis://h", "l3.namespace=shop")) {
      assertThatThrownBy(() -> config(setting))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(
              setting.substring(0, setting.indexOf('=')), "l3.enabled", "true");
    }
  }

  @Test
  void sizesAndDurationsAreReadInAllTheirUnits() {
    for (String size : List.of(
        "2000000000000",
        "2_000_000_000_000",
        "2TB",
        " 2 tb ",
        "2000GB",
        "2000000MB",
        "2000000000KB")) {
      assertThat(config("l2.size=" + size).disk())
          .asString()
          .contains("maximumBytes=2000000000000");
    }
    for (String size :
        List.of("1TiB", "1024GiB", "1048576mib", "1073741824KiB", "1099511627776B")) {
      assertThat(config("l2.size=" + size).disk())
          .asString()
          .contains("maximumBytes=1099511627776");
    }
    for (String time : List.of(
        "1h30m", "1h 30m", "90m", "5400s", "5_400_000ms", "1h29m59s1000ms", "PT1H30M", "pt90m")) {
      assertThat(config("default-ttl=" + time).defaultTtl()).isEqualTo(Duration.ofMinutes(90));
    }
    assertThat(config("default-ttl=2d").defaultTtl()).isEqualTo(Duration.ofDays(2));
    assertThat(config("staleness-bound=0s").stalenessBound()).isEqualTo(Duration.ZERO);
    assertThat(config("multi-tenant=TRUE").multiTenant()).isTrue();
  }

  @Test
  void theDefaultsOfThePropertiesCount() {
    var defaults = new Properties();
    defaults.setProperty("l1.size", "2MB");
    defaults.setProperty("default-ttl", "1h");
    var properties = new Properties(defaults);
    properties.setProperty("default-ttl", "none");
    assertThat(CacheConfig.from(properties).memory().bytes()).isEqualTo(2_000_000);
    assertThat(CacheConfig.from(properties).defaultTtl()).isNull();

    properties.put("l1.size", 3_000_000); // getProperty would return 2MB
    assertThatThrownBy(() -> CacheConfig.from(properties)).hasMessageContaining("l1.size");
    defaults.put("l1.size", 3_000_000);
    assertThatThrownBy(() -> CacheConfig.from(new Properties(defaults)))
        .hasMessageContaining("l1.size");
    defaults.clear();
    defaults.put("l1.sise", "2MB");
    assertThatThrownBy(() -> CacheConfig.from(new Properties(defaults)))
        .hasMessageContaining("l1.sise");
    defaults.clear();
    defaults.put(1, "2MB");
    assertThatThrownBy(() -> CacheConfig.from(defaults)).hasMessageContaining("1 is of");
    assertThatThrownBy(() -> CacheConfig.from(new Properties(defaults)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be a String");
  }

  @Test
  void clustersAndSentinelsTakeSeveralUrls() {
    String urls = "l3.enabled=true\nl3.redis-url=redis://:p%2Cw@a, redis://b:7000";
    assertThat(config(urls + "\nl3.cluster=true").redis())
        .hasToString(Redis.cluster("redis://:p%2Cw@a", "redis://b:7000").toString());
    assertThat(
            config(urls + "\nl3.sentinel-primary=main\nl3.sentinel-password=x").redis())
        .hasToString(Redis.sentinel("main", "redis://:p%2Cw@a", "redis://b:7000")
            .sentinelCredentials("", "x")
            .toString());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          l3.enabled=true                                | l3.redis-url (Redis.at) must say where
          l3.enabled=true;l3.redis-url=none              | l3.redis-url (Redis.at) must say where
          l3.enabled=false;l3.redis-url=nowhere          | l3.redis-url
          l3.redis-url=redis://a,redis://b               | l3.enabled
          l3.enabled=true;l3.redis-url=redis://a,redis://b | must be one URL, unless l3.cluster
          l3.enabled=true;l3.redis-url=redis://a,b       | is not a server's address
          l3.enabled=true;l3.redis-url=redis://a/1;l3.cluster=true | must have database 0
          l3.enabled=true;l3.redis-url=redis://a;l3.cluster=true;l3.sentinel-primary=m | l3.sentinel-primary
          l3.enabled=true;l3.redis-url=redis://a;l3.sentinel-user=u | l3.sentinel-primary
          l3.enabled=true;l3.redis-url=redis://a;l3.sentinel-password=p | l3.sentinel-primary
          l3.enabled=true;l3.redis-url=redis://a;l3.sentinel-primary=m;l3.sentinel-user=u | l3.sentinel-password
          l4.size=1                                      | unknown setting l4.size, did you mean l1.size or l2.size?
          l1_size=1                                      | did you mean l1.size?
          redis-url=redis://a                            | did you mean l3.redis-url?
          defaultTtl=1h                                  | did you mean default-ttl?
          Multi-Tenant=true                              | did you mean multi-tenant?
          hibernate.dialect=x                            | unknown setting hibernate.dialect; the settings are [l1.size,
          warming.enabled=true                           | unknown setting warming.enabled
          """)
  void refusesWhatCantWorkByName(String settings, String message) {
    assertThatThrownBy(() -> config(settings.replace(";", "\n")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "l3.redis-url=redis://me:hush@host:0",
        "l3.redis-url=http://me:hush@host",
        "l3.redis-url=redis://host?password=hush",
        "l3.redis-url=redis://me:hush@a,redis://b",
        "l3.redis-url=redis://me:hush@a\nl3.sentinel-primary=",
        "l3.redis-url=redis://me:hush@a,redis://me:other@b\nl3.cluster=true",
        "l3.redis-url=redis://a\nl3.sentinel-password=hush",
      })
  void noRefusalShowsAPassword(String settings) {
    assertThatThrownBy(() -> config("l3.enabled=true\n" + settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("l3.")
        .hasMessageNotContainingAny("hush");
  }

  @Test
  void noRefusalShowsASecretThatIsNoString() {
    for (String name : List.of("l3.redis-url", "l3.sentinel-password")) {
      var properties = new Properties();
      properties.put(name, URI.create("redis://:hush@host"));
      assertThatThrownBy(() -> CacheConfig.from(properties))
          .hasMessageContainingAll(name, "java.net.URI")
          .hasMessageNotContainingAny("hush");
    }
    assertThat(Settings.SENTINEL_PASSWORD.refusal("hush")).hasMessageNotContainingAny("hush");
  }

  @Test
  void itsTextShowsWhatIsSetButNoPassword() {
    assertThat(config("""
            l1.size=5MB
            l3.enabled=true
            l3.redis-url=redis://me:hush@host
            l3.sentinel-primary=main
            l3.sentinel-password=quiet
            load-timeout=7s
            """))
        .asString()
        .contains("5000000", "cache_data", "me:***", "main", "load-timeout=PT7S")
        .doesNotContain("hush", "quiet");
  }
}
