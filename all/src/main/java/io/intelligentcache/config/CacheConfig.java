package io.intelligentcache.config;

import static io.intelligentcache.internal.setting.Settings.CLOSE_TIMEOUT;
import static io.intelligentcache.internal.setting.Settings.COMPRESSION_ENABLED;
import static io.intelligentcache.internal.setting.Settings.COMPRESSION_THRESHOLD;
import static io.intelligentcache.internal.setting.Settings.DEFAULT_TTL;
import static io.intelligentcache.internal.setting.Settings.DISK_BYTES;
import static io.intelligentcache.internal.setting.Settings.DISK_DIRECTORY;
import static io.intelligentcache.internal.setting.Settings.DISK_ENABLED;
import static io.intelligentcache.internal.setting.Settings.DISK_FORCE_INTERVAL;
import static io.intelligentcache.internal.setting.Settings.DISK_FORCE_SEGMENTS;
import static io.intelligentcache.internal.setting.Settings.DISK_WRITE_BEHIND;
import static io.intelligentcache.internal.setting.Settings.DISK_WRITE_BEHIND_ENABLED;
import static io.intelligentcache.internal.setting.Settings.DISK_WRITE_BUDGET;
import static io.intelligentcache.internal.setting.Settings.EVICTION_POLICY;
import static io.intelligentcache.internal.setting.Settings.LOAD_TIMEOUT;
import static io.intelligentcache.internal.setting.Settings.MEMORY_BYTES;
import static io.intelligentcache.internal.setting.Settings.MULTI_TENANT;
import static io.intelligentcache.internal.setting.Settings.REDIS_CLUSTER;
import static io.intelligentcache.internal.setting.Settings.REDIS_COMMAND_TIMEOUT;
import static io.intelligentcache.internal.setting.Settings.REDIS_CONNECT_TIMEOUT;
import static io.intelligentcache.internal.setting.Settings.REDIS_ENABLED;
import static io.intelligentcache.internal.setting.Settings.REDIS_MAXIMUM_ITEM_BYTES;
import static io.intelligentcache.internal.setting.Settings.REDIS_MAXIMUM_PENDING;
import static io.intelligentcache.internal.setting.Settings.REDIS_MAXIMUM_PENDING_BYTES;
import static io.intelligentcache.internal.setting.Settings.REDIS_NAMESPACE;
import static io.intelligentcache.internal.setting.Settings.REDIS_PUBLISHING_CHANGES;
import static io.intelligentcache.internal.setting.Settings.REDIS_SWEEP_TIMEOUT;
import static io.intelligentcache.internal.setting.Settings.REDIS_URL;
import static io.intelligentcache.internal.setting.Settings.SENTINEL_PASSWORD;
import static io.intelligentcache.internal.setting.Settings.SENTINEL_PRIMARY;
import static io.intelligentcache.internal.setting.Settings.SENTINEL_USER;
import static io.intelligentcache.internal.setting.Settings.STALENESS_BOUND;
import static java.util.Objects.requireNonNull;

import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.codec.Compression;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.ForcePolicy;
import io.intelligentcache.redis.Redis;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a manager, read from properties.
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
 * <p>Names, types, limits and defaults are those of {@link io.intelligentcache.internal.setting.Settings}, as
 * in the builders. One default differs: the disk tier is on, in {@code ./cache_data}, unless {@code
 * l2.enabled=false}.
 *
 * <p>Immutable. Its text shows no password.
 */
public final class CacheConfig {
  /** The manager's own settings; those of its tiers are below. */
  private static final List<Binding<TieredCacheManager.Builder, ?>> MANAGER = List.of(
      new Binding<>(STALENESS_BOUND, TieredCacheManager.Builder::stalenessBound),
      new Binding<>(DEFAULT_TTL, TieredCacheManager.Builder::defaultTtl),
      new Binding<>(LOAD_TIMEOUT, TieredCacheManager.Builder::loadTimeout),
      new Binding<>(CLOSE_TIMEOUT, TieredCacheManager.Builder::closeTimeout),
      new Binding<>(MULTI_TENANT, TieredCacheManager.Builder::multiTenant));

