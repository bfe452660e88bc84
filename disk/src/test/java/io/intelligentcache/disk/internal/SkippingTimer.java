package io.intelligentcache.disk.internal;

import io.intelligentcache.internal.concurrent.TimerThread;
import io.intelligentcache.tier.Scheduler;
import io.intelligentcache.tier.TimeSource;
import java.util.concurrent.Future;

/**
 * Real time, which skips ahead when a test advances its clocks: a pause ends then, but nobody has to advance the clocks
 * for what takes milliseconds. Work that is scheduled runs after its delay in real time.
 */
public final class SkippingTimer implements Scheduler {
  private static final TimerThread REAL = new TimerThread("test-timer");

  private final TimeSource clocks;
  private final long start;

  public SkippingTimer(TimeSource clocks) {
    this.clocks = clocks;
    this.start = clocks.nanos();
  }

  @Override
  public long nanos() {
    return REAL.nanos() + (clocks.nanos() - start);
  }

  @Override
  public Future<?> schedule(Runnable work, long delayNanos) {
    return REAL.schedule(work, delayNanos);
  }
}
