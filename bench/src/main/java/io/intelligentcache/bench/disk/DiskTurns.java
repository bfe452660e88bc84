package io.intelligentcache.bench.disk;

import java.io.IOException;

/** Measures one contender on disk once. */
interface DiskTurns {
  /** Writes and reads as much as the contender that needs most, and discards the result. */
  void touchMemory() throws IOException, InterruptedException;

  DiskLine measure(DiskWorkload workload, DiskContender contender)
      throws IOException, InterruptedException;
}
