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

/** One of several processes, as it were: a manager with memory, a disk of its own, and its own network. */
final class Instance implements AutoCloseable {
  static final Duration BOUND = Duration.ofSeconds(1);

  /** What a machine that stands still for a moment does not pass. */
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

  /** One with something taken out of its Redis tier. */
  Instance(
      RedisServerProcess server,
      String namespace,
      Path directory,
      UnaryOperator<SharedTierFactory> redis) {
    this(server, namespace, directory, builder -> builder, spec -> spec, redis);
  }

  /** One with other settings, another cache and another Redis tier. */
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

  /** Ends the process, as it were, and begins it anew on the same directory. */
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

  /** It does not ask, nor load alone, because a machine that stood still hears of nothing. */
  static TieredCacheManager.Builder calm(TieredCacheManager.Builder builder) {
    return builder.stalenessBound(Duration.ofMinutes(1));
  }

  /** How often a change was told of, or that some may have been missed. */
  long told() {
    return hearing().changes() + hearing().gaps();
  }

  /**
   * Puts a value, once more where that is refused as late: on a slow machine a put may seem to have been called before what
   * another instance wrote a moment ago, as far as the clocks say.
   */
  void putInTime(String key, String value) {
    await().until(() -> cache.put(key, value).state() == State.ACKNOWLEDGED);
  }

  /** The instant by its clock. */
  long now() {
    return Insides.now(cache);
  }

  /** Whether it was told of a change of a key since an instant. */
  boolean isToldOf(String key, long since) {
    return Insides.isToldOfChange(cache, key, since);
  }

  /** Has a key changed once, and waits until this instance was told of it, or knows that it may have missed it. */
  void hearsOf(String key, Runnable change) {
    long since = now();
    long gaps = hearing().gaps();
    change.run();
    await().until(() -> isToldOf(key, since) || hearing().gaps() > gaps);
  }

  /** Reads a key until it is in memory and trusted. */
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
