package io.intelligentcache.disk.internal.log;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The log's lock, and who waits under it: the writer for work, the reclaimer for segments to become
 * scarce, callers for room. All but {@link #lock} is for those who hold it.
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

  /** Returns what is left of the time, or an early end. */
  long awaitRoom(long nanos) {
    return await(room, nanos, true);
  }

  long awaitWork(long nanos) {
    return await(work, nanos, false);
  }

  void awaitScarcity(long time, TimeUnit unit) {
    var unused = await(scarcity, unit.toNanos(time), false);
  }

  @SuppressWarnings("WaitNotInLoop") // those who call this look again at what they wait for
  private static long await(Condition condition, long nanos, boolean callers) {
    try {
      return condition.awaitNanos(nanos);
    } catch (InterruptedException e) {
      if (callers) {
        Thread.currentThread().interrupt(); // else nobody has reason to: our threads end when told
      }
      return 0;
    }
  }
}
