package io.intelligentcache.bench.disk;

import java.io.IOException;

/** Measures one contender on disk once. */
interface DiskTurns {
  /** Writes and reads as much as the greediest, and forgets what came of it. */
  void touchMemory() throws IOException, InterruptedException;

  DiskLine measure(DiskWorkload workload, DiskContender contender)
      throws IOException, InterruptedException;
}
