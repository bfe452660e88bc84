package io.intelligentcache.disk.internal.log;

import java.io.IOException;

/** Frees segments when the writer needs one at once. */
public interface SegmentSupply {
  /**
   * Frees the oldest segment and evicts all its entries.
   *
   * @return false if there is no segment to free
   */
  boolean freeOldest() throws IOException;

  /** Stops freeing segments. When this returns, no file is being used for it any more. */
  void end();
}
