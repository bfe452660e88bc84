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
 * One of the instances that share a Redis: its manager, its disk directory, its route to Redis and its
 * wall clock, which can be wrong. It is opened and closed many times on the same directory. The time
 * from one opening to its end is a life; each life has a number.
 *
 * <p>Traffic may ask for the current life at any time. One thread at a time may call {@link #restart},
 * {@link #abandon} and {@link #close}.
 */
public final class Instance implements AutoCloseable {
  /** Room for about half of the values, so that the others are on disk. */
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
   * @param number unique among all lives of the run
   * @param caches one for each policy
   * @param sweeps the removals of many keys that it is making
   * @param ear determines which invalidations it has received
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

    /** Whether it has a connection to Redis, by its own statistics. */
    boolean hasRedis() {
      ManagerStats stats = manager.stats();
      return stats.redis() != null && stats.redis().available();
    }
  }

  /**
   * An instance that is not open; {@link #open} begins its first life.
   *
   * @param home its own directory
   * @param lives the source of life numbers
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

  /** The specification of a cache. Refresh-ahead reloads rows before they expire. */
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

  /** The proxy for network faults, or null if the instance has none of its own. */
  @Nullable
  public FaultProxy proxy() {
    return route.proxy();
  }

  public SkewedTime time() {
    return time;
  }

  /**
   * Rows that a life of this instance changed in the database, but whose removal or put Redis did not
   * acknowledge. An application that must not lose such a change repeats it after a restart.
   */
  Set<String> owed(Policy policy) {
    return Objects.requireNonNull(owed.get(policy), "there is one for each policy");
  }

  /** Closes the current life, and begins another on the same directory. */
  public void restart() {
    end();
    open();
  }

  /**
   * Abandons the current life as a kill would, and begins another on a copy of its directory as it is at
   * this moment. If there is a proxy, the abandoned life can no longer reach Redis.
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
