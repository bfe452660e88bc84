package io.intelligentcache.disk.internal.file;

import java.util.concurrent.atomic.LongAdder;

/** Counters of the disk tier, since it was opened. */
public final class DiskCounters {
  public final LongAdder hits = new LongAdder();
  public final LongAdder misses = new LongAdder();
  public final LongAdder refused = new LongAdder();
  public final LongAdder declined = new LongAdder();
  public final LongAdder writes = new LongAdder();
  public final LongAdder removals = new LongAdder();
  public final LongAdder evictions = new LongAdder();
  public final LongAdder rewrites = new LongAdder();
  public final LongAdder expirations = new LongAdder();
  public final LongAdder damaged = new LongAdder();
  public final LongAdder lost = new LongAdder();
}
