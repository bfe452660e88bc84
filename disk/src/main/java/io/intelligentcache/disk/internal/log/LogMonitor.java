package io.intelligentcache.disk.internal.log;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The log's lock and its conditions: the writer waits for work, the reclaimer waits until segments
 * are scarce, callers wait for room. All methods except {@link #lock} need the lock.
 *
 * <p>A wait ends after its time at the latest, in real time. So it ends whatever the scheduler's
 * clock does. The store's own threads then ask that clock whether to go on or to wait again. They
 * wait for a millisecond at least, so that they don't spin if a test has stopped that clock.
 */
public final class LogMonitor {
  private static final long SHORTEST_NANOS = 1_000_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition scarcity = lock.newCondition();
  private final Condition room = lock.newCondition();
  private boolean stopping;

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  boolean stopping() {
    return stopping;
  }

  void stop() {
    stopping = true;
    work.signal();
    scarcity.signal();
    room.signalAll();
  }

  void thereIsWork() {
    work.signal();
  }

  void segmentsAreScarce() {
    scarcity.signal();
  }

  void thereIsRoom() {
    room.signalAll();
  }

  /** Waits for room; returns the remaining time, 0 or less if the wait is over. */
  long awaitRoom(long nanos) {
    return await(room, nanos, true);
  }

  void awaitWork(long nanos) {
    var unused = await(work, Math.max(nanos, SHORTEST_NANOS), false);
  }

  void awaitScarcity(long nanos) {
    var unused = await(scarcity, Math.max(nanos, SHORTEST_NANOS), false);
  }

  @SuppressWarnings("WaitNotInLoop") // callers of this method check their condition again
  private static long await(Condition condition, long nanos, boolean callers) {
    try {
      return condition.awaitNanos(nanos);
    } catch (InterruptedException e) {
      if (callers) {
        Thread.currentThread().interrupt(); // nothing interrupts our own threads on purpose
      }
      return 0;
    }
  }
}
