package io.intelligentcache.cli.chaos.judge;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The removals of many keys that one life of an instance is making, at most one in each cache. The
 * cache hands them to its tiers on a thread of its own, so they can't be told apart by the thread.
 * Thread-safe.
 */
public final class SweepAttempts {
  private final ConcurrentHashMap<String, Attempt> current = new ConcurrentHashMap<>();

  /** Begins one, or returns null while there is one in this cache. */
  @Nullable
  public Attempt begin(String cache) {
    Attempt attempt = Attempt.ofNoThread();
    return current.putIfAbsent(cache, attempt) == null ? attempt : null;
  }

  /** The one in a cache, or null. */
  @Nullable
  Attempt current(String cache) {
    return current.get(cache);
  }

  /**
   * Ends the one in a cache.
   *
   * @return whether Redis acknowledged it
   */
  public boolean end(String cache, Attempt attempt) {
    boolean acknowledged = attempt.end();
    current.remove(cache);
    return acknowledged;
  }
}
