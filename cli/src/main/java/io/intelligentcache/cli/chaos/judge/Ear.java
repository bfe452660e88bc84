package io.intelligentcache.cli.chaos.judge;

import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.cli.chaos.traffic.Lanes;
import io.intelligentcache.stats.InvalidationStats;
import org.jspecify.annotations.Nullable;

/**
 * Tells which changes one life of an instance has heard of. Redis pushes every change over a
 * connection, and an answer on that connection proves that all earlier pushes have arrived. What
 * happened while there was no such connection is not heard; each further connection is a gap in the
 * statistics. So everything is heard that changed after the latest gap and before the latest answer.
 * Thread-safe.
 */
public final class Ear {
  private long gaps = -1; // guarded by this
  private long sinceNanos; // guarded by this

  /** What was heard at this instant. */
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
