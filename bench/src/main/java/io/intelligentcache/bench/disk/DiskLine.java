package io.intelligentcache.bench.disk;

/** The result of one contender on disk: a line of the output. */
sealed interface DiskLine permits FillLine, CapLine, ReopenLine {
  DiskWorkload workload();

  DiskContender contender();

  /**
   * How many entries were put. They are fewer than those of the other
   * contenders if the fill took too long.
   */
  int entries();

  /** Values that were returned for a wrong key, or with a wrong length. */
  long wrong();
}
