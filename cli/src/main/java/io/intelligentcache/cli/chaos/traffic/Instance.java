package io.intelligentcache.cli.chaos.traffic;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.Freshness;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.cli.chaos.Directories;
import io.intelligentcache.cli.chaos.Settings;
import io.intelligentcache.cli.chaos.fault.FaultProxy;
import io.intelligentcache.cli.chaos.fault.SkewedTime;
import io.intelligentcache.cli.chaos.judge.Ear;
import io.intelligentcache.cli.chaos.judge.SweepAttempts;
import io.intelligentcache.cli.chaos.judge.Witness;
import io.intelligentcache.cli.chaos.server.Deployment;
import io.intelligentcache.cli.chaos.server.Route;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.stats.ManagerStats;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One of the caches that share a Redis: its manager, its disk directory, its own way to Redis and
 * its own wrong clock. It lives, ends and lives again on the same directory; each life has a number.
 *
 * <p>Traffic may ask for the current life at any time; {@link #restart}, {@link #abandon} and {@link
 * #close} are called by one thread at a time.
 */
public final class Instance implements AutoCloseable {
  /** Holds about half of the values, so that the others are on disk. */
  private static final int MEMORY_BYTES = 120_000;

  private static final int DISK_MEGABYTES = 4;
  private static final Duration ROW_TTL = Duration.ofSeconds(3);
  private static final Duration REFRESH_AHEAD = Duration.ofMillis(1_500);

  private final int number;
  private final Path home;
  private final Deployment deployment;
  private final Settings settings;
  private final IntSupplier lives;
  private final SkewedTime time = new SkewedTime();
  private final Map<Policy, Set<String>> owed = new EnumMap<>(Policy.class);

  private int directories;
  private volatile Route route;
  private volatile @Nullable Life life;

  /**
   * A manager from its opening to its end.
   *
   * @param number different from all other lives of the run
   * @param caches one for each policy
   * @param sweeps the removals of many keys that it is making
   * @param ear tells what it has heard of
   */
  record Life(
      int number,
      TieredCacheManager manager,
      Map<Policy, TieredCache<String, String>> caches,
      SweepAttempts sweeps,
      Ear ear) {
    /** The cache with this policy. */
    TieredCache<String, String> cache(Policy policy) {
      return Objects.requireNonNull(caches.get(policy), "there is one for each policy");
    }

    /** Whether it has a connection to Redis, as far as it knows. */
    boolean hasRedis() {
      ManagerStats stats = manager.stats();
      return stats.redis() != null && stats.redis().available();
    }
  }

  /**
   * An instance without a life; {@link #open} gives it one.
   *
   * @param home a directory of its own
   * @param lives numbers them
   */
  public Instance(
      int number, Path home, Deployment deployment, Settings settings, IntSupplier lives) {
    this.number = number;
    this.home = home;
    this.deployment = deployment;
    this.settings = settings;
    this.lives = lives;
    this.route = deployment.route();
    for (Policy policy : Policy.values()) {
      owed.put(policy, ConcurrentHashMap.newKeySet());
    }
  }

  public void open() {
    var sweeps = new SweepAttempts();
    TieredCacheManager.Builder builder = TieredCacheManager.builder()
        .memory(Memory.ofBytes(settings.redisOnly() ? 1 : MEMORY_BYTES))
        .redis(Witness.of(route.redis(), sweeps))
        .stalenessBound(settings.bound())
        .time(time);
    if (!settings.redisOnly()) {
      builder.disk(Disk.at(directory()).maximumMegabytes(DISK_MEGABYTES));
    }
    TieredCacheManager manager = builder.build();
    Map<Policy, TieredCache<String, String>> caches = new EnumMap<>(Policy.class);
    for (Policy policy : Policy.values()) {
      caches.put(policy, manager.cache(policy.label(), spec(policy)));
    }
    life = new Life(lives.getAsInt(), manager, caches, sweeps, new Ear());
  }

  /** Rows are loaded anew before they expire. */
  private CacheSpec<String, String> spec(Policy policy) {
    List<String> rows = settings.keys().rows();
    return CacheSpec.of(String.class, String.class)
        .outage(policy.outage(settings.longestUnconfirmed()))
        .ttl((key, value) -> rows.contains(key) ? ROW_TTL : null)
        .freshness(Freshness.none().refreshAhead(REFRESH_AHEAD));
  }

  private Path directory() {
    return home.resolve("disk-" + number + "-" + directories);
  }

  public int number() {
    return number;
  }

  /** The current life, or null while there is none. */
  @Nullable
  Life life() {
    return life;
  }

  /** What network faults strike, or null if all instances have the same way to Redis. */
  @Nullable
  public FaultProxy proxy() {
    return route.proxy();
  }

  public SkewedTime time() {
    return time;
  }

  /**
   * The rows behind a cache that a life of this instance changed in the database while Redis did not
   * acknowledge the removal or the put. An application that must not lose that repeats it after a
   * restart.
   */
  Set<String> owed(Policy policy) {
    return Objects.requireNonNull(owed.get(policy), "there is one for each policy");
  }

  /** Ends the current life in good order, and begins another on the same directory. */
  public void restart() {
    end();
    open();
  }

  /**
   * Leaves the current life as a kill would, and begins another on what its directory holds at this
   * moment. The life that was left no longer reaches Redis, if a proxy lies between.
   */
  public void abandon() {
    Life left = life;
    life = null;
    Route leftRoute = route;
    leftRoute.sever();
    Path leftDirectory = directory();
    directories++;
    if (!settings.redisOnly()) {
      Directories.copy(leftDirectory, directory());
    }
    route = deployment.route();
    open();
    if (left != null) {
      left.manager().close();
    }
    leftRoute.close();
    if (!settings.redisOnly()) {
      Directories.delete(leftDirectory);
    }
  }

  private void end() {
    Life ending = life;
    life = null;
    if (ending != null) {
      ending.manager().close();
    }
  }

  @Override
  public void close() {
    try {
      end();
    } finally {
      route.close();
    }
  }
}
