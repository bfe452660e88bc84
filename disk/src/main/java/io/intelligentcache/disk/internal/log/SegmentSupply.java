package io.intelligentcache.disk.internal.log;

import java.io.IOException;

/** Frees segments for the writer when it needs one at once. */
public interface SegmentSupply {
  /**
   * Frees the oldest segment, and all that is in it.
   *
   * @return false if there is none to free
   */
  boolean freeOldest() throws IOException;

  /** Frees no more, and returns when it uses no file any more. */
  void end();
}
