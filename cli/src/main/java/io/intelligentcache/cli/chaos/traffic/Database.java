package io.intelligentcache.cli.chaos.traffic;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Simulates the application's database, which takes half a millisecond to answer, or much longer. A
 * thread that changes a row holds the lock of the row until the cache call has returned, so that the row
 * and the cache change in one order. Loads take no lock. Thread-safe.
 */
final class Database {
  private static final long ANSWER_NANOS = MICROSECONDS.toNanos(500);
  private static final long SLOWEST_NANOS = MILLISECONDS.toNanos(200);
  private static final int SLOW_OF = 4;

  private final Map<String, String> rows = new ConcurrentHashMap<>();
  private final Map<String, ReentrantLock> locks = new LinkedHashMap<>();

  Database(Collection<String> keys) {
    keys.forEach(key -> locks.put(key, new ReentrantLock()));
  }

  boolean hasRow(String key) {
    return locks.containsKey(key);
  }

  /** Loads a row for the cache. One load in four takes up to 200 ms after it has read the row. */
  String load(String key) {
    String row = row(key);
    var random = ThreadLocalRandom.current();
    boolean slow = random.nextInt(SLOW_OF) == 0;
    LockSupport.parkNanos(slow ? random.nextLong(SLOWEST_NANOS) : ANSWER_NANOS);
    return row;
  }

  String row(String key) {
    String row = rows.get(key);
    if (row == null) {
      throw new IllegalStateException("no such row: " + key);
    }
    return row;
  }

  void commit(String key, String text) {
    rows.put(key, text);
  }

  /**
   * Changes a row and the cache, unless another thread is changing the row.
   *
   * @return whether it ran the change
   */
  boolean tryChange(String key, Runnable change) {
    ReentrantLock lock = lock(key);
    if (!lock.tryLock()) {
      return false;
    }
    try {
      change.run();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Locks the rows that no other thread is changing, and returns them; {@link #unlock} unlocks them. */
  List<String> tryLock(Collection<String> keys) {
    return keys.stream().filter(key -> lock(key).tryLock()).toList();
  }

  /** Unlocks rows that the current thread has locked. */
  void unlock(Collection<String> keys) {
    keys.forEach(key -> lock(key).unlock());
  }

  /** Changes a row and the cache, after other threads that are changing the row. */
  void change(String key, Runnable change) {
    ReentrantLock lock = lock(key);
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  private ReentrantLock lock(String key) {
    ReentrantLock lock = locks.get(key);
    if (lock == null) {
      throw new IllegalArgumentException("no such row: " + key);
    }
    return lock;
  }
}
