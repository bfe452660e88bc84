package io.intelligentcache.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.netty.util.Timeout;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The removals of many keys that are under way. Each is repeated on a thread of its own until it has
 * succeeded; until then what it is to remove is not read.
 */
final class Sweeps implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeps.class);
  private static final int MOST_AT_ONCE = 256;
  private static final int MOST_SPARED = 100_000;
  private static final long MOST_SPARED_BYTES = 32L << 20;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  private final Pipe pipe;
  private final Sweeper sweeper;
  private final LettuceClient client;
  private final Versions versions;
  private final long writer;
  private final KeyNames names;
  private final Duration timeout;
  private final List<Sweep> active = new CopyOnWriteArrayList<>();
  private final Spared spared = new Spared(MOST_SPARED, MOST_SPARED_BYTES);
  private final Object order = new Object();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("icm-redis-sweep", true));

  Sweeps(
      Pipe pipe,
      Connections connections,
      LettuceClient client,
      Versions versions,
      long writer,
      KeyNames names,
      Duration timeout) {
    this.pipe = pipe;
    this.client = client;
    this.versions = versions;
    this.writer = writer;
    this.names = names;
    this.timeout = timeout;
    this.sweeper = new Sweeper(pipe, connections, spared, order);
  }

  /** Begins to remove matching keys of a space. From now on they are not read. */
  CompletableFuture<Outcome> begin(Space space, Predicate<byte[]> matching) {
    if (pipe.closed()) {
      return CompletableFuture.completedFuture(new Outcome.Refused(Reason.CLOSED));
    }
    if (active.size() >= MOST_AT_ONCE) {
      LOG.warn("{} removals wait at once; the whole namespace is removed instead", MOST_AT_ONCE);
      List<Sweep> dropped = List.copyOf(active);
      beginAll();
      end(dropped);
      dropped.forEach(sweep -> refuse(sweep, Reason.BUSY));
      return CompletableFuture.completedFuture(new Outcome.Refused(Reason.BUSY));
    }
    return begin(new Sweep(space, matching, versions.next(), writer, names)).done();
  }

  /** Begins to remove everything under the namespace, because it is not known what is old in it. */
  void beginAll() {
    List<Sweep> before = List.copyOf(active);
    begin(new Sweep(null, key -> true, versions.next(), writer, names));
    // The one just begun does all that an earlier one of the whole namespace was to do.
    end(before.stream().filter(Sweep::isOfAll).toList());
  }

  private Sweep begin(Sweep sweep) {
    active.add(sweep);
    if (!pipe.available()) {
      refuse(sweep, Reason.OPEN);
    }
    try {
      Timeout deadline = client.after(timeout, t -> refuse(sweep, Reason.LATE));
      var unused = sweep.done().whenComplete((outcome, failure) -> deadline.cancel());
      thread.execute(() -> attempt(sweep));
    } catch (IllegalStateException | RejectedExecutionException e) {
      refuse(sweep, Reason.CLOSED);
    }
    return sweep;
  }

  /** Whether what was found under this key may be what is to be removed. */
  boolean cover(TierKey key, StoredRecord found) {
    for (Sweep sweep : active) {
      if (sweep.covers(key, found)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Sends a put so that no sweep that began before it takes it away.
   *
   * <p>The schedule to avoid: the sweep sees the old value of a key in a scan and finds that the key
   * is not spared; the put is sent; the unlink is sent and takes the new value. So "find it not
   * spared, send the unlink" and "spare it, send the put" exclude each other.
   */
  <T> CompletableFuture<Reply<T>> ordered(
      TierKey key, byte[] name, long version, Supplier<CompletableFuture<Reply<T>>> send) {
    if (active.isEmpty()) {
      return send.get();
    }
    synchronized (order) {
      CompletableFuture<Reply<T>> sent = send.get();
      // What was refused at once is not in Redis, and while Redis is away that is everything.
      if (!(sent.getNow(null) instanceof Reply.None<T>) && concerned(key)) {
        spared.add(name, version);
      }
      return sent;
    }
  }

  private boolean concerned(TierKey key) {
    for (Sweep sweep : active) {
      if (sweep.concerns(key)) {
        return true;
      }
    }
    return false;
  }

  /** Lets go of sweeps, and of what was spared for them alone. */
  private void end(List<Sweep> ended) {
    long next =
        versions.next(); // a sweep that begins right now may lose what it was to spare: a miss
    active.removeAll(ended);
    spared.forgetUntil(active.stream().mapToLong(Sweep::version).min().orElse(next));
  }

  private void attempt(Sweep sweep) {
    if (!active.contains(sweep)) {
      return; // dropped for one that removes more
    }
    switch (run(sweep)) {
      case DONE -> {
        end(List.of(sweep));
        sweep.done().complete(new Outcome.Done(sweep.removed));
      }
      case PREDICATE_FAILED -> {
        end(List.of(sweep));
        refuse(sweep, Reason.BROKEN);
      }
      case AGAIN -> again(sweep);
    }
  }

  private Sweeper.Result run(Sweep sweep) {
    try {
      return sweeper.run(sweep);
    } catch (Throwable e) { // not the predicate's: what is to be removed stays unreadable
      LOG.warn("a removal failed; trying again", e);
      return Sweeper.Result.AGAIN;
    }
  }

  private void again(Sweep sweep) {
    try {
      var unused = thread.schedule(() -> attempt(sweep), sweep.pauseMillis, MILLISECONDS);
      sweep.pauseMillis = Math.min(2 * sweep.pauseMillis, LONGEST_PAUSE_MILLIS);
    } catch (RejectedExecutionException e) {
      refuse(sweep, Reason.CLOSED);
    }
  }

  private static void refuse(Sweep sweep, Reason why) {
    sweep.done().complete(new Outcome.Refused(why));
  }

  /** Gives up what is not done, within a second. */
  @Override
  public void close() {
    thread.shutdownNow();
    if (!active.isEmpty()) {
      LOG.warn("closed before {} removals were done; Redis may hold what they name", active.size());
    }
    active.forEach(sweep -> refuse(sweep, Reason.CLOSED));
    try {
      if (!thread.awaitTermination(1, SECONDS)) {
        LOG.warn("a predicate of a removal still runs");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
