package io.intelligentcache.internal.load;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manager's threads for loaders, shared fairly among its caches and tenants.
 *
 * <p>There are {@value #THREADS} threads. If one cache or tenant comes first, it may take all of them. The
 * <i>share</i> of a cache or tenant is {@value #THREADS} divided by the number of those that load at this moment, at
 * least one. A cache or tenant that runs fewer loads than its share never waits for the loads of others: if all
 * threads are taken, it gets additional threads, up to {@value #MOST_THREADS} altogether. Loads beyond the share wait
 * until a thread is free. Each cache and each tenant has its own queue, and the queues take turns.
 *
 * <p>A running load can't be stopped. So it is not possible to take threads away from a cache whose loaders hang. To
 * keep threads in reserve would halve the threads that a cache can use alone.
 */
public final class LoaderThreads implements AutoCloseable {
  /** There may be more of them than cores, because loaders wait for databases. */
  static final int THREADS = 16;

  static final int MOST_THREADS = 128;

  /** Loads that may wait, per cache or tenant. */
  static final int WAITING = 10_000;

  private static final int IDLE_SECONDS = 10;
  private static final int NAMED_IN_MESSAGES = 3;
  private static final Logger log = LoggerFactory.getLogger(LoaderThreads.class);

  private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
      0,
      Integer.MAX_VALUE, // this class keeps the bound
      IDLE_SECONDS,
      TimeUnit.SECONDS,
      new SynchronousQueue<>(),
      LibraryThreads.named("icm-loader-"));

  private final ReentrantLock lock = new ReentrantLock();

  /** The caches and tenants that have loads running or waiting. */
  @GuardedBy("lock")
  private final Map<Object, Line> lines = new HashMap<>();

  /** Lines in which loads wait. The first one has the next turn. */
  @GuardedBy("lock")
  private final Queue<Line> turns = new ArrayDeque<>();

  @GuardedBy("lock")
  private int running;

  @GuardedBy("lock")
  private boolean closed;

  /** The running and the waiting loads of one cache or tenant. */
  private static final class Line {
    final Object owner;
    final Collection<Runnable> running = new LinkedHashSet<>();
    final Collection<Runnable> waiting = new LinkedHashSet<>();

    Line(Object owner) {
      this.owner = owner;
    }

    Runnable take() {
      Iterator<Runnable> first = waiting.iterator();
      Runnable taken = first.next();
      first.remove();
      return taken;
    }
  }

  private record Turn(Line line, Runnable task) {}

  /**
   * Runs a task, at once or when its turn comes.
   *
   * @param owner the cache or tenant, by identity
   * @throws RejectedExecutionException if too many tasks of the owner wait
   * @throws IllegalStateException if this is closed
   */
  void execute(Object owner, Runnable task) {
    Turn now;
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the cache manager is closed");
      }
      Line line = lines.computeIfAbsent(owner, Line::new);
      if (!mayRunOneMore(line)) {
        if (line.waiting.size() == WAITING) {
          throw new RejectedExecutionException(
              WAITING + " loads of this cache or tenant wait for a thread already");
        }
        wait(line, task);
        return;
      }
      now = begin(line, task);
    } finally {
      lock.unlock();
    }
    try {
      threads.execute(() -> work(now));
    } catch (Throwable noThread) {
      Turn next = end(now);
      if (next != null) {
        start(next);
      }
      throw noThread;
    }
  }

  @GuardedBy("lock")
  private void wait(Line line, Runnable task) {
    if (line.waiting.isEmpty()) {
      turns.add(line);
    }
    line.waiting.add(task);
  }

  @GuardedBy("lock")
  private boolean mayRunOneMore(Line line) {
    return running < THREADS || (running < MOST_THREADS && line.running.size() < share());
  }

  @GuardedBy("lock")
  private int share() {
    return Math.max(1, THREADS / lines.size());
  }

  @GuardedBy("lock")
  private Turn begin(Line line, Runnable task) {
    running++;
    line.running.add(task);
    return new Turn(line, task);
  }

  private void work(Turn first) {
    Turn turn = first;
    while (turn != null) {
      try {
        turn.task().run();
      } catch (Throwable bug) { // a load handles what its loader throws
        Failures.warn(log, "a load failed unexpectedly", bug);
      }
      var unused = Thread.interrupted(); // an interrupt was for that load, not the next one
      turn = end(turn);
    }
  }

  /** Ends a turn. Returns the next one for this thread, and starts others if more may begin. */
  private @Nullable Turn end(Turn ended) {
    List<Turn> next = new ArrayList<>(1);
    lock.lock();
    try {
      Line line = ended.line();
      running--;
      line.running.remove(ended.task());
      if (line.running.isEmpty() && line.waiting.isEmpty()) {
        lines.remove(line.owner);
      }
      for (Turn turn = nextTurn(); turn != null; turn = nextTurn()) {
        next.add(turn);
      }
    } finally {
      lock.unlock();
    }
    for (Turn more : next.subList(Math.min(1, next.size()), next.size())) {
      start(more);
    }
    return next.isEmpty() ? null : next.get(0);
  }

  /**
   * Takes a load of the first line in turn that is below its share. If there is none and a thread is free, of the
   * first line.
   */
  @GuardedBy("lock")
  private @Nullable Turn nextTurn() {
    if (running >= MOST_THREADS) {
      return null;
    }
    Line chosen = null;
    for (Iterator<Line> each = turns.iterator(); each.hasNext() && chosen == null; ) {
      Line line = each.next();
      if (line.running.size() < share()) {
        each.remove();
        chosen = line;
      }
    }
    if (chosen == null && running < THREADS) {
      chosen = turns.poll();
    }
    if (chosen == null) {
      return null;
    }
    Runnable task = chosen.take();
    if (!chosen.waiting.isEmpty()) {
      turns.add(chosen);
    }
    return begin(chosen, task);
  }

  private void start(Turn turn) {
    try {
      threads.execute(() -> work(turn));
    } catch (Throwable noThread) { // it waits for the next load that ends, or for its deadline
      lock.lock();
      try {
        running--;
        turn.line().running.remove(turn.task());
        if (!closed) {
          wait(turn.line(), turn.task());
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Removes a task from the queue, if it waits there. */
  void forget(Object owner, Runnable task) {
    lock.lock();
    try {
      Line line = lines.get(owner);
      if (line != null && line.waiting.remove(task) && line.waiting.isEmpty()) {
        turns.remove(line);
        if (line.running.isEmpty()) {
          lines.remove(owner);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Describes what is running and waiting, for messages. */
  String describe(Object owner) {
    lock.lock();
    try {
      Line line = lines.getOrDefault(owner, new Line(owner));
      String some = line.running.stream()
          .limit(NAMED_IN_MESSAGES)
          .map(task -> task instanceof LoadAttempt<?> load ? load.what : "a function of compute")
          .collect(Collectors.joining(", "));
      boolean all = line.running.size() <= NAMED_IN_MESSAGES;
      return line.running.size() + " of its loads are running"
          + (some.isEmpty() ? "" : " (" + some + (all ? ")" : ", ...)")) + ", "
          + line.waiting.size() + " are waiting, and all caches together run " + running;
    } finally {
      lock.unlock();
    }
  }

  /** Interrupts the running loads, and drops the waiting ones: their deadlines end them. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      turns.clear();
      lines.values().forEach(line -> line.waiting.clear());
    } finally {
      lock.unlock();
    }
    threads.shutdownNow();
  }
}
