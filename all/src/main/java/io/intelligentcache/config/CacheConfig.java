package io.intelligentcache.config;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.codec.Compression;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.redis.Redis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a manager, as they stand in a properties file.
 *
 * <pre>
 * l1.size=100MB
 * eviction-policy=ADAPTIVE
 * l2.size=1GB
 * cache-dir=/var/cache/shop
 * l3.enabled=true
 * l3.redis-url=redis://localhost:6379
 * default-ttl=1h
 * </pre>
 *
 * <p>The defaults are those of the builders, but for the disk tier: it is on, in {@code
 * ./cache_data}, unless {@code l2.enabled=false}.
 *
 * @param memory the memory tier
 * @param disk the disk tier, or null for none
 * @param redis the Redis tier, or null for none
 * @param stalenessBound how long after a change by another instance the older value may be answered, or
 *     null for the default
 * @param compression of values below memory
 * @param defaultTtl of entries without their own, or null for none
 * @param multiTenant whether tenants are allowed
 */
public record CacheConfig(
    Memory memory,
    @Nullable Disk disk,
    @Nullable Redis redis,
    @Nullable Duration stalenessBound,
    Compression compression,
    @Nullable Duration defaultTtl,
    boolean multiTenant) {

  /**
   * Refuses nulls where there must be a setting.
   *
   * @param memory see above
   * @param disk see above
   * @param redis see above
   * @param stalenessBound see above
   * @param compression see above
   * @param defaultTtl see above
   * @param multiTenant see above
   */
  public CacheConfig {
    requireNonNull(memory, "memory");
    requireNonNull(compression, "compression");
  }

  /**
   * Reads the settings.
   *
   * @param properties names and values; values of sizes such as {@code 100MB}, {@code 64KiB} or
   *     {@code 4096}, of durations such as {@code 500ms}, {@code 10m}, {@code 1h} or {@code PT1H}
   * @return the settings
   * @throws IllegalArgumentException if a name is unknown, or a value can't be read or can't work;
   *     the message has the name, the value and what is allowed
   */
  public static CacheConfig from(Properties properties) {
    var settings = new Settings(properties);
    var config = new CacheConfig(
        new Memory(
            settings.bytes("l1.size", Memory.DEFAULT_BYTES),
            settings.constant("eviction-policy", EvictionPolicy.LRU)),
        disk(settings),
        redis(settings),
        stalenessBound(settings),
        compression(settings),
        settings.duration("default-ttl"),
        settings.flag("multi-tenant", false));
    settings.refuseUnread();
    return config;
  }

  private static @Nullable Disk disk(Settings settings) {
    boolean enabled = settings.flag("l2.enabled", true);
    Path directory = Path.of(settings.text("cache-dir", "cache_data"));
    Disk disk = Disk.at(directory);
    Disk sized = settings.checked(
        "l2.size", () -> disk.maximumBytes(settings.bytes("l2.size", disk.maximumBytes())));
    return enabled ? sized : null;
  }

  private static @Nullable Redis redis(Settings settings) {
    boolean enabled = settings.flag("l3.enabled", false);
    String url = settings.text("l3.redis-url", "");
    if (url.isEmpty()) {
      if (enabled) {
        throw new IllegalArgumentException(
            "l3.enabled is true, so l3.redis-url must say where, for example redis://localhost:6379");
      }
      return null;
    }
    Redis redis = settings.checked("l3.redis-url", () -> Redis.at(url));
    return enabled ? redis : null;
  }

  private static @Nullable Duration stalenessBound(Settings settings) {
    Duration bound = settings.duration("staleness-bound");
    if (bound != null) {
      settings.checked("staleness-bound", () -> TieredCacheManager.builder().stalenessBound(bound));
    }
    return bound;
  }

  private static Compression compression(Settings settings) {
    long threshold = settings.bytes("compression.threshold", Compression.DEFAULT_THRESHOLD);
    if (threshold > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "compression.threshold must be at most " + Integer.MAX_VALUE + " bytes: " + threshold);
    }
    return settings.flag("compression.enabled", true)
        ? new Compression((int) threshold)
        : Compression.none();
  }

  /**
   * A builder with these settings, for what properties can't say.
   *
   * @return a builder
   */
  public TieredCacheManager.Builder toBuilder() {
    var builder = TieredCacheManager.builder()
        .memory(memory)
        .compression(compression)
        .multiTenant(multiTenant);
    if (disk != null) {
      builder.disk(disk);
    }
    if (redis != null) {
      builder.redis(redis);
    }
    if (stalenessBound != null) {
      builder.stalenessBound(stalenessBound);
    }
    if (defaultTtl != null) {
      builder.defaultTtl(defaultTtl);
    }
    return builder;
  }

  /**
   * Opens a manager with these settings.
   *
   * @return an open manager
   * @throws io.intelligentcache.tier.TierException if a tier can't be opened
   */
  public TieredCacheManager open() {
    return toBuilder().build();
  }
}
