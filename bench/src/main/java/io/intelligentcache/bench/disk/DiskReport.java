package io.intelligentcache.bench.disk;

import java.util.List;

/** Receives and prints the results of the stores on disk. */
interface DiskReport {
  /** Prints all lines of a workload. */
  void measured(DiskWorkload workload, List<DiskLine> lines);

  /** Prints the comparison of our figures with the others and with the goals. */
  void compared(List<GoalLine> lines);
}
