package io.intelligentcache.cli.chaos.judge;

import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.cli.chaos.traffic.Lanes;
import io.intelligentcache.stats.InvalidationStats;
import org.jspecify.annotations.Nullable;

/**
 * Determines which invalidations one life of an instance has surely received. Redis pushes every change
 * over a connection, and an answer on that connection proves that all earlier pushes have been
 * received. Changes made while there was no such connection are not received; the statistics count each
 * reconnect as a gap. So the instance has received every change made after the latest gap and before
 * the latest answer. Thread-safe.
 */
public final class Ear {
  private long gaps = -1; // guarded by this
  private long sinceNanos; // guarded by this

  /** Returns what the instance has received by now. */
  public synchronized Heard listen(TieredCacheManager manager, Lanes lanes) {
    long now = lanes.now();
    @Nullable InvalidationStats hearing = manager.stats().invalidations();
    if (hearing == null) {
      return Heard.NOTHING;
    }
    if (hearing.gaps() != gaps) {
      gaps = hearing.gaps();
      sinceNanos = lanes.now();
    }
    return new Heard(sinceNanos, now - hearing.window().toNanos());
  }
}
