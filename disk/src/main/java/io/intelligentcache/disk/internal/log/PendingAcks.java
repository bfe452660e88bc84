package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operations that wait for the writer: queued for its next batch, or part of its current batch.
 * Guarded by the log's lock. No operation waits longer than a deadline, even if the writer hangs.
 *
 * <p>Operations with a record of their own are bounded by the bytes that may wait. The number of
 * other operations is bounded here. Beyond the bound they are refused with {@link Reason#BUSY}.
 */
public final class PendingAcks {
  private static final int MOST = 1 << 17;
  private static final int MOST_STRIKES = 1 << 14;
  private static final long DEADLINE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long HURRY_NANOS = Duration.ofMillis(500).toNanos();
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Outcome BUSY = new Outcome.Refused(Reason.BUSY);

  private final LogMonitor monitor;
  private final StoreDeadlines deadlines;
  private final List<List<PendingAck>> inHand = new ArrayList<>();
  private List<PendingAck> writes = new ArrayList<>();
  private List<PendingAck> deadMarks = new ArrayList<>();
  private Set<Long> removed = new HashSet<>();
  private Set<Long> removedInHand = Set.of();
  private boolean watched;
  private volatile long mostNanos = DEADLINE_NANOS;

  public PendingAcks(LogMonitor monitor, StoreDeadlines deadlines) {
    this.monitor = monitor;
    this.deadlines = deadlines;
  }

  /** Queues an operation for the next batch. */
  CompletableFuture<Outcome> add(
      Outcome written,
      Outcome otherwise,
      PendingAck.@Nullable Place own,
      PendingAck.@Nullable Place stale,
      boolean clears) {
    if (own == null && writes.size() >= MOST) {
      return CompletableFuture.completedFuture(BUSY);
    }
    return add(writes, written, otherwise, own, stale, clears);
  }

  /**
   * Queues an operation until its old record is marked dead. If it has no old record, or if the
   * queue is full, the whole store is invalidated instead.
   */
  CompletableFuture<Outcome> markDead(PendingAck.@Nullable Place stale, Outcome outcome) {
    if (deadMarks.size() > MOST_STRIKES) {
      return CompletableFuture.completedFuture(BUSY); // the last queued one invalidates the store
    }
    boolean all = stale == null || deadMarks.size() == MOST_STRIKES;
    return add(deadMarks, outcome, outcome, null, all ? null : stale, all);
  }

  private CompletableFuture<Outcome> add(
      List<PendingAck> line,
      Outcome written,
      Outcome otherwise,
      PendingAck.@Nullable Place own,
      PendingAck.@Nullable Place stale,
      boolean clears) {
    var future = new CompletableFuture<Outcome>();
    line.add(new PendingAck(future, written, otherwise, own, stale, clears, deadlines.nanos()));
    watch();
    return future;
  }

  /** Remembers a key that was removed from the index while the file still has it. */
  void removed(long hash) {
    removed.add(Index.kept(hash));
  }

  /** Whether the file may still have a key that was removed. */
  boolean leaving(long hash) {
    long kept = Index.kept(hash);
    return removed.contains(kept) || removedInHand.contains(kept);
  }

  boolean inLine() {
    return !writes.isEmpty() || !deadMarks.isEmpty();
  }

  boolean any() {
    return inLine() || !inHand.isEmpty();
  }

  /** Ends the current batch: all its operations are completed. */
  void settle() {
    inHand.clear();
    removedInHand = Set.of();
  }

  List<PendingAck> takeWrites() {
    List<PendingAck> taken = writes;
    writes = new ArrayList<>();
    inHand.add(taken);
    return taken;
  }

  /**
   * Called at the start of a batch, with {@link #takeWrites}. The removed keys become part of the
   * batch too.
   */
  List<PendingAck> takeStrikes() {
    List<PendingAck> taken = deadMarks;
    deadMarks = new ArrayList<>();
    inHand.add(taken);
    removedInHand = removed;
    removed = new HashSet<>();
    return taken;
  }

  /** Shortens the deadline, because the store is closing. Called without the lock. */
  void hurry() {
    mostNanos = HURRY_NANOS;
    deadlines.after(HURRY_NANOS, this::refuseLate);
  }

  private void watch() {
    if (!watched) {
      watched = true;
      deadlines.after(LOOK_NANOS, this::refuseLate);
    }
  }

  /**
   * Refuses operations that are past the deadline, or all of them if nothing would refuse them
   * later. The writer still executes them. Called without the lock.
   */
  private void refuseLate() {
    List<PendingAck> late;
    monitor.lock();
    try {
      boolean last = deadlines.isClosed();
      late = waiting(last ? 0 : mostNanos);
      watched = false;
      if (any() && !last) {
        watch(); // first: a continuation of those that are refused may block
      }
    } finally {
      monitor.unlock();
    }
    late.forEach(ack -> ack.refuse(Reason.LATE));
  }

  /** Refuses all operations when the writer has ended. Called without the lock. */
  void refuseAll() {
    List<PendingAck> all;
    monitor.lock();
    try {
      all = waiting(0);
    } finally {
      monitor.unlock();
    }
    all.forEach(ack -> ack.refuse(Reason.BROKEN));
  }

  /** The operations that have waited for at least a time. */
  private List<PendingAck> waiting(long leastNanos) {
    long now = deadlines.nanos();
    return Stream.concat(inHand.stream(), Stream.of(writes, deadMarks))
        .flatMap(List::stream)
        .filter(ack -> !ack.future().isDone() && now - ack.since() >= leastNanos)
        .toList();
  }
}
