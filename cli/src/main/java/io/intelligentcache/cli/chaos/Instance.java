package io.intelligentcache.cli.chaos;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.Memory;
import io.intelligentcache.Outage;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.disk.Disk;
import java.nio.file.Path;
import java.time.Duration;
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
final class Instance implements AutoCloseable {
  /** Holds about half of the keys' values, so that the others are on disk. */
  private static final int MEMORY_BYTES = 20_000;

  private static final int DISK_MEGABYTES = 4;
  private static final String CACHE = "chaos";

  private final int number;
  private final Path home;
  private final Deployment deployment;
  private final boolean redisOnly;
  private final Duration bound;
  private final IntSupplier lives;
  private final SkewedTime time = new SkewedTime();
  private final Set<String> owed = ConcurrentHashMap.newKeySet();

  private int directories;
  private volatile Route route;
  private volatile @Nullable Life life;

  /**
   * A manager from its opening to its end.
   *
   * @param number different from all other lives of the run
   */
  record Life(int number, TieredCacheManager manager, TieredCache<String, String> cache) {}

  /**
   * An instance without a life; {@link #open} gives it one.
   *
   * @param home a directory of its own
   * @param lives numbers them
   */
  Instance(
      int number,
      Path home,
      Deployment deployment,
      boolean redisOnly,
      Duration bound,
      IntSupplier lives) {
    this.number = number;
    this.home = home;
    this.deployment = deployment;
    this.redisOnly = redisOnly;
    this.bound = bound;
    this.lives = lives;
    this.route = deployment.route();
  }

  void open() {
    TieredCacheManager.Builder builder = TieredCacheManager.builder()
        .memory(Memory.ofBytes(redisOnly ? 1 : MEMORY_BYTES))
        .redis(Witness.of(route.redis()))
        .stalenessBound(bound)
        .time(time);
    if (!redisOnly) {
      builder.disk(Disk.at(directory()).maximumMegabytes(DISK_MEGABYTES));
    }
    TieredCacheManager manager = builder.build();
    var spec = CacheSpec.of(String.class, String.class).outage(Outage.strict());
    life = new Life(lives.getAsInt(), manager, manager.cache(CACHE, spec));
  }

  private Path directory() {
    return home.resolve("disk-" + number + "-" + directories);
  }

  int number() {
    return number;
  }

  /** The current life, or null while there is none. */
  @Nullable
  Life life() {
    return life;
  }

  /** What network faults strike; there is none before a cluster. */
  FaultProxy proxy() {
    return Objects.requireNonNull(route.proxy(), "nothing lies between it and Redis");
  }

  SkewedTime time() {
    return time;
  }

  /**
   * The rows that a life of this instance changed in the database while Redis did not acknowledge what
   * it told the cache. An application that must not lose that repeats it after a restart.
   */
  Set<String> owed() {
    return owed;
  }

  /** Ends the current life in good order, and begins another on the same directory. */
  void restart() {
    end();
    open();
  }

  /**
   * Leaves the current life as a kill would, and begins another on what its directory holds at this
   * moment. The life that was left no longer reaches Redis, if a proxy lies between.
   */
  void abandon() {
    Life left = life;
    life = null;
    Route leftRoute = route;
    leftRoute.sever();
    Path leftDirectory = directory();
    directories++;
    if (!redisOnly) {
      Directories.copy(leftDirectory, directory());
    }
    route = deployment.route();
    open();
    if (left != null) {
      left.manager().close();
    }
    leftRoute.close();
    if (!redisOnly) {
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
