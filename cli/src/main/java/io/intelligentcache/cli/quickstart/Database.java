package io.intelligentcache.cli.quickstart;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Simulates the application's database. It takes half a millisecond to answer. It knows for every
 * document which versions a cache in front of it may return.
 *
 * <p>Thread-safe. Documents are divided into groups. A thread that changes a document holds the lock of
 * its group from the change in the database until the cache call has returned.
 */
final class Database {
  private static final int GROUPS = 100;
  private static final long ANSWER_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private final String owner;
  private final AtomicIntegerArray versions;

  /** Per document, the oldest version that a read may return: the cache has confirmed the change to it. */
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

  /** Loads a document for the cache. */
  Document load(String key) {
    LockSupport.parkNanos(ANSWER_NANOS);
    return current(Integer.parseInt(key.substring(key.lastIndexOf(':') + 1)));
  }

  Document current(int id) {
    return Document.of(owner, id, versions.get(id), 0);
  }

  /** Changes a document, then the cache, before another thread can change a document of the same group. */
  void change(int id, Runnable tellCache) {
    synchronized (locks[id % GROUPS]) {
      int version = versions.incrementAndGet(id);
      tellCache.run();
      oldestAllowed.set(id, version);
    }
  }

  /** Changes all documents of a group, then the cache. */
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

  /** The oldest version that a read may return if it starts after this call. */
  int oldestAllowed(int id) {
    return oldestAllowed.get(id);
  }

  /**
   * Describes what is wrong with a document that a cache returned; empty if it is right.
   *
   * @param oldest the value of {@link #oldestAllowed} before the read was called
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
