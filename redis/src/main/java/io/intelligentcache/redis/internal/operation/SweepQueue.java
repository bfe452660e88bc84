package io.intelligentcache.redis.internal.operation;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.redis.internal.connection.Deadlines;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.record.StoredRecord;
import io.intelligentcache.redis.internal.topology.CommandRouter;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bulk removals that are not done. Until a removal is done, this instance does not read the keys that it removes.
 * One thread executes the removals. Those that wait are done together, in one scan of the keys. A scan that failed is
 * repeated.
 *
 * <p>Bounded. A clear replaces all earlier removals of its space. A removal by a predicate replaces an earlier one with
 * an equal predicate. If there are still too many, a removal is refused and its space is hidden: this instance then
 * reads no entry of the space from Redis that is older than the refused call, until a later clear of the space is done.
 * No key is removed from Redis unless a removal matches it.
 */
public final class SweepQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SweepQueue.class);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /**
   * How much may wait.
   *
   * @param callerTimeout how long the caller of a removal waits at most
   * @param patterns removals that have a predicate, which may take a hundred kilobytes
   * @param spaces spaces with removals, and also the greatest number of hidden spaces
   * @param lostKeys keys that are known by their hash
   */
  public record Bounds(Duration callerTimeout, int patterns, int spaces, int lostKeys) {
    /** The bounds for callers with this timeout. */
    public static Bounds of(Duration timeout) {
      return new Bounds(timeout, 256, 10_000, 1_000_000);
    }
  }

  private final CommandRouter router;
  private final Sweeper sweeper;
  private final Deadlines deadlines;
  private final Versions versions;
  private final KeyNames names;
  private final Bounds bounds;
  private final BulkWrites unsent;

  private final Map<Space, List<BulkRemoval>> pending =
      new ConcurrentHashMap<>(); // written under lock
  private final Map<Space, Long> hidden = new ConcurrentHashMap<>(); // up to this version
  private final AtomicLong allHidden = new AtomicLong(); // up to this version; 0: nothing is hidden
  private volatile UnsettledKeySet lost = UnsettledKeySet.NONE; // written under lock

  private int patterns; // guarded by this

  private final AtomicBoolean behind = new AtomicBoolean(); // whether a caller was refused

  private final AtomicBoolean scheduled = new AtomicBoolean();
  private @Nullable Sweep sweep; // owned by the thread, like the two below
  private Deadlines.@Nullable Deadline retry;
  private Duration pause = SHORTEST_PAUSE;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(LibraryThreads.named("icm-redis-sweep-"));

  public SweepQueue(
      CommandRouter router,
      Sweeper sweeper,
      Deadlines deadlines,
      Versions versions,
      KeyNames names,
      Bounds bounds,
      BulkWrites unsent) {
    this.router = router;
    this.sweeper = sweeper;
    this.deadlines = deadlines;
    this.versions = versions;
    this.names = names;
    this.bounds = bounds;
    this.unsent = unsent;
  }

  /** Begins to remove the matching keys of a space. From this call on this instance does not read them. */
  public CompletableFuture<Outcome> begin(Space space, Predicate<byte[]> matching) {
    BulkRemoval removal = new BulkRemoval(space, matching, versions);
    if (router.closed()) {
      removal.refuse(Reason.CLOSED);
      return removal.done();
    }
    boolean added = add(removal);
    if (!added) {
      hide(space, removal.version());
    }
    // The order matters. First the keys are hidden. Then the unsent writes of bulks are dropped, or
    // have been sent. Last the version of the removal is drawn, so that it is greater than the
    // versions of those writes.
    unsent.drop(removal);
    removal.begin();
    if (added) {
      start(removal);
    } else {
      hide(space, removal.version());
      removal.refuse(Reason.BUSY);
      fallBehind(
          "{} removals wait for Redis. That is too many: a removal in {} was refused. Entries"
              + " stored there before it are not read by this instance until a clear of it is done",
          space);
    }
    return removal.done();
  }

  private void start(BulkRemoval removal) {
    if (!router.complete()) {
      late(removal, Reason.OPEN);
    }
    try {
      Deadlines.Deadline deadline =
          deadlines.after(bounds.callerTimeout(), () -> late(removal, Reason.LATE));
      var unused = removal.done().whenComplete((outcome, failure) -> deadline.cancel());
    } catch (RejectedExecutionException e) {
      removal.refuse(refusal());
    }
    schedule();
  }

  private void late(BulkRemoval removal, Reason why) {
    if (removal.refuse(why)) {
      fallBehind(
          "{} removals are not done, among them one in {}. They continue in the background; until"
              + " they are done, this instance does not read the entries that they remove",
          removal.space());
    }
  }

  private void fallBehind(String message, Space space) {
    if (behind.compareAndSet(false, true)) {
      LOG.warn(message, size(), space);
    }
  }

  private synchronized boolean add(BulkRemoval removal) {
    List<BulkRemoval> kept = new ArrayList<>();
    List<BulkRemoval> included = new ArrayList<>();
    for (BulkRemoval earlier : pending.getOrDefault(removal.space(), List.of())) {
      (removal.includes(earlier) ? included : kept).add(earlier);
    }
    int more = patterns(List.of(removal)) - patterns(included);
    if (patterns + more > bounds.patterns()
        || (!pending.containsKey(removal.space()) && pending.size() >= bounds.spaces())) {
      return false;
    }
    kept.add(removal);
    pending.put(removal.space(), List.copyOf(kept));
    patterns += more;
    for (BulkRemoval earlier : included) {
      var unused = removal
          .done()
          .thenAccept(outcome -> earlier
              .done()
              .complete(
                  outcome instanceof Outcome.Done ? new Outcome.Done(earlier.removed) : outcome));
    }
    return true;
  }

  private synchronized void remove(BulkRemoval removal) {
    List<BulkRemoval> kept = new ArrayList<>(pending.getOrDefault(removal.space(), List.of()));
    if (!kept.remove(removal)) {
      return; // a later removal replaced it
    }
    patterns -= patterns(List.of(removal));
    if (kept.isEmpty()) {
      pending.remove(removal.space());
    } else {
      pending.put(removal.space(), List.copyOf(kept));
    }
  }

  private static int patterns(List<BulkRemoval> some) {
    return (int) some.stream().filter(removal -> !removal.isOfAll()).count();
  }

  private void hide(Space space, long version) {
    if (hidden.containsKey(space) || hidden.size() < bounds.spaces()) {
      hidden.merge(space, version, Math::max);
    } else {
      allHidden.accumulateAndGet(version, Math::max);
    }
  }

  /**
   * Begins to remove keys whose last write was not acknowledged: records that are not newer than those writes. If there
   * are too many keys even for their hashes, they are not removed. Instead this instance hides, permanently, every
   * record up to that version.
   */
  public void beginLost(Collection<TierKey> keys, long version) {
    List<byte[]> more = keys.stream().map(names::name).toList();
    synchronized (this) {
      UnsettledKeySet all = lost.with(more, version);
      if (all.sorted().length <= bounds.lostKeys()) {
        lost = all;
      } else if (allHidden.accumulateAndGet(version, Math::max) == version) {
        LOG.warn(
            "{} keys and more could not be written. That is too many to remember: this instance"
                + " reads nothing from Redis that was written before",
            bounds.lostKeys());
      }
    }
    schedule();
  }

  /** Whether a pending removal may remove a copy with this version, which was read before the removal began. */
  boolean cover(TierKey key, Version version) {
    return cover(key, new Found(version, Long.MAX_VALUE));
  }

  /** Whether a pending removal may remove the record that was found under this key. */
  boolean cover(TierKey key, StoredRecord record) {
    long begun = record.originMillis() * 1_000 - record.errorMicros();
    boolean yetToCome =
        begun > Versions.micros(versions.now()); // by a clock that was set back since then
    return cover(key, new Found(record.version(), yetToCome ? 0 : begun));
  }

  /**
   * A record that was found.
   *
   * @param begunMicros the earliest time at which its write may have begun
   */
  private record Found(Version version, long begunMicros) {}

  private boolean cover(TierKey key, Found found) {
    for (BulkRemoval removal : pending.getOrDefault(key.space(), List.of())) {
      if (mayBeUpTo(removal.version(), removal.calledMicros(), found)
          && removal.mayTake(key.bytes())) {
        return true;
      }
    }
    UnsettledKeySet unread = lost;
    return (!unread.isEmpty()
            && mayBeUpTo(versions.settled(unread.version()), found)
            && unread.contains(names.name(key)))
        || hides(hidden.getOrDefault(key.space(), 0L), found)
        || hides(allHidden.get(), found);
  }

  private boolean hides(long upTo, Found found) {
    return upTo != 0 && mayBeUpTo(versions.settled(upTo), found);
  }

  private boolean mayBeUpTo(long time, Found found) {
    return mayBeUpTo(time, Versions.micros(time), found);
  }

  /**
   * Whether a record may be older than a removal or a write of this instance. It decides as sweep.lua does: a record of
   * another instance may have a later version, and its write may still have begun earlier. The origin in the record
   * shows that.
   */
  private boolean mayBeUpTo(long time, long calledMicros, Found found) {
    return found.version().compareTo(versions.of(time)) <= 0
        || (found.version().writer() != versions.writer() && found.begunMicros() <= calledMicros);
  }

  /** The number of removals that are not done, and of hidden spaces. */
  public int size() {
    return pending.values().stream().mapToInt(List::size).sum() + hidden.size();
  }

  /** The number of keys whose last write was not acknowledged and that are known here by their hash. */
  public int lostKeys() {
    return lost.sorted().length;
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        thread.execute(this::attempt);
      } catch (RejectedExecutionException e) {
        refuseAll();
      }
    }
  }

  private void attempt() {
    scheduled.set(false); // a removal added after this is seen below, or schedules again
    try {
      while (true) {
        // A sweep that has begun takes no more removals. The next sweep takes them.
        Sweep now = sweep != null && sweep.begun ? sweep : next();
        sweep = now;
        if (now.isEmpty()) {
          sweep = null;
          return;
        }
        if (!run(now)) {
          again();
          return;
        }
        sweep = null;
        pause = SHORTEST_PAUSE;
        done(now);
      }
    } catch (Throwable e) { // the keys stay unread
      LOG.warn("a removal failed; retrying", e);
      again();
    }
  }

  private Sweep next() {
    List<BulkRemoval> removals = pending.values().stream()
        .flatMap(List::stream)
        .filter(BulkRemoval::begun)
        .toList();
    UnsettledKeySet keys = lost;
    return new Sweep(removals, keys, versions.settled(keys.version()), names);
  }

  private boolean run(Sweep now) {
    while (true) {
      try {
        return sweeper.run(now);
      } catch (Sweep.Failed e) {
        LOG.warn("a removal was given up, because its predicate failed", e.getCause());
        remove(e.removal);
        e.removal.refuse(Reason.BROKEN);
        now.drop(e.removal);
      }
    }
  }

  private void done(Sweep now) {
    for (BulkRemoval removal : now.removals()) {
      remove(removal);
      if (removal.isOfAll()) {
        hidden.computeIfPresent(
            removal.space(),
            (space, upTo) -> versions.settled(upTo) > removal.version() ? upTo : null);
      }
      removal.done().complete(new Outcome.Done(removal.removed));
    }
    synchronized (this) {
      if (lost.equals(now.lost())) { // else keys were added meanwhile
        lost = UnsettledKeySet.NONE;
      }
    }
    if (pending.isEmpty() && behind.compareAndSet(true, false)) {
      LOG.info("all removals are done");
    }
  }

  private void again() {
    Deadlines.Deadline former = retry;
    if (former != null) {
      former.cancel();
    }
    try {
      retry = deadlines.after(pause, this::schedule);
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    } catch (RejectedExecutionException e) {
      refuseAll();
    }
  }

  private void refuseAll() {
    Reason why = refusal();
    pending.values().forEach(some -> some.forEach(removal -> removal.refuse(why)));
  }

  private Reason refusal() {
    return router.closed() ? Reason.CLOSED : Reason.BROKEN;
  }

  /** Gives up the removals that are not done, within a second. */
  @Override
  public void close() {
    thread.shutdownNow();
    int left = size();
    if (left > 0) {
      LOG.warn(
          "closed before {} removals were done; Redis may hold entries that they remove", left);
    }
    if (lostKeys() > 0) {
      LOG.warn(
          "closed while {} keys could not be written; Redis may hold older values for them",
          lostKeys());
    }
    refuseAll();
    try { // a predicate, which is user code, runs and ends in real time
      if (!thread.awaitTermination(1, SECONDS)) {
        LOG.warn("a predicate of a removal is still running");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
