package io.intelligentcache.bench.disk;

/** What was measured of one contender on disk: a line of the output. */
sealed interface DiskLine permits FillLine, CapLine, ReopenLine {
  DiskWorkload workload();

  DiskContender contender();

  /** How many were put: fewer than the others' where a fill took too long. */
  int entries();

  /** Values that came back under a key that is not theirs, or with another length. */
  long wrong();
}
