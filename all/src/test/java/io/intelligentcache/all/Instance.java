package io.intelligentcache.all;

import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.WriteReport.State;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.internal.Insides;
import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.stats.InvalidationStats;
import io.intelligentcache.tier.SharedTierFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Simulates one of several processes: a manager with memory, its own disk and its own network. */
final class Instance implements AutoCloseable {
  static final Duration BOUND = Duration.ofSeconds(1);

  /** A time that even a machine that pauses for a moment does not exceed. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  final FaultProxy network;
  private final UnaryOperator<TieredCacheManager.Builder> settings;
  private final UnaryOperator<SharedTierFactory> redis;
  private final UnaryOperator<CacheSpec<String, String>> spec;
  private final String namespace;
  private final Path directory;
  TieredCacheManager manager;
  TieredCache<String, String> cache;

  Instance(
      RedisServerProcess server,
      String namespace,
      Path directory,
      UnaryOperator<TieredCacheManager.Builder> settings,
      UnaryOperator<CacheSpec<String, String>> spec) {
    this(server, namespace, directory, settings, spec, redis -> redis);
  }

  /** An instance with a changed Redis tier. */
  Instance(
      RedisServerProcess server,
      String namespace,
      Path directory,
      UnaryOperator<SharedTierFactory> redis) {
    this(server, namespace, directory, builder -> builder, spec -> spec, redis);
  }

  /** An instance with other settings, another cache and another Redis tier. */
  Instance(
      RedisServerProcess server,
      String namespace,
      Path directory,
      UnaryOperator<TieredCacheManager.Builder> settings,
      UnaryOperator<CacheSpec<String, String>> spec,
      UnaryOperator<SharedTierFactory> redis) {
    this.network = FaultProxy.before(server.port());
    this.namespace = namespace;
    this.directory = directory;
    this.settings = settings;
    this.spec = spec;
    this.redis = redis;
    open();
    awaitHearing();
  }

  private void open() {
    manager = settings
        .apply(TieredCacheManager.builder()
            .memory(Memory.ofBytes(1_000_000))
            .disk(Disk.at(directory).maximumMegabytes(16))
            .stalenessBound(BOUND)
            .loadTimeout(PATIENCE)
            .redis(
                redis.apply(Redis.at(network.url()).namespace(namespace).commandTimeout(PATIENCE))))
        .build();
    cache = manager.cache("c", spec.apply(CacheSpec.of(String.class, String.class)));
  }

  /** Simulates a restart of the process: closes the manager and opens it again on the same directory. */
  void restart(Runnable meanwhile) {
    manager.close();
    meanwhile.run();
    open();
    awaitHearing();
  }

  void awaitHearing() {
    await().until(() -> hearing().window().compareTo(BOUND) < 0);
  }

  InvalidationStats hearing() {
    InvalidationStats stats = manager.stats().invalidations();
    if (stats == null) {
      throw new AssertionError("this manager hears of no changes");
    }
    return stats;
  }

  /**
   * Settings with a long staleness bound. After a pause of the machine no heartbeat has arrived for a
   * while; with these settings the instance then neither asks Redis again nor loads without a lease.
   */
  static TieredCacheManager.Builder calm(TieredCacheManager.Builder builder) {
    return builder.stalenessBound(Duration.ofMinutes(1));
  }

  /** The number of reported changes, plus the number of gaps in which changes may have been missed. */
  long told() {
    return hearing().changes() + hearing().gaps();
  }

  /**
   * Puts a value, and retries if Redis refuses it as late. On a slow machine a put may seem to have been
   * called before the last write of another instance, as far as the clocks tell.
   */
  void putInTime(String key, String value) {
    await().until(() -> cache.put(key, value).state() == State.ACKNOWLEDGED);
  }

  /** The present time by its clock. */
  long now() {
    return Insides.now(cache);
  }

  /** Whether it has received a report of a change of a key since an instant. */
  boolean isToldOf(String key, long since) {
    return Insides.isToldOfChange(cache, key, since);
  }

  /**
   * Makes a change of a key, and waits until this instance has received the report of it, or
   * knows that it may have missed it. No report of an earlier change is under way then: Redis sends them in order.
   */
  void hearsOf(String key, Runnable change) {
    awaitReport(key, change);
    awaitReport("mark", () -> cache.put("mark", "v"));
  }

  private void awaitReport(String key, Runnable change) {
    long since = now();
    long gaps = hearing().gaps();
    change.run();
    await().until(() -> isToldOf(key, since) || hearing().gaps() > gaps);
  }

  /** Reads a key until it is in memory and not suspect. */
  void warm(String key) {
    await().until(() -> {
      cache.get(key);
      long confirmed = cache.stats().coherence().confirmed();
      long below = cache.stats().redisHits() + cache.stats().diskHits();
      return cache.get(key) != null
          && cache.stats().coherence().confirmed() == confirmed
          && cache.stats().redisHits() + cache.stats().diskHits() == below;
    });
  }

  @Override
  public void close() {
    network.heal();
    manager.close();
    network.close();
  }
}
