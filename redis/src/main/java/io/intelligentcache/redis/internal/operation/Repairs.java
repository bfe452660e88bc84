package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.command.Futures;
import io.intelligentcache.redis.internal.connection.Deadlines;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.topology.CommandRouter;
import io.intelligentcache.redis.internal.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repairs the writes in {@link UnsettledWrites}, some at a time. While all repairs fail, for example because the server
 * is read-only, the pauses between them grow.
 */
public final class Repairs {
  private static final Logger LOG = LoggerFactory.getLogger(Repairs.class);
  private static final int KEYS_AT_ONCE = 500;
  private static final long SHORTEST_PAUSE_NANOS = Duration.ofMillis(25).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

  private final Topology topology;
  private final CommandRouter router;
  private final KeyNames names;
  private final UnsettledWrites unsettled;
  private final Writes writes;
  private final Deadlines deadlines;

  private CompletableFuture<Integer> running = CompletableFuture.completedFuture(0); // under lock
  private volatile long notBeforeNanos;
  private volatile long pauseNanos; // 0 unless the last repair settled nothing

  public Repairs(
      Topology topology,
      CommandRouter router,
      KeyNames names,
      UnsettledWrites unsettled,
      Writes writes,
      Deadlines deadlines) {
    this.topology = topology;
    this.router = router;
    this.names = names;
    this.unsettled = unsettled;
    this.writes = writes;
    this.deadlines = deadlines;
    this.notBeforeNanos = deadlines.nanos();
  }

  /** Begins a repair, when due. Called by the maintenance thread. */
  public void tend() {
    if (notBeforeNanos - deadlines.nanos() <= 0) {
      var unused = repair();
    }
  }

  /**
   * Repairs unsettled writes whose servers take commands, or returns the repair that is already running. Completes when
   * all commands are answered, with the number of keys that were settled. If a put of the same key fails meanwhile, its
   * version is greater than that of the tombstone that was sent, so the put stays in {@link UnsettledWrites}.
   */
  private synchronized CompletableFuture<Integer> repair() {
    if (unsettled.isEmpty() || !router.available() || !running.isDone()) {
      return running;
    }
    // A write may have been refused because a server's clock was set. The time is asked for first,
    // so that no repair gets a version by the former clock.
    running = Futures.all(topology.primaries().stream().map(Primary::askTime).toList())
        .thenCompose(asked -> repeatSome());
    return running;
  }

  private CompletableFuture<Integer> repeatSome() {
    List<CompletableFuture<Boolean>> repeated = new ArrayList<>();
    unsettled
        .some(KEYS_AT_ONCE, key -> router.reaches(names.name(key)))
        .forEach((key, write) -> repeated.add(writes.repeat(key, write)));
    return Futures.all(repeated)
        .thenApply(all -> pace((int) all.stream().filter(done -> done).count()));
  }

  private int pace(int succeeded) {
    pauseNanos = succeeded > 0
        ? 0
        : Math.min(Math.max(2 * pauseNanos, SHORTEST_PAUSE_NANOS), LONGEST_PAUSE_NANOS);
    notBeforeNanos = deadlines.nanos() + pauseNanos;
    return succeeded;
  }

  /** Repairs all unsettled writes before the tier closes, as far as the servers accept them in this time. */
  public void drain(Duration time) {
    long until = deadlines.nanos() + time.toNanos();
    int failures = 0;
    try {
      // The first repair may have been sent while the server still refused; the second was not.
      while (failures < 2 && !unsettled.isEmpty() && router.available()) {
        Duration left = Duration.ofNanos(Math.max(0, until - deadlines.nanos()));
        int succeeded = deadlines.await(repair(), left);
        failures = succeeded > 0 ? 0 : failures + 1;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // close() logs the keys that are left.
    }
  }

  /** Logs what is left. */
  public void close() {
    int left = unsettled.size();
    if (left > 0) {
      LOG.warn(
          "closed while {} keys could not be written; Redis may hold older values for them", left);
    }
  }
}
