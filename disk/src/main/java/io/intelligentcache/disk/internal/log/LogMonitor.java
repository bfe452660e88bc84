package io.intelligentcache.disk.internal.log;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The log's lock and its conditions: the writer waits for work, the reclaimer waits until segments
 * are scarce, callers wait for room. All methods except {@link #lock} need the lock.
 */
public final class LogMonitor {
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

  long awaitWork(long nanos) {
    return await(work, nanos, false);
  }

  void awaitScarcity(long time, TimeUnit unit) {
    var unused = await(scarcity, unit.toNanos(time), false);
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
