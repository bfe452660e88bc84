package io.intelligentcache.tier;

import io.intelligentcache.internal.concurrent.TimerThread;

/** What tests hand to the tiers that they open themselves. Timeouts follow real time. */
public final class TierContexts {
  private TierContexts() {}

  public static TierContext of(TimeSource time) {
    return of(time, Changes.IGNORED);
  }

  public static TierContext of(TimeSource time, Changes changes) {
    return new TierContext(time, new TimerThread("test-timer"), changes);
  }
}
