package io.intelligentcache.redis.internal.feed;

import io.intelligentcache.redis.internal.connection.Connections;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.topology.ClusterNode;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.TimeSource;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the invalidations of one server, over its own connection.
 *
 * <p>Heartbeat: the instance regularly sends a command on that connection. Redis sends invalidations and answers in one
 * order. So an answer proves that the instance has received the invalidations of all changes that were acknowledged
 * before the heartbeat was sent. While a heartbeat is unanswered nothing is proved, and copies become suspect by
 * themselves.
 *
 * <p>In a cluster the heartbeat asks which slots the server owns: see {@link InvalidationFeeds}.
 *
 * <pre>
 *   connected                  any key may have changed since the last connection
 *   heartbeat sent at 100
 *   invalidation of "k"        k has changed
 *   heartbeat answered         all invalidations until 100 have been received
 * </pre>
 */
final class InvalidationFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InvalidationFeed.class);
  private static final long PERIOD_NANOS = Duration.ofMillis(250).toNanos();
  private static final long SILENCE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long SHORTEST_PAUSE_NANOS = Duration.ofMillis(50).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

  private final Primary primary;
  private final boolean inCluster;
  private final ChangeSource source;
  private final Changes changes;
  private final TimeSource time;
  private final LongSupplier nanos;
  private final Runnable whenHeard;
  private final AtomicBoolean connecting = new AtomicBoolean();
  private volatile @Nullable Line line;
  private volatile @Nullable Heard heard;
  private volatile boolean closed;
  private volatile long notBeforeNanos;
  private volatile long pauseNanos = SHORTEST_PAUSE_NANOS;
  private volatile @Nullable String lastComplaint;

  /**
   * What an answered heartbeat proves.
   *
   * @param untilNanos when the heartbeat was sent, on the time source's clock
   * @param slots the slots that the server says it owned then; in a cluster only
   */
  record Heard(long untilNanos, @Nullable BitSet slots) {}

  /**
   * The invalidations of one server.
   *
   * @param time the clock of what a heartbeat proves
   * @param nanos the clock of the pauses and of the time without an answer
   * @param whenHeard is called after each answered heartbeat
   */
  InvalidationFeed(
      Primary primary,
      boolean inCluster,
      ChangeSource source,
      Changes changes,
      TimeSource time,
      LongSupplier nanos,
      Runnable whenHeard) {
    this.primary = primary;
    this.inCluster = inCluster;
    this.source = source;
    this.changes = changes;
    this.time = time;
    this.nanos = nanos;
    this.notBeforeNanos = nanos.getAsLong();
    this.whenHeard = whenHeard;
  }

  /** One connection that delivers invalidations. */
  private static final class Line {
    final StatefulRedisConnection<byte[], byte[]> connection;
    final AtomicBoolean asking = new AtomicBoolean();
    volatile long askedNanos;
    volatile long answeredNanos;
    volatile boolean answered;

    Line(StatefulRedisConnection<byte[], byte[]> connection, long nowNanos) {
      this.connection = connection;
      this.answeredNanos = nowNanos;
    }
  }

  /** Connects, or sends a heartbeat, when that is due. Returns at once. */
  void tend() {
    Line open = line;
    if (open == null) {
      connect();
      return;
    }
    long now = nanos.getAsLong();
    if (!open.connection.isOpen() || now - open.answeredNanos > SILENCE_NANOS) {
      end(open, open.connection.isOpen() ? "it is silent" : "the connection was closed");
    } else if (now - open.askedNanos >= PERIOD_NANOS) {
      ask(open);
    }
  }

  private void connect() {
    if (closed
        || notBeforeNanos - nanos.getAsLong() > 0
        || !connecting.compareAndSet(false, true)) {
      return;
    }
    var unused = source
        .begin(primary, changes)
        .thenAccept(fresh -> begin(new Line(fresh, nanos.getAsLong())))
        .whenComplete((ok, failure) -> {
          if (failure != null) {
            notBeforeNanos = nanos.getAsLong() + pauseNanos;
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
            complain(failure);
          }
          connecting.set(false);
        });
  }

  /**
   * Starts to use a connection. It delivers the changes from this moment on. Changes since the end of the last
   * connection were missed.
   */
  private void begin(Line fresh) {
    changes.missed();
    line = fresh;
    pauseNanos = SHORTEST_PAUSE_NANOS;
    if (lastComplaint != null) {
      LOG.info("{} reports invalidations", primary);
      lastComplaint = null;
    }
    if (closed) {
      close();
    }
    ask(fresh);
  }

  private void ask(Line open) {
    if (!open.asking.compareAndSet(false, true)) {
      return; // the heartbeat in flight is enough
    }
    open.askedNanos = nanos.getAsLong();
    long sent = time.nanos();
    CompletionStage<Heard> answer = inCluster
        ? open.connection
            .async()
            .clusterNodes()
            .thenApply(nodes -> new Heard(sent, ClusterNode.slotsOfSelf(nodes)))
        : source.ask(open.connection).thenApply(now -> new Heard(sent, null));
    var unused = answer.whenComplete((proof, failure) -> {
      open.asking.set(false);
      if (failure == null && line == open) {
        open.answeredNanos = nanos.getAsLong();
        open.answered = true;
        heard = proof;
        whenHeard.run();
      }
    });
  }

  /** The proof of the last answered heartbeat; null before the first one. */
  @Nullable
  Heard receivedUntil() {
    return heard;
  }

  /**
   * Completes with the connection when the command is answered within the connect timeout; otherwise closes the
   * connection.
   */
  static CompletableFuture<StatefulRedisConnection<byte[], byte[]>> orClosed(
      StatefulRedisConnection<byte[], byte[]> fresh, CompletionStage<?> answer, Primary primary) {
    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> begun =
        primary.connectsInTime(answer.toCompletableFuture()).thenApply(ok -> fresh);
    var unused = begun.whenComplete((ok, failure) -> {
      if (failure != null) {
        var unusedClose = fresh.closeAsync();
      }
    });
    return begun;
  }

  private void end(Line open, String why) {
    line = null;
    var unused = open.connection.closeAsync();
    if (!closed) {
      LOG.warn(
          "{} no longer reports invalidations ({}); connecting again. Until then every read of a"
              + " copy asks it",
          primary,
          why);
      lastComplaint = why;
    }
  }

  private void complain(Throwable failure) {
    String what = Connections.root(failure);
    if (!closed && !what.equals(lastComplaint)) {
      lastComplaint = what;
      if (primary.quiet().isOn()) {
        return;
      }
      LOG.warn(
          "{} does not report invalidations ({}); until it does, every read of a copy asks it",
          primary,
          primary.address().redact(what));
    }
  }

  /** Whether a connection delivers invalidations at present. */
  boolean listens() {
    return line != null;
  }

  /** Why no invalidations are delivered, as a text without the password; null if they are delivered. */
  @Nullable
  String trouble() {
    Line open = line;
    if (open != null && open.answered) {
      return null;
    }
    String known = lastComplaint;
    return primary + " does not report invalidations ("
        + (known == null ? "no answer yet" : primary.address().redact(known)) + ")";
  }

  @Override
  public void close() {
    closed = true;
    Line last = line;
    if (last != null) {
      end(last, "closed");
    }
  }
}