  private static final List<Binding<Memory, ?>> MEMORY = List.of(new Binding<>(
      EVICTION_POLICY, (memory, name) -> memory.policy(EvictionPolicy.valueOf(name))));

  private static final List<Binding<Disk, ?>> DISK = List.of(
      new Binding<>(DISK_BYTES, Disk::maximumBytes),
      new Binding<>(DISK_WRITE_BUDGET, Disk::writeBudget),
      new Binding<>(DISK_WRITE_BEHIND, Disk::writeBehind),
      new Binding<>(
          DISK_WRITE_BEHIND_ENABLED, (disk, yes) -> yes ? disk : disk.withoutWriteBehind()));

  private static final List<Binding<Redis, ?>> REDIS = List.of(
      new Binding<>(REDIS_NAMESPACE, Redis::namespace),
      new Binding<>(REDIS_COMMAND_TIMEOUT, Redis::commandTimeout),
      new Binding<>(REDIS_CONNECT_TIMEOUT, Redis::connectTimeout),
      new Binding<>(REDIS_SWEEP_TIMEOUT, Redis::sweepTimeout),
      new Binding<>(
          REDIS_MAXIMUM_PENDING, (redis, commands) -> redis.maximumPending(commands.intValue())),
      new Binding<>(REDIS_MAXIMUM_PENDING_BYTES, Redis::maximumPendingBytes),
      new Binding<>(
          REDIS_MAXIMUM_ITEM_BYTES, (redis, bytes) -> redis.maximumItemBytes(bytes.intValue())),
      new Binding<>(
          REDIS_PUBLISHING_CHANGES, (redis, yes) -> yes ? redis.publishingChanges() : redis));

  private final Values values;
  private final Memory memory;
  private final @Nullable Disk disk;
  private final @Nullable Redis redis;
  private final Compression compression;

  private CacheConfig(Values values) {
    this.values = values;
    memory = memory(values);
    disk = disk(values);
    redis = redis(values);
    compression = compression(values);
  }

  /**
   * Reads the settings.
   *
   * @param properties names and values, including the defaults of the properties. Sizes are written as
   *     {@code 100MB}, {@code 64KiB} or {@code 4096}, durations as {@code 500ms}, {@code 1h30m} or {@code PT1H}
   * @return the configuration
   * @throws IllegalArgumentException if a name is unknown, or a value is not a text, can't be read or is
   *     not allowed; the message has the name, what is allowed and the value, except for passwords
   */
  public static CacheConfig from(Properties properties) {
    return new CacheConfig(Values.of(requireNonNull(properties, "properties")));
  }

  private static Memory memory(Values values) {
    Long bytes = values.get(MEMORY_BYTES);
    Memory memory = Memory.ofBytes(bytes == null ? Memory.DEFAULT_BYTES : bytes);
    return Binding.apply(MEMORY, memory, values);
  }

  private static @Nullable Disk disk(Values values) {
    if (!values.orDefault(DISK_ENABLED)) {
      return null;
    }
    Disk disk = Binding.apply(DISK, Disk.at(values.orDefault(DISK_DIRECTORY)), values);
    if (!values.has(DISK_FORCE_SEGMENTS) && !values.has(DISK_FORCE_INTERVAL)) {
      return disk;
    }
    Duration every = values.get(DISK_FORCE_INTERVAL);
    return disk.force(new ForcePolicy(
        values.orDefault(DISK_FORCE_SEGMENTS), every == null ? Duration.ZERO : every));
  }

  private static @Nullable Redis redis(Values values) {
    List<String> others = values.namesUnder("l3.", REDIS_ENABLED);
    if (!values.has(REDIS_ENABLED) && !others.isEmpty()) {
      throw new IllegalArgumentException(others + " set what Redis is like, but " + REDIS_ENABLED
          + " is not set; it must be true to use Redis, or false not to");
    }
    String urls = values.get(REDIS_URL);
    if (urls == null) {
      if (values.orDefault(REDIS_ENABLED)) {
        throw new IllegalArgumentException(REDIS_ENABLED + " is true, so " + REDIS_URL
            + " must say where Redis is, for example redis://localhost:6379");
      }
      return null;
    }
    Redis redis = Binding.apply(REDIS, servers(urls, values), values);
    return values.orDefault(REDIS_ENABLED) ? redis : null;
  }

