package io.intelligentcache.cli.quickstart;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands for the application's database: takes half a millisecond to answer, and knows of every
 * document which versions a cache in front of it may show.
 *
 * <p>Thread-safe. Documents fall into groups; who changes one holds the lock of its group from the
 * change here until the cache was told.
 */
final class Database {
  private static final int GROUPS = 100;
  private static final long ANSWER_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private final String owner;
  private final AtomicIntegerArray versions;

  /** Versions before this one must no longer be seen: the cache has confirmed the change. */
  private final AtomicIntegerArray oldestAllowed;

  private final Object[] locks = new Object[GROUPS];

  Database(String owner, int documents) {
    this.owner = owner;
    this.versions = new AtomicIntegerArray(documents);
    this.oldestAllowed = new AtomicIntegerArray(documents);
    for (int group = 0; group < GROUPS; group++) {
      locks[group] = new Object();
    }
  }

  int documents() {
    return versions.length();
  }

  int groups() {
    return GROUPS;
  }

  /** A document's key: {@code doc:group:id}. */
  static String key(int id) {
    return "doc:" + id % GROUPS + ":" + id;
  }

  /** What the cache's loader calls. */
  Document load(String key) {
    LockSupport.parkNanos(ANSWER_NANOS);
    return current(Integer.parseInt(key.substring(key.lastIndexOf(':') + 1)));
  }

  Document current(int id) {
    return Document.of(owner, id, versions.get(id), 0);
  }

  /** Changes a document, and lets the cache know before anybody else changes one of its group. */
  void change(int id, Runnable tellCache) {
    synchronized (locks[id % GROUPS]) {
      int version = versions.incrementAndGet(id);
      tellCache.run();
      oldestAllowed.set(id, version);
    }
  }

  /** Changes all documents of a group. */
  void changeGroup(int group, Runnable tellCache) {
    synchronized (locks[group]) {
      for (int id = group; id < versions.length(); id += GROUPS) {
        versions.incrementAndGet(id);
      }
      tellCache.run();
      for (int id = group; id < versions.length(); id += GROUPS) {
        oldestAllowed.set(id, versions.get(id));
      }
    }
  }

  /** The oldest version that a read which starts after this call may see. */
  int oldestAllowed(int id) {
    return oldestAllowed.get(id);
  }

  /**
   * What is wrong with a document that a cache returned, or nothing.
   *
   * @param oldest what {@link #oldestAllowed} said before it was asked for
   */
  String complaint(int id, int oldest, Document seen) {
    if (!seen.owner().equals(owner) || seen.id() != id) {
      return "is " + seen.owner() + "'s document " + seen.id();
    }
    if (!seen.whole()) {
      return "is damaged";
    }
    if (seen.version() < oldest || seen.version() > versions.get(id)) {
      return "is version " + seen.version() + ", allowed are " + oldest + " to " + versions.get(id);
    }
    return "";
  }
}
