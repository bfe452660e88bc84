package io.intelligentcache.cli.chaos.judge;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The removals of many keys that one life of an instance is making, at most one in each cache. The cache
 * passes them to its tiers on its own thread, so the thread does not identify them. Thread-safe.
 */
public final class SweepAttempts {
  private final ConcurrentHashMap<String, Attempt> current = new ConcurrentHashMap<>();

  /** Begins a removal, or returns null while another one runs in this cache. */
  @Nullable
  public Attempt begin(String cache) {
    Attempt attempt = Attempt.ofNoThread();
    return current.putIfAbsent(cache, attempt) == null ? attempt : null;
  }

  /** The running removal of a cache, or null. */
  @Nullable
  Attempt current(String cache) {
    return current.get(cache);
  }

  /**
   * Ends the running removal of a cache.
   *
   * @return whether Redis acknowledged it
   */
  public boolean end(String cache, Attempt attempt) {
    boolean acknowledged = attempt.end();
    current.remove(cache);
    return acknowledged;
  }
}
