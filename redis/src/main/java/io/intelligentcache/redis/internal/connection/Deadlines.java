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
 * cost little: those that fall into the same 10 ms share one task of the scheduler. If the delay is long, those that
 * fall into the same hundredth of it do: a group keeps its memory until its time comes, also if its commands have been
 * answered, and so there are at most about 200 groups for a delay. A deadline comes late by at most 10 ms or 1 % of its
 * delay, the larger of the two. It never comes early, except that closing, and a scheduler that fails, bring it
 * forward.
 *
 * <p>The scheduler's thread only hands over. What follows a deadline runs on a library thread, because it may log, and
 * complete a future that has many continuations.
 *
 * <p>Unlike this class, {@link io.intelligentcache.internal.concurrent.DeadlineTimer} schedules a task for each
 * deadline, which is exact, and hands each one over on its own.
 */
public final class Deadlines {
  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);
  private static final long TICK_NANOS = Duration.ofMillis(10).toNanos();
  private static final long LONGEST_NANOS = Long.MAX_VALUE / 4; // 73 years; sums do not overflow

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

  /** {@return whether the tier is closed, so that no deadline is taken} */
  boolean isClosed() {
    return closed;
  }

  /**
   * Runs work after a delay, unless it is cancelled.
   *
   * @throws RejectedExecutionException if the tier is closed, or the scheduler takes no work
   */
  public Deadline after(Duration delay, Runnable work) {
    return after(delay.toNanos(), work);
  }

  /** As {@link #after(Duration, Runnable)}. */
  Deadline after(long delayNanos, Runnable work) {
    if (closed) {
      throw new RejectedExecutionException("the tier is closed");
    }
    long at = tick(nanos() - openedNanos, Math.min(delayNanos, LONGEST_NANOS));
    Group group = groups.get(at);
    if (group == null) {
      group = open(at);
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

  /** The first tick after the delay. The step is 10 ms times a power of two, so that similar delays share ticks. */
  private static long tick(long now, long delayNanos) {
    long step = TICK_NANOS * Long.highestOneBit(Math.max(1, delayNanos / 100 / TICK_NANOS));
    return Math.floorDiv(now + delayNanos + step - 1, step) * step;
  }

  private Group open(long at) {
    Group fresh = new Group(at);
    Group known = groups.putIfAbsent(at, fresh);
    if (known != null) {
      return known;
    }
    try {
      fresh.timer = scheduler.schedule(fresh, openedNanos + at - nanos());
    } catch (Throwable failure) { // closed, or "unable to create native thread"
      fresh.run(); // another thread may have added to it
      throw failure instanceof RejectedExecutionException ended
          ? ended
          : new RejectedExecutionException("the scheduler failed", failure);
    }
    if (closed) { // close() may have looked before there was a timer, or a group
      fresh.close();
    }
    return fresh;
  }

  /** The deadlines of one tick. */
  private final class Group implements Runnable {
    final long at; // nanoseconds after openedNanos
    final Set<Deadline> pending = ConcurrentHashMap.newKeySet();
    volatile @Nullable Future<?> timer;
    volatile boolean over;

    Group(long at) {
      this.at = at;
    }

    @Override
    public void run() {
      over = true;
      // Not isEmpty(): it adds up counters that change meanwhile, and may miss a deadline.
      if (pending.iterator().hasNext()) {
        hand(this::runPending);
      } else {
        groups.remove(at, this);
      }
    }

    /** Runs them, and only then removes the group: until then, close() must find it. */
    private void runPending() {
      pending.forEach(Deadline::run);
      groups.remove(at, this);
    }

    void close() {
      Future<?> scheduled = timer;
      if (scheduled != null) {
        scheduled.cancel(false);
      }
      runPending();
    }
  }

  private void hand(Runnable work) {
    try {
      where.execute(work);
    } catch (Throwable failure) {
      // The tier is closed, or no thread can be started. In the calling thread, a deadline comes
      // nevertheless.
      work.run();
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
    groups.values().forEach(Group::close);
  }
}
