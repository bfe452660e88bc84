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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from a server which keys change, over a connection of its own.
 *
 * <p>Between what it tells, a heartbeat asks something: tidings and answers come in one order, so its
 * answer proves that all that was acknowledged before it was sent has been told. While it is not
 * answered nothing is proved, and copies turn suspect by themselves.
 *
 * <p>In a cluster the heartbeat asks which slots the server owns: see {@link InvalidationFeeds}.
 *
 * <pre>
 *   connected                  any key may have changed since the last connection
 *   heartbeat sent at 100
 *   told "k"                   k has changed
 *   heartbeat answered         heard until 100
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
  private final Runnable whenHeard;
  private final AtomicBoolean connecting = new AtomicBoolean();
  private volatile @Nullable Line line;
  private volatile @Nullable Heard heard;
  private volatile boolean closed;
  private volatile long notBeforeNanos = System.nanoTime();
  private volatile long pauseNanos = SHORTEST_PAUSE_NANOS;
  private volatile @Nullable String lastComplaint;

  /**
   * What an answered heartbeat proves.
   *
   * @param untilNanos when it was sent, on the time source's clock
   * @param slots what the server owned then, by its own account; in a cluster only
   */
  record Heard(long untilNanos, @Nullable BitSet slots) {}

  InvalidationFeed(
      Primary primary,
      boolean inCluster,
      ChangeSource source,
      Changes changes,
      TimeSource time,
      Runnable whenHeard) {
    this.primary = primary;
    this.inCluster = inCluster;
    this.source = source;
    this.changes = changes;
    this.time = time;
    this.whenHeard = whenHeard;
  }

  /** One connection on which tracking is on. */
  private static final class Line {
    final StatefulRedisConnection<byte[], byte[]> connection;
    final AtomicBoolean asking = new AtomicBoolean();
    volatile long askedNanos;
    volatile long answeredNanos = System.nanoTime();
    volatile boolean answered;

    Line(StatefulRedisConnection<byte[], byte[]> connection) {
      this.connection = connection;
    }
  }

  /** Does what is due: connects, asks. Returns at once. */
  void tend() {
    Line open = line;
    if (open == null) {
      connect();
      return;
    }
    long now = System.nanoTime();
    if (!open.connection.isOpen() || now - open.answeredNanos > SILENCE_NANOS) {
      end(open, open.connection.isOpen() ? "it is silent" : "the connection was closed");
    } else if (now - open.askedNanos >= PERIOD_NANOS) {
      ask(open);
    }
  }

  private void connect() {
    if (closed
        || notBeforeNanos - System.nanoTime() > 0
        || !connecting.compareAndSet(false, true)) {
      return;
    }
    var unused = source
        .begin(primary, changes)
        .thenAccept(fresh -> begin(new Line(fresh)))
        .whenComplete((ok, failure) -> {
          if (failure != null) {
            complain(failure);
            notBeforeNanos = System.nanoTime() + pauseNanos;
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
          }
          connecting.set(false);
        });
  }

  /** From here on changes are pushed; what changed before, since the last connection, nobody told. */
  private void begin(Line fresh) {
    changes.missed();
    line = fresh;
    pauseNanos = SHORTEST_PAUSE_NANOS;
    if (lastComplaint != null) {
      LOG.info("{} tells of changes", primary);
      lastComplaint = null;
    }
    if (closed) {
      close();
    }
    ask(fresh);
  }

  private void ask(Line open) {
    if (!open.asking.compareAndSet(false, true)) {
      return; // the one on its way will do
    }
    open.askedNanos = System.nanoTime();
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
        open.answeredNanos = System.nanoTime();
        open.answered = true;
        heard = proof;
        whenHeard.run();
      }
    });
  }

  /** What the last answer proves; null before the first one. */
  @Nullable
  Heard receivedUntil() {
    return heard;
  }

  /** Done when a command has been answered in time; if it fails, the connection is closed. */
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
          "{} does not tell of changes any more ({}); connecting again, and asking it meanwhile",
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
          "{} does not tell of changes ({}); every read of a copy asks it until it does",
          primary,
          primary.address().redact(what));
    }
  }

  /** Whether changes are pushed at present. */
  boolean listens() {
    return line != null;
  }

  /** Why changes are not told, in words without the password; null if they are. */
  @Nullable
  String trouble() {
    Line open = line;
    if (open != null && open.answered) {
      return null;
    }
    String known = lastComplaint;
    return primary + " does not tell of changes ("
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
