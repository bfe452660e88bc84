package io.intelligentcache.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The removals of many keys that are under way. Each is repeated on a thread of its own until it has
 * succeeded; until then what it is to remove is not read.
 */
final class Sweeps implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeps.class);
  private static final int MOST_AT_ONCE = 256;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  private final Pipe pipe;
  private final Sweeper sweeper;
  private final LettuceClient client;
  private final Versions versions;
  private final KeyNames names;
  private final Duration timeout;
  private final List<Sweep> active = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("icm-redis-sweep", true));

  Sweeps(
      Pipe pipe,
      Sweeper sweeper,
      LettuceClient client,
      Versions versions,
      KeyNames names,
      Duration timeout) {
    this.pipe = pipe;
    this.sweeper = sweeper;
    this.client = client;
    this.versions = versions;
    this.names = names;
    this.timeout = timeout;
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
      active.removeAll(dropped);
      dropped.forEach(sweep -> refuse(sweep, Reason.BUSY));
      return CompletableFuture.completedFuture(new Outcome.Refused(Reason.BUSY));
    }
    return begin(new Sweep(space, matching, versions, names)).done();
  }

  /** Begins to remove everything under the namespace, because it is not known what is old in it. */
  void beginAll() {
    List<Sweep> before = List.copyOf(active);
    begin(new Sweep(null, key -> true, versions, names));
    // The one just begun does all that an earlier one of the whole namespace was to do.
    active.removeAll(before.stream().filter(Sweep::isOfAll).toList());
  }

  private Sweep begin(Sweep sweep) {
    active.add(sweep);
    if (!pipe.complete()) {
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
  boolean cover(TierKey key, Version version) {
    for (Sweep sweep : active) {
      if (sweep.covers(key, version)) {
        return true;
      }
    }
    return false;
  }

  private void attempt(Sweep sweep) {
    if (!active.contains(sweep)) {
      return; // dropped for one that removes more
    }
    switch (run(sweep)) {
      case DONE -> {
        active.remove(sweep);
        sweep.done().complete(new Outcome.Done(sweep.removed));
      }
      case PREDICATE_FAILED -> {
        active.remove(sweep);
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
