package io.intelligentcache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from a server which keys change, over a connection of its own.
 *
 * <p>Redis pushes the name of every key of the namespace that anybody writes, removes, evicts or lets
 * expire. Between the pushes a heartbeat asks for the time: pushes and replies come in one order, so its
 * answer proves that all that was acknowledged before it was sent has been pushed. While it is not
 * answered nothing is proved, and copies turn suspect by themselves.
 *
 * <pre>
 *   connected, tracking on     any key may have changed since the last connection
 *   heartbeat sent at 100
 *   push "k"                   k has changed
 *   heartbeat answered         heard until 100
 * </pre>
 */
final class Feed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
  private static final long PERIOD_NANOS = Duration.ofMillis(250).toNanos();
  private static final long SILENCE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long SHORTEST_PAUSE_NANOS = Duration.ofMillis(50).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long ATTEMPT_MILLIS = 2_000;

  private final RedisAddress address;
  private final Connections connections;
  private final KeyNames names;
  private final Changes changes;
  private final TimeSource time;
  private final AtomicBoolean connecting = new AtomicBoolean();
  private volatile @Nullable Line line;
  private volatile boolean closed;
  private volatile long notBeforeNanos = System.nanoTime();
  private volatile long pauseNanos = SHORTEST_PAUSE_NANOS;
  private volatile @Nullable String lastComplaint;

  Feed(RedisAddress address, Connections connections, KeyNames names, TierContext context) {
    this.address = address;
    this.connections = connections;
    this.names = names;
    this.changes = context.changes();
    this.time = context.time();
    this.closed = changes == Changes.IGNORED; // nobody listens
  }

  /** One connection on which tracking is on. */
  private static final class Line {
    final StatefulRedisConnection<byte[], byte[]> connection;
    final AtomicBoolean asking = new AtomicBoolean();
    volatile long askedNanos;
    volatile long answeredNanos = System.nanoTime();

    Line(StatefulRedisConnection<byte[], byte[]> connection) {
      this.connection = connection;
    }
  }

  /** Does what is due: connects, asks. Returns at once; the future always succeeds. */
  CompletableFuture<?> tend() {
    Line open = line;
    if (open == null) {
      return connect();
    }
    long now = System.nanoTime();
    if (!open.connection.isOpen() || now - open.answeredNanos > SILENCE_NANOS) {
      end(open, open.connection.isOpen() ? "it is silent" : "the connection was closed");
    } else if (now - open.askedNanos >= PERIOD_NANOS) {
      var unused = ask(open);
    }
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<?> connect() {
    if (closed
        || notBeforeNanos - System.nanoTime() > 0
        || !connecting.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(null);
    }
    return connections
        .lend()
        .thenCompose(fresh -> {
          fresh.addListener(this::pushed);
          return fresh
              .async()
              .clientTracking(TrackingArgs.Builder.enabled()
                  .bcast()
                  .prefixes(UTF_8, new String(names.prefix(), UTF_8)))
              .toCompletableFuture()
              .orTimeout(ATTEMPT_MILLIS, MILLISECONDS)
              .whenComplete((ok, failure) -> {
                if (failure != null) {
                  var unused = fresh.closeAsync();
                }
              })
              .thenCompose(ok -> begin(new Line(fresh)));
        })
        .handle((ok, failure) -> {
          if (failure != null) {
            complain(failure);
            notBeforeNanos = System.nanoTime() + pauseNanos;
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
          }
          connecting.set(false);
          return null;
        });
  }

  /** From here on changes are pushed; what changed before, since the last connection, nobody told. */
  private CompletableFuture<?> begin(Line fresh) {
    changes.changedUnknown();
    line = fresh;
    pauseNanos = SHORTEST_PAUSE_NANOS;
    if (lastComplaint != null) {
      LOG.info("{} tells of changes", address);
      lastComplaint = null;
    }
    if (closed) {
      close();
    }
    return ask(fresh);
  }

  private CompletableFuture<?> ask(Line open) {
    if (!open.asking.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(null); // the one on its way will do
    }
    open.askedNanos = System.nanoTime();
    long sent = time.nanos();
    return open.connection.async().time().toCompletableFuture().handle((answer, failure) -> {
      open.asking.set(false);
      if (failure == null && line == open) {
        open.answeredNanos = System.nanoTime();
        changes.heardUntil(sent);
      }
      return null;
    });
  }

  /** On the event loop, in order with the answers. */
  private void pushed(PushMessage message) {
    if (!message.getType().equals("invalidate")) {
      return;
    }
    if (!(message.getContent().get(1) instanceof List<?> keys)) {
      changes.changedUnknown(); // all keys were removed
      return;
    }
    for (Object name : keys) {
      TierKey key = name instanceof ByteBuffer bytes ? names.key(bytes(bytes)) : null;
      if (key != null) {
        changes.changed(key);
      }
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private void end(Line open, String why) {
    line = null;
    var unused = open.connection.closeAsync();
    if (!closed) {
      LOG.warn(
          "{} does not tell of changes any more ({}); connecting again, and asking it meanwhile",
          address,
          why);
      lastComplaint = why;
    }
  }

  private void complain(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String what = String.valueOf(root.getMessage());
    if (!closed && !what.equals(lastComplaint)) {
      lastComplaint = what;
      LOG.warn(
          "{} does not tell of changes ({}); every read of a copy asks it until it does",
          address,
          address.redact(what));
    }
  }

  /** Whether changes are pushed at present. */
  boolean listens() {
    return line != null;
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
