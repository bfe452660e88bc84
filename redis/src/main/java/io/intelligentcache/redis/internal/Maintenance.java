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
 * Background work of the tier, on one thread that never blocks: finding the servers that own the keys, connecting to
 * them, receiving invalidations, and repairing the writes in {@link UnsettledWrites}.
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
  private final Readiness readiness;
  private final Epoch epoch;
  private final Scripts scripts;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(LibraryThreads.named("icm-redis-maintenance-"));

  private CompletableFuture<Integer> repair = CompletableFuture.completedFuture(0); // under lock
  private volatile long repairNotBeforeNanos = System.nanoTime();
  private volatile long repairPauseNanos; // 0 unless the last repair settled nothing
  private long epochLookedAtNanos = System.nanoTime(); // owned by the thread

  Maintenance(
      Topology topology,
      CommandRouter router,
      KeyNames names,
      UnsettledWrites unsettled,
      Writes writes,
      InvalidationFeeds feeds,
      Readiness readiness,
      Epoch epoch,
      Scripts scripts) {
    this.topology = topology;
    this.router = router;
    this.names = names;
    this.unsettled = unsettled;
    this.writes = writes;
    this.feeds = feeds;
    this.readiness = readiness;
    this.epoch = epoch;
    this.scripts = scripts;
  }

  /**
   * Starts the maintenance thread. The calling thread starts the first attempts to connect: they load most of the
   * client library's classes, and the time for that says nothing about Redis.
   */
  void start() {
    tick();
    var unused = thread.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, MILLISECONDS);
  }

  private void tick() {
    try {
      topology.tend();
      feeds.tend();
      readiness.tend();
      if (System.nanoTime() - epochLookedAtNanos > EPOCH_NANOS) {
        epochLookedAtNanos = System.nanoTime();
        scripts.look(epoch);
      }
      if (repairNotBeforeNanos - System.nanoTime() <= 0) {
        var unused = repair();
      }
    } catch (Throwable e) { // otherwise the scheduler would stop
      LOG.warn("maintenance of Redis connections failed; retrying", e);
    }
  }

  /**
   * Repairs unsettled writes whose servers take commands, or returns the repair that is already running. Completes when
   * all commands are answered, with the number of keys that were settled. If a put of the same key fails meanwhile, its
   * version is greater than that of the tombstone that was sent, so the put stays in {@link UnsettledWrites}.
   */
  private synchronized CompletableFuture<Integer> repair() {
    if (unsettled.isEmpty() || !router.available() || !repair.isDone()) {
      return repair;
    }
    // A write may have been refused because a server's clock was set. The time is asked for first,
    // so that no repair gets a version by the former clock.
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

  /** Backs off while all repairs fail, for example because the server is read-only. */
  private int pace(int succeeded) {
    repairPauseNanos = succeeded > 0
        ? 0
        : Math.min(
            Math.max(2 * repairPauseNanos, MILLISECONDS.toNanos(TICK_MILLIS)), LONGEST_PAUSE_NANOS);
    repairNotBeforeNanos = System.nanoTime() + repairPauseNanos;
    return succeeded;
  }

  /** Repairs all unsettled writes before the tier closes, as far as the servers accept them in this time. */
  void drain(long millis) {
    long deadline = System.nanoTime() + MILLISECONDS.toNanos(millis);
    int failures = 0;
    try {
      // The first repair may have been sent while the server still refused; the second was not.
      while (failures < 2 && !unsettled.isEmpty() && router.available()) {
        int succeeded = repair().get(deadline - System.nanoTime(), NANOSECONDS);
        failures = succeeded > 0 ? 0 : failures + 1;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // close() logs the keys that are left.
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    try { // a running tick would use what is closed after this
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
