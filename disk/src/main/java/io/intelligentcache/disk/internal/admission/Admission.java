package io.intelligentcache.disk.internal.admission;

import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.SegmentRing;

/**
 * Decides whether what leaves memory is worth a write. While the log has room that was never used,
 * everything is. From then on something else goes for it: so it must have been read while it was in
 * memory, or have been here before. On recorded traffic that gives about as many hits as taking
 * everything, often more, for a third of the writes. Thread-safe.
 */
public final class Admission {
  private final SegmentRing ring;
  private final Index index;
  private final WriteBudget budget;
  private final Doorkeeper doorkeeper = new Doorkeeper();

  public Admission(SegmentRing ring, Index index, WriteBudget budget) {
    this.ring = ring;
    this.index = index;
    this.budget = budget;
  }

  public boolean takes(long hash, int bytes, boolean read) {
    return (read || !ring.isFull() || seen(hash)) && budget.take(bytes);
  }

  private synchronized boolean seen(long hash) {
    return doorkeeper.seen(hash, index::live);
  }
}
