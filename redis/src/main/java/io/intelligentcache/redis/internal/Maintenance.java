package io.intelligentcache.redis.internal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.redis.internal.clock.Epoch;
import io.intelligentcache.redis.internal.command.Futures;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.feed.InvalidationFeeds;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.operation.Scripts;
import io.intelligentcache.redis.internal.operation.UnsettledWrites;
import io.intelligentcache.redis.internal.operation.Writes;
import io.intelligentcache.redis.internal.topology.CommandRouter;
import io.intelligentcache.redis.internal.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be seen to in the background, on one thread that never waits: who owns the keys, the
 * connections to them, and making up for the writes in the journal.
 */
final class Maintenance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
  private static final long TICK_MILLIS = 25;
  private static final long LONGEST_TICK_MILLIS = 1_000;
  private static final int KEYS_AT_ONCE = 500;
  private static final long EPOCH_NANOS = Duration.ofMillis(500).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

  private final Topology topology;
  private final CommandRouter router;
  private final KeyNames names;
  private final UnsettledWrites unsettled;
  private final Writes writes;
  private final InvalidationFeeds feeds;
  private final Readiness health;
  private final Epoch epoch;
  private final Scripts scripts;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(LibraryThreads.named("icm-redis-upkeep-"));

  private CompletableFuture<Integer> repair = CompletableFuture.completedFuture(0); // under lock
  private volatile long repairNotBeforeNanos = System.nanoTime();
  private volatile long repairPauseNanos; // 0 unless the last repair got nothing done
  private long epochLookedAtNanos = System.nanoTime(); // owned by the thread

  Maintenance(
      Topology topology,
      CommandRouter router,
      KeyNames names,
      UnsettledWrites unsettled,
      Writes writes,
      InvalidationFeeds feeds,
      Readiness health,
      Epoch epoch,
      Scripts scripts) {
    this.topology = topology;
    this.router = router;
    this.names = names;
    this.unsettled = unsettled;
    this.writes = writes;
    this.feeds = feeds;
    this.health = health;
    this.epoch = epoch;
    this.scripts = scripts;
  }

  /**
   * Begins. The first attempts to connect are started by the calling thread, because they load most of
   * the client library's classes, and how long that takes says nothing about Redis.
   */
  void start() {
    tick();
    var unused = thread.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, MILLISECONDS);
  }

  private void tick() {
    try {
      topology.tend();
      feeds.tend();
      health.tend();
      if (System.nanoTime() - epochLookedAtNanos > EPOCH_NANOS) {
        epochLookedAtNanos = System.nanoTime();
        scripts.look(epoch);
      }
      if (repairNotBeforeNanos - System.nanoTime() <= 0) {
        var unused = repair();
      }
    } catch (Throwable e) { // anything that got out of here would be the last tick
      LOG.warn("upkeep failed; going on", e);
    }
  }

  /**
   * Makes up for keys of the journal whose servers take commands, or joins who does so already; done once all are answered, with
   * the number of those that succeeded. A put that fails meanwhile has a greater version than the
   * tombstone that was sent, and keeps its entry.
   */
  private synchronized CompletableFuture<Integer> repair() {
    if (unsettled.isEmpty() || !router.available() || !repair.isDone()) {
      return repair;
    }
    // A write may have been refused because a clock was set unnoticed; what takes its place must
    // not be dated by it.
    repair = Futures.all(topology.primaries().stream().map(Primary::askTime).toList())
        .thenCompose(asked -> repeatSome());
    return repair;
  }

  private CompletableFuture<Integer> repeatSome() {
    List<CompletableFuture<Boolean>> repeated = new ArrayList<>();
    unsettled
        .some(KEYS_AT_ONCE, key -> router.reaches(names.name(key)))
        .forEach((key, write) -> repeated.add(writes.repeat(key, write)));
    return Futures.all(repeated)
        .thenApply(all -> pace((int) all.stream().filter(done -> done).count()));
  }

  /** While a server refuses all of them, such as a read-only one, asks less and less often. */
  private int pace(int succeeded) {
    repairPauseNanos = succeeded > 0
        ? 0
        : Math.min(
            Math.max(2 * repairPauseNanos, MILLISECONDS.toNanos(TICK_MILLIS)), LONGEST_PAUSE_NANOS);
    repairNotBeforeNanos = System.nanoTime() + repairPauseNanos;
    return succeeded;
  }

  /** Makes up for the whole journal before the end, if the server lets it, and says what it could not. */
  void drain(long millis) {
    long deadline = System.nanoTime() + MILLISECONDS.toNanos(millis);
    int failures = 0;
    try {
      // A first one may have been on its way before the server got well; a second one was not.
      while (failures < 2 && !unsettled.isEmpty() && router.available()) {
        int succeeded = repair().get(deadline - System.nanoTime(), NANOSECONDS);
        failures = succeeded > 0 ? 0 : failures + 1;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // What is left is logged below.
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    try { // a tick that went on meanwhile would use what is closed after this
      var unused = thread.awaitTermination(LONGEST_TICK_MILLIS, MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int left = unsettled.size();
    if (left > 0) {
      LOG.warn(
          "closed while {} keys could not be written; Redis may hold older values for them", left);
    }
  }
}
