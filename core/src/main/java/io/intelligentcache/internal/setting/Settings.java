package io.intelligentcache.internal.setting;

import static io.intelligentcache.internal.setting.Range.between;
import static io.intelligentcache.internal.setting.SettingType.COUNT;
import static io.intelligentcache.internal.setting.SettingType.DURATION;
import static io.intelligentcache.internal.setting.SettingType.FLAG;
import static io.intelligentcache.internal.setting.SettingType.NUMBER;
import static io.intelligentcache.internal.setting.SettingType.PATH;
import static io.intelligentcache.internal.setting.SettingType.SECRET;
import static io.intelligentcache.internal.setting.SettingType.SIZE;
import static io.intelligentcache.internal.setting.SettingType.TEXT;
import static io.intelligentcache.internal.setting.SettingType.URL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of settings. It alone defines what a setting is called, what its allowed values are and what its
 * default is: builders check with it, properties are read with it, and tests compare the guide to configuration
 * with it.
 *
 * <p>To add a setting, add an entry here and a builder's method that checks with it. If it has a property, also
 * add the line in {@code CacheConfig} that passes its value to that method.
 */
public final class Settings {
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long TIB = 1L << 40;
  private static final long MB = 1_000_000;

  /** A longer duration means forever: half the range of the nanosecond clock, about 146 years. */
  public static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE / 2);

  /** No heap and no device is larger, and sums of sizes don't overflow. */
  private static final long MOST_BYTES = 1_024 * TIB;

  private static final List<String> POLICIES = List.of("LRU", "LFU", "ADAPTIVE");

  private static final Range<Boolean> EITHER = Range.of("true or false", flag -> true);
  private static final Range<String> SOME_TEXT =
      Range.of("1 character or more", text -> !text.isEmpty());
  private static final Range<Duration> POSITIVE =
      Range.of("more than 0s", duration -> duration.compareTo(ZERO) > 0);
  private static final Range<Duration> UP_TO_A_DAY = positiveTo(ofDays(1));
  private static final Range<Duration> UP_TO_A_CENTURY = positiveTo(ofDays(36_500));

  private static final List<Setting<?>> ALL = new ArrayList<>();

  /** {@code l1.size}. */
  public static final Setting<Long> MEMORY_BYTES = add(
      "l1.size",
      "Memory.ofBytes, Memory.ofMegabytes",
      SIZE,
      between(SIZE, 1L, MOST_BYTES),
      100 * MB,
      "memory budget of all caches and tenants together, at most the largest heap; unless set, at most a quarter of it");

  /** {@code eviction-policy}. */
  public static final Setting<String> EVICTION_POLICY = add(
      "eviction-policy",
      "Memory.policy",
      SettingType.choice(POLICIES),
      Range.of("LRU, LFU or ADAPTIVE", POLICIES::contains),
      "LRU",
      "which entries leave memory when it is full");

  /** {@code l2.enabled}. */
  public static final Setting<Boolean> DISK_ENABLED = add(
      "l2.enabled",
      "disk",
      FLAG,
      EITHER,
      true,
      "whether there is a disk tier; by the builder there is none unless set");

  /** {@code cache-dir}. */
  public static final Setting<Path> DISK_DIRECTORY = add(
      "cache-dir",
      "Disk.at",
      PATH,
      Range.of("a path that is not empty", path -> !path.toString().isEmpty()),
      Path.of("cache_data"),
      "the disk tier's directory, which nobody else writes to");

  /** {@code l2.size}. */
  public static final Setting<Long> DISK_BYTES = add(
      "l2.size",
      "Disk.maximumBytes, Disk.maximumMegabytes",
      SIZE,
      between(SIZE, 4 * MB, 4 * TIB),
      1_000 * MB,
      "the most that all files of the disk tier take");

  /** {@code l2.write-budget}. */
  public static final Setting<Long> DISK_WRITE_BUDGET = add(
      "l2.write-budget",
      "Disk.writeBudget",
      SIZE,
      between(SIZE, 1L, MOST_BYTES),
      null,
      "bytes per second, of entries that leave memory, that are written to disk");

  /** {@code l2.write-behind-enabled}. */
  public static final Setting<Boolean> DISK_WRITE_BEHIND_ENABLED = add(
      "l2.write-behind-enabled",
      "Disk.withoutWriteBehind",
      FLAG,
      EITHER,
      true,
      "whether what stays in memory is written to disk in the background");

  /** {@code l2.write-behind}. */
  public static final Setting<Duration> DISK_WRITE_BEHIND = add(
      "l2.write-behind",
      "Disk.writeBehind",
      DURATION,
      between(DURATION, ofSeconds(1), ofHours(1)),
      ofMinutes(1),
      "within which time what stays in memory is on disk, so that a process that is killed loses little");

  /** {@code l2.force-segments}. */
  public static final Setting<Boolean> DISK_FORCE_SEGMENTS = add(
      "l2.force-segments",
      "ForcePolicy.PER_SEGMENT",
      FLAG,
      EITHER,
      false,
      "whether each segment is brought to the device as soon as it is full");

  /** {@code l2.force-interval}. */
  public static final Setting<Duration> DISK_FORCE_INTERVAL = add(
      "l2.force-interval",
      "ForcePolicy.every",
      DURATION,
      between(DURATION, ofMillis(10), ofDays(1)),
      null,
      "after which time what was written is brought to the device");

  /** {@code l3.enabled}. */
  public static final Setting<Boolean> REDIS_ENABLED =
      add("l3.enabled", "redis", FLAG, EITHER, false, "whether there is a Redis tier");

  /** {@code l3.redis-url}. */
  public static final Setting<String> REDIS_URL = add(
      "l3.redis-url",
      "Redis.at, Redis.cluster, Redis.sentinel",
      URL,
      Range.of("redis://[user:password@]host[:port][/database], or rediss:// for TLS", url -> true),
      null,
      "where Redis is; several URLs, separated by commas, for a cluster or sentinels");

  /** {@code l3.cluster}. */
  public static final Setting<Boolean> REDIS_CLUSTER = add(
      "l3.cluster",
      "Redis.cluster",
      FLAG,
      EITHER,
      false,
      "whether the URLs are those of a cluster");

  /** {@code l3.sentinel-primary}. */
  public static final Setting<String> SENTINEL_PRIMARY = add(
      "l3.sentinel-primary",
      "Redis.sentinel",
      TEXT,
      SOME_TEXT,
      null,
      "the name by which sentinels know the primary; the URLs are those of sentinels then");

  /** {@code l3.sentinel-user}. */
  public static final Setting<String> SENTINEL_USER = add(
      "l3.sentinel-user",
      "Redis.sentinelCredentials",
      TEXT,
      SOME_TEXT,
      null,
      "the user that signs in to the sentinels, where they have users");

  /** {@code l3.sentinel-password}. */
  public static final Setting<String> SENTINEL_PASSWORD = add(
      "l3.sentinel-password",
      "Redis.sentinelCredentials",
      SECRET,
      SOME_TEXT,
      null,
      "the password of the sentinels");

  /** {@code l3.namespace}. */
  public static final Setting<String> REDIS_NAMESPACE = add(
      "l3.namespace",
      "Redis.namespace",
      TEXT,
      Range.of("1 to 128 characters", Settings::isNamespace),
      "icm",
      "what every key of this cache in Redis begins with");

  /** {@code l3.command-timeout}. */
  public static final Setting<Duration> REDIS_COMMAND_TIMEOUT = add(
      "l3.command-timeout",
      "Redis.commandTimeout",
      DURATION,
      between(DURATION, ofMillis(1), ofMinutes(1)),
      ofMillis(500),
      "how long a read or write of Redis may take");

  /** {@code l3.connect-timeout}. */
  public static final Setting<Duration> REDIS_CONNECT_TIMEOUT = add(
      "l3.connect-timeout",
      "Redis.connectTimeout",
      DURATION,
      between(DURATION, ofMillis(1), ofMinutes(1)),
      ofSeconds(5),
      "how long an attempt to connect may take, and how long the start waits for Redis");

  /** {@code l3.sweep-timeout}. */
  public static final Setting<Duration> REDIS_SWEEP_TIMEOUT = add(
      "l3.sweep-timeout",
      "Redis.sweepTimeout",
      DURATION,
      between(DURATION, ofMillis(1), ofHours(1)),
      ofSeconds(10),
      "how long the caller of a clear or of a removal by pattern waits for Redis");

  /** {@code l3.maximum-pending}. */
  public static final Setting<Long> REDIS_MAXIMUM_PENDING = add(
      "l3.maximum-pending",
      "Redis.maximumPending",
      COUNT,
      between(COUNT, 1L, 1_000_000L),
      10_000L,
      "commands that may wait for the answers of one server");

  /** {@code l3.maximum-pending-bytes}. */
  public static final Setting<Long> REDIS_MAXIMUM_PENDING_BYTES = add(
      "l3.maximum-pending-bytes",
      "Redis.maximumPendingBytes",
      SIZE,
      between(SIZE, KIB, 16 * GIB),
      64 * MIB,
      "bytes of keys and values that may wait for the answers of one server");

  /** {@code l3.maximum-item-bytes}. */
  public static final Setting<Long> REDIS_MAXIMUM_ITEM_BYTES = add(
      "l3.maximum-item-bytes",
      "Redis.maximumItemBytes",
      SIZE,
      between(SIZE, 1L, 256 * MIB),
      16 * MIB,
      "the largest value, encoded, that is stored in Redis");

  /** {@code l3.publishing-changes}. */
  public static final Setting<Boolean> REDIS_PUBLISHING_CHANGES = add(
      "l3.publishing-changes",
      "Redis.publishingChanges",
      FLAG,
      EITHER,
      false,
      "whether changes are published on a channel, for servers without CLIENT TRACKING");

  /** {@code staleness-bound}. */
  public static final Setting<Duration> STALENESS_BOUND = add(
      "staleness-bound",
      "stalenessBound",
      DURATION,
      between(DURATION, ZERO, ofHours(1)),
      ofSeconds(2),
      "how long after a change by another instance the older value may be answered");

  /** {@code compression.enabled}. */
  public static final Setting<Boolean> COMPRESSION_ENABLED = add(
      "compression.enabled",
      "compression, Compression.lz4, Compression.none",
      FLAG,
      EITHER,
      true,
      "whether values are compressed below memory, by LZ4");

  /** {@code compression.threshold}. */
  public static final Setting<Long> COMPRESSION_THRESHOLD = add(
      "compression.threshold",
      "Compression.above",
      SIZE,
      between(SIZE, 0L, (long) Integer.MAX_VALUE),
      KIB,
      "the smallest value that is tried; it is kept raw unless it gets 5 % smaller");

  /** {@code default-ttl}. */
  public static final Setting<Duration> DEFAULT_TTL = add(
      "default-ttl",
      "defaultTtl",
      DURATION,
      POSITIVE,
      null,
      "expiry of entries that have none of their own");

  /** {@code load-timeout}. */
  public static final Setting<Duration> LOAD_TIMEOUT = add(
      "load-timeout",
      "loadTimeout",
      DURATION,
      UP_TO_A_DAY,
      ofSeconds(5),
      "how long a caller waits for a loader");

  /** {@code close-timeout}. */
  public static final Setting<Duration> CLOSE_TIMEOUT = add(
      "close-timeout",
      "closeTimeout",
      DURATION,
      positiveTo(ofHours(1)),
      ofSeconds(10),
      "how long close() may take, and so how long it may write what is in memory to disk");

  /** {@code multi-tenant}. */
  public static final Setting<Boolean> MULTI_TENANT = add(
      "multi-tenant", "multiTenant", FLAG, EITHER, false, "whether cache.tenant(id) is allowed");

  /** {@code CacheSpec.ttl}. */
  public static final Setting<Duration> CACHE_TTL = add(
      "",
      "CacheSpec.ttl",
      DURATION,
      POSITIVE,
      null,
      "expiry of the cache's entries that have none of their own");

  /** {@code Warming.skip}. */
  public static final Setting<Long> WARM_SKIP = add(
      "",
      "Warming.skip",
      COUNT,
      between(COUNT, 0L, 1_000_000_000_000L),
      0L,
      "first keys that a warm-up leaves out");

  /** {@code Warming.concurrency}. */
  public static final Setting<Long> WARM_CONCURRENCY = add(
      "",
      "Warming.concurrency",
      COUNT,
      between(COUNT, 1L, 256L),
      8L,
      "loads of a warm-up that run at a time");

  /** {@code Warming.keysPerSecond}. */
  public static final Setting<Long> WARM_RATE = add(
      "",
      "Warming.keysPerSecond",
      COUNT,
      between(COUNT, 1L, 1_000_000_000L),
      null,
      "keys that a warm-up loads per second at most");

  /** {@code Warming.batchSize}. */
  public static final Setting<Long> WARM_BATCH = add(
      "",
      "Warming.batchSize",
      COUNT,
      between(COUNT, 1L, 10_000L),
      100L,
      "keys that a warm-up passes to a bulk loader at once, at most");

  /** {@code EntryOptions.ttl}. */
  public static final Setting<Duration> ENTRY_TTL =
      add("", "EntryOptions.ttl", DURATION, POSITIVE, null, "expiry of one entry");

  /** {@code Loaded.ttl}. */
  public static final Setting<Duration> LOADED_TTL =
      add("", "Loaded.ttl", DURATION, POSITIVE, null, "expiry of one entry, as its loader says");

  /** What a {@code TtlFunction} returns. */
  public static final Setting<Duration> COMPUTED_TTL = add(
      "",
      "TtlFunction",
      DURATION,
      POSITIVE,
      null,
      "expiry of one entry, computed from its key and value");

  /** {@code Outage.bounded}. */
  public static final Setting<Duration> OUTAGE_AGE = add(
      "",
      "Outage.bounded",
      DURATION,
      POSITIVE,
      ofSeconds(30),
      "how old an unconfirmed copy may be that is answered while Redis is away");

  /** {@code Freshness.refreshAhead}. */
  public static final Setting<Duration> REFRESH_AHEAD = add(
      "",
      "Freshness.refreshAhead",
      DURATION,
      UP_TO_A_CENTURY,
      null,
      "how long before the end of its TTL a value that is read is loaded anew");

  /** {@code Freshness.staleWhileRevalidate}. */
  public static final Setting<Duration> STALE_WHILE_REVALIDATE = add(
      "",
      "Freshness.staleWhileRevalidate",
      DURATION,
      UP_TO_A_CENTURY,
      null,
      "how long after its TTL a value is answered while it is loaded anew");

  /** {@code Freshness.failSafe}: how stale. */
  public static final Setting<Duration> MAX_STALE = add(
      "",
      "Freshness.failSafe",
      DURATION,
      UP_TO_A_CENTURY,
      null,
      "how long after its TTL a value is answered if it can't be loaded");

  /** {@code Freshness.failSafe}: how soon to try again. */
  public static final Setting<Duration> RETRY_AFTER = add(
      "",
      "Freshness.failSafe",
      DURATION,
      UP_TO_A_DAY,
      ofSeconds(1),
      "how long nobody tries again after a load failed");

  /** {@code Freshness.softTimeout}. */
  public static final Setting<Duration> SOFT_TIMEOUT = add(
      "",
      "Freshness.softTimeout",
      DURATION,
      UP_TO_A_DAY,
      null,
      "how long a caller waits for a load before it gets a stale value");

  /** {@code Freshness.hardTimeout}. */
  public static final Setting<Duration> HARD_TIMEOUT = add(
      "",
      "Freshness.hardTimeout",
      DURATION,
      UP_TO_A_DAY,
      null,
      "how long a caller waits for a load at all; the load timeout unless set");

  /** {@code Freshness.absenceTtl}. */
  public static final Setting<Duration> ABSENCE_TTL = add(
      "",
      "Freshness.absenceTtl",
      DURATION,
      UP_TO_A_CENTURY,
      null,
      "how long it is believed that a key has no value");

  /** {@code Freshness.timeToIdle}. */
  public static final Setting<Duration> TIME_TO_IDLE = add(
      "",
      "Freshness.timeToIdle",
      DURATION,
      UP_TO_A_CENTURY,
      null,
      "how long memory keeps what nobody reads");

  /** {@code Freshness.jitter}. */
  public static final Setting<Double> JITTER = add(
      "",
      "Freshness.jitter",
      NUMBER,
      Range.of("0 to 0.5", jitter -> jitter >= 0 && jitter <= 0.5),
      0.0,
      "the share of itself by which a TTL may be shortened");

  private Settings() {}

  /** {@return all settings, in the order of the guide to configuration} */
  public static List<Setting<?>> all() {
    return Collections.unmodifiableList(ALL);
  }

  /**
   * Converts a size that a builder was given in megabytes of 1,000,000 bytes.
   *
   * @param setting the setting
   * @param megabytes the number
   * @return the same in bytes
   * @throws IllegalArgumentException if that is not allowed
   */
  public static long megabytes(Setting<Long> setting, long megabytes) {
    boolean overflows = Math.abs(megabytes / MB) > MB;
    if (overflows || !setting.allows(megabytes * MB)) {
      throw setting.refusal(megabytes, "MB");
    }
    return megabytes * MB;
  }

  private static Range<Duration> positiveTo(Duration longest) {
    return new Range<>(
        Duration.ofNanos(1),
        longest,
        "more than 0s, at most " + DURATION.write(longest),
        duration -> duration.compareTo(ZERO) > 0 && duration.compareTo(longest) <= 0);
  }

  /**
   * Half a surrogate pair can't be encoded in UTF-8, so namespaces that differ only in one would be the same in
   * Redis.
   */
  private static boolean isNamespace(String text) {
    return !text.isEmpty() && text.length() <= 128 && UTF_8.newEncoder().canEncode(text);
  }

  private static <T> Setting<T> add(
      String property,
      String builders,
      SettingType<T> type,
      Range<T> range,
      @Nullable T initial,
      String meaning) {
    var setting =
        new Setting<>(property, List.of(builders.split(", ")), type, range, initial, meaning);
    ALL.add(setting);
    return setting;
  }

  /**
   * {@return whether a duration means forever}
   *
   * @param duration how long
   */
  public static boolean isForEver(Duration duration) {
    return duration.compareTo(FOR_EVER) >= 0;
  }
}
