package io.intelligentcache.redis.internal;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.concurrent.PeriodicWork;
import io.intelligentcache.redis.internal.clock.Epoch;
import io.intelligentcache.redis.internal.feed.InvalidationFeeds;
import io.intelligentcache.redis.internal.operation.Repairs;
import io.intelligentcache.redis.internal.operation.Scripts;
import io.intelligentcache.redis.internal.topology.Topology;
import io.intelligentcache.tier.Scheduler;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Background work of the tier, on one thread that never blocks: finding the servers that own the keys, connecting to
 * them, receiving invalidations, and repairing the writes that were not acknowledged.
 */
final class Maintenance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
  private static final String NAME = "maintenance of Redis connections";
  private static final Duration TICK = Duration.ofMillis(25);
  private static final long EPOCH_NANOS = Duration.ofMillis(500).toNanos();

  private final Topology topology;
  private final InvalidationFeeds feeds;
  private final Readiness readiness;
  private final Repairs repairs;
  private final Scripts scripts;
  private final Epoch epoch;
  private final Scheduler scheduler;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(LibraryThreads.named("icm-redis-maintenance-"));

  private long epochLookedAtNanos; // owned by the thread
  private volatile @Nullable PeriodicWork ticks; // set by start()

  Maintenance(
      Topology topology,
      InvalidationFeeds feeds,
      Readiness readiness,
      Repairs repairs,
      Scripts scripts,
      Epoch epoch,
      Scheduler scheduler) {
    this.topology = topology;
    this.feeds = feeds;
    this.readiness = readiness;
    this.repairs = repairs;
    this.scripts = scripts;
    this.epoch = epoch;
    this.scheduler = scheduler;
    this.epochLookedAtNanos = scheduler.nanos();
  }

  /**
   * Starts the maintenance. The calling thread starts the first attempts to connect: they load most of the client
   * library's classes, and the time for that says nothing about Redis.
   */
  void start() {
    try {
      tick();
    } catch (Throwable failure) { // the next tick tries again
      Failures.warn(LOG, NAME + " failed; going on", failure);
    }
    ticks = new PeriodicWork(scheduler, thread, TICK, this::tick, LOG, NAME);
  }

  private void tick() {
    topology.tend();
    feeds.tend();
    readiness.tend();
    if (scheduler.nanos() - epochLookedAtNanos > EPOCH_NANOS) {
      epochLookedAtNanos = scheduler.nanos();
      scripts.look(epoch);
    }
    repairs.tend();
  }

  @Override
  public void close() {
    PeriodicWork started = ticks;
    if (started != null) {
      started.close();
    }
    thread.shutdown();
    try { // a running tick would use what is closed after this; its thread ends in real time
      var unused = thread.awaitTermination(1, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