  private static Redis servers(String urls, Values values) {
    String[] all = urls.split("\\s*,\\s*(?=rediss?://)", -1);
    String[] more = Arrays.copyOfRange(all, 1, all.length);
    boolean cluster = values.orDefault(REDIS_CLUSTER);
    String primary = values.get(SENTINEL_PRIMARY);
    String password = values.get(SENTINEL_PASSWORD);
    if (cluster && primary != null) {
      throw new IllegalArgumentException(REDIS_CLUSTER + " is true, so there are no sentinels: "
          + SENTINEL_PRIMARY + " must not be set: " + primary);
    }
    if (primary == null) {
      for (var setting : List.of(SENTINEL_USER, SENTINEL_PASSWORD)) {
        if (values.has(setting)) {
          throw new IllegalArgumentException(
              setting + " is for sentinels, so " + SENTINEL_PRIMARY + " must be set, too");
        }
      }
      if (!cluster && more.length > 0) {
        throw new IllegalArgumentException(REDIS_URL + " must be one URL, unless " + REDIS_CLUSTER
            + " is true or " + SENTINEL_PRIMARY + " is set: there are " + all.length);
      }
      return cluster ? Redis.cluster(all[0], more) : Redis.at(all[0]);
    }
    Redis sentinels = Redis.sentinel(primary, all[0], more);
    if (password == null) {
      if (values.has(SENTINEL_USER)) {
        throw new IllegalArgumentException(
            SENTINEL_USER + " is set, so " + SENTINEL_PASSWORD + " must be set, too");
      }
      return sentinels;
    }
    String user = values.get(SENTINEL_USER);
    return sentinels.sentinelCredentials(user == null ? "" : user, password);
  }

  private static Compression compression(Values values) {
    return values.orDefault(COMPRESSION_ENABLED)
        ? Compression.lz4().above(values.orDefault(COMPRESSION_THRESHOLD).intValue())
        : Compression.none();
  }

  /** {@return the memory tier} */
  public Memory memory() {
    return memory;
  }

  /** {@return the disk tier, or null for none} */
  public @Nullable Disk disk() {
    return disk;
  }

  /** {@return the Redis tier, or null for none} */
  public @Nullable Redis redis() {
    return redis;
  }

  /** {@return which values are compressed below memory} */
  public Compression compression() {
    return compression;
  }

  /**
   * {@return the staleness bound: how long after a change by another instance the older value may be answered}
   */
  public Duration stalenessBound() {
    return values.orDefault(STALENESS_BOUND);
  }

  /** {@return the expiry of entries without their own, or null for none} */
  public @Nullable Duration defaultTtl() {
    return values.get(DEFAULT_TTL);
  }

  /** {@return how long a caller waits for a loader} */
  public Duration loadTimeout() {
    return values.orDefault(LOAD_TIMEOUT);
  }

  /** {@return whether tenants are allowed} */
  public boolean multiTenant() {
    return values.orDefault(MULTI_TENANT);
  }

  /**
   * A builder with these settings, to set what properties can't express.
   *
   * @return a builder
   */
  public TieredCacheManager.Builder toBuilder() {
    var builder = TieredCacheManager.builder().memory(memory).compression(compression);
    if (disk != null) {
      builder.disk(disk);
    }
    if (redis != null) {
      builder.redis(redis);
    }
    return Binding.apply(MANAGER, builder, values);
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

  /** {@return the tiers, and the manager's settings that are set; without passwords} */
  @Override
  public String toString() {
    String own = MANAGER.stream()
        .map(Binding::setting)
        .filter(values::has)
        .map(setting -> ", " + setting.property() + "=" + values.get(setting))
        .collect(Collectors.joining());
    return "CacheConfig[" + memory + ", " + disk + ", " + redis + ", " + compression + own + "]";
  }
}
