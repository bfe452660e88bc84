package io.intelligentcache.redis.internal.connection;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.tier.Scheduler;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines and pauses of the tier, on the manager's scheduler. Every command has a deadline, so a deadline must
 * cost little: those of the same {@link #TICK_NANOS} share one task of the scheduler. A deadline comes up to that time
 * late, and never early.
 *
 * <p>The scheduler's thread only hands over. What follows a deadline runs on a library thread, because it may log, and
 * complete a future that has many continuations.
 */
public final class Deadlines {
  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);
  private static final long TICK_NANOS = Duration.ofMillis(10).toNanos();

  private final Scheduler scheduler;
  private final Executor where;
  private final long openedNanos;
  private final Map<Long, Group> groups = new ConcurrentHashMap<>(); // by their tick
  private volatile boolean closed;

  /**
   * Deadlines on this scheduler.
   *
   * @param where runs what follows a deadline
   */
  public Deadlines(Scheduler scheduler, Executor where) {
    this.scheduler = scheduler;
    this.where = where;
    this.openedNanos = scheduler.nanos();
  }

  /** The clock of the deadlines, see {@link Scheduler#nanos}. */
  public long nanos() {
    return scheduler.nanos();
  }

  /**
   * Runs work after a delay, unless it is cancelled.
   *
   * @throws RejectedExecutionException if the tier is closed
   */
  public Deadline after(Duration delay, Runnable work) {
    return after(delay.toNanos(), work);
  }

  /** As {@link #after(Duration, Runnable)}. */
  Deadline after(long delayNanos, Runnable work) {
    if (closed) {
      throw new RejectedExecutionException("the tier is closed");
    }
    long tick = Math.floorDiv(nanos() - openedNanos + delayNanos + TICK_NANOS - 1, TICK_NANOS);
    Group group = groups.get(tick);
    if (group == null) {
      group = open(tick);
    }
    Deadline deadline = new Deadline(group, work);
    group.pending.add(deadline);
    if (closed) { // close() may have looked before this was added, and so may the group
      deadline.run();
    } else if (group.over) {
      hand(deadline::run);
    }
    return deadline;
  }

  private Group open(long tick) {
    Group fresh = new Group(tick);
    Group known = groups.putIfAbsent(tick, fresh);
    if (known != null) {
      return known;
    }
    try {
      fresh.timer = scheduler.schedule(fresh, openedNanos + tick * TICK_NANOS - nanos());
    } catch (RejectedExecutionException ended) {
      fresh.run(); // another thread may have added to it
      throw ended;
    } catch (OutOfMemoryError noThread) { // "unable to create native thread"
      // The group waits in the scheduler's queue: the next one starts the thread.
    }
    return fresh;
  }

  /** The deadlines of one tick. */
  private final class Group implements Runnable {
    final long tick;
    final Set<Deadline> pending = ConcurrentHashMap.newKeySet();
    volatile @Nullable Future<?> timer;
    volatile boolean over;

    Group(long tick) {
      this.tick = tick;
    }

    @Override
    public void run() {
      groups.remove(tick, this);
      over = true;
      if (!pending.isEmpty()) {
        hand(() -> pending.forEach(Deadline::run));
      }
    }
  }

  private void hand(Runnable work) {
    try {
      where.execute(work);
    } catch (RejectedExecutionException ended) {
      // The tier is closed, and close() has run the deadlines that were pending.
    }
  }

  /** Work that waits for its time. */
  public static final class Deadline {
    private final Group group;
    private final Runnable work;

    private Deadline(Group group, Runnable work) {
      this.group = group;
      this.work = work;
    }

    private void run() {
      if (group.pending.remove(this)) {
        try {
          work.run();
        } catch (Throwable failure) { // the others must still come
          Failures.warn(LOG, "what follows a deadline failed; going on", failure);
        }
      }
    }

    /** Cancels it, unless it has come. */
    public void cancel() {
      group.pending.remove(this);
    }
  }

  /** Fails a future with a {@link TimeoutException} if it is not done in time. */
  public <T extends @Nullable Object> CompletableFuture<T> within(
      Duration time, CompletableFuture<T> future) {
    if (!future.isDone()) {
      try {
        Deadline deadline =
            after(time, () -> future.completeExceptionally(new TimeoutException("after " + time)));
        var unused = future.whenComplete((value, failure) -> deadline.cancel());
      } catch (RejectedExecutionException ended) {
        future.completeExceptionally(ended);
      }
    }
    return future;
  }

  /**
   * Waits for an outcome, at most for this time: of the scheduler, so that a test can end the wait, and of the JDK's
   * clock, so that a scheduler whose time stands does not make a thread wait for ever.
   */
  public <T extends @Nullable Object> T await(CompletionStage<T> outcome, Duration time)
      throws ExecutionException, InterruptedException, TimeoutException {
    CompletableFuture<T> own =
        outcome.toCompletableFuture().copy(); // the outcome itself may be shared
    try {
      return within(time, own).get(Math.max(0, time.toNanos()), NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException late) {
        throw late;
      }
      throw e;
    } finally {
      own.cancel(false);
    }
  }

  /** Runs what is pending at once, in the calling thread, so that no future waits for a deadline that will not come. */
  void close() {
    closed = true;
    for (Group group : groups.values()) {
      Future<?> timer = group.timer;
      if (timer != null) {
        timer.cancel(false);
      }
      group.pending.forEach(Deadline::run);
    }
  }
}
