package io.intelligentcache.cli.chaos;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands for the application's database, which takes half a millisecond to answer. Who changes a row
 * holds its lock until the cache was told, so that rows and cache change in one order. Thread-safe.
 */
final class Database {
  private static final long ANSWER_NANOS = MICROSECONDS.toNanos(500);

  private final Map<String, String> rows = new ConcurrentHashMap<>();
  private final Map<String, ReentrantLock> locks = new LinkedHashMap<>();

  Database(Collection<String> keys) {
    keys.forEach(key -> locks.put(key, new ReentrantLock()));
  }

  boolean hasRow(String key) {
    return locks.containsKey(key);
  }

  /** What the cache's loader calls. */
  String load(String key) {
    String row = row(key);
    LockSupport.parkNanos(ANSWER_NANOS);
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
   * Changes a row and tells the cache, unless somebody else is doing that.
   *
   * @return whether it did
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

  /** The same, after whoever is doing that. */
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
