package io.intelligentcache.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.intelligentcache.tier.Reason;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be seen to in the background, on one thread that never waits: connecting, the
 * heartbeat that also sets the clock, probing for the breaker, giving up a connection that is silent,
 * and making up for the writes in the journal.
 */
final class Upkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final long TICK_MILLIS = 25;
  private static final long HEARTBEAT_NANOS = Duration.ofMillis(500).toNanos();
  private static final int KEYS_AT_ONCE = 500;
  private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

  private final Connections connections;
  private final Pipe pipe;
  private final Breaker breaker;
  private final RedisClock clock;
  private final Journal journal;
  private final Writes writes;
  private final Feed feed;
  private final long silenceNanos;
  private final AtomicBoolean probing = new AtomicBoolean();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
      new DefaultThreadFactory("icm-redis-upkeep", true));

  // Owned by the thread, but for the time of the last answer.
  private @Nullable Session watched;
  private long lastProbeNanos;
  private volatile long lastAnswerNanos;

  private CompletableFuture<Integer> repair = CompletableFuture.completedFuture(0); // under lock
  private volatile long repairNotBeforeNanos = System.nanoTime();
  private volatile long repairPauseNanos; // 0 unless the last repair got nothing done

  Upkeep(
      Connections connections,
      Pipe pipe,
      Breaker breaker,
      RedisClock clock,
      Journal journal,
      Writes writes,
      Feed feed,
      Duration commandTimeout) {
    this.connections = connections;
    this.pipe = pipe;
    this.breaker = breaker;
    this.clock = clock;
    this.journal = journal;
    this.writes = writes;
    this.feed = feed;
    this.silenceNanos = Math.max(Duration.ofSeconds(2).toNanos(), 5 * commandTimeout.toNanos());
  }

  void start() {
    var unused = thread.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, MILLISECONDS);
  }

  private void tick() {
    try {
      var unused = connections.tend();
      var unusedFeed = feed.tend();
      Session session = connections.session();
      if (session != null) {
        watch(session);
        if (repairNotBeforeNanos - System.nanoTime() <= 0) {
          var unusedToo = repair();
        }
      }
    } catch (Throwable e) { // anything that got out of here would be the last tick
      LOG.warn("upkeep failed; going on", e);
    }
  }

  private void watch(Session session) {
    long now = System.nanoTime();
    if (session != watched) {
      watched = session;
      lastAnswerNanos = now;
      lastProbeNanos = now;
    }
    if (now - lastAnswerNanos > silenceNanos) {
      session.end(Reason.BROKEN, "silent for " + Duration.ofNanos(silenceNanos).toSeconds() + " s");
    } else if (breaker.startProbe() || now - lastProbeNanos > HEARTBEAT_NANOS) {
      lastProbeNanos = now;
      probe(session);
    }
  }

  private void probe(Session session) {
    if (!probing.compareAndSet(false, true)) {
      return; // the one on its way will do
    }
    long sent = clock.nanos();
    var unused = pipe.probe(session, RedisAsyncCommands::time).thenAccept(reply -> {
      probing.set(false);
      if (reply instanceof Reply.Ok<List<byte[]>> time) {
        lastAnswerNanos = System.nanoTime();
        clock.refresh(Connections.micros(time.value()), sent, clock.nanos());
        breaker.probeSucceeded();
      } else {
        breaker.probeFailed();
      }
    });
  }

  /**
   * Makes up for keys of the journal, or joins who does so already; done once all are answered, with
   * the number of those that succeeded. A put that fails meanwhile has a greater version than the
   * tombstone that was sent, and keeps its entry.
   */
  private synchronized CompletableFuture<Integer> repair() {
    if (journal.isEmpty() || !pipe.available() || !repair.isDone()) {
      return repair;
    }
    List<CompletableFuture<Boolean>> repeated = new ArrayList<>();
    journal.some(KEYS_AT_ONCE).forEach((key, version) -> repeated.add(writes.repeat(key, version)));
    repair = CompletableFuture.allOf(repeated.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            all -> pace((int) repeated.stream().filter(CompletableFuture::join).count()));
    return repair;
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
      while (failures < 2 && !journal.isEmpty() && pipe.available()) {
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
    thread.shutdownNow();
    int left = journal.size();
    if (left > 0) {
      LOG.warn(
          "closed while {} keys could not be written; Redis may hold older values for them", left);
    }
  }
}
