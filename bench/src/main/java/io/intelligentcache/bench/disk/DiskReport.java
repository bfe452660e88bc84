package io.intelligentcache.bench.disk;

import java.util.List;

/** Where the measurements of the stores on disk go. */
interface DiskReport {
  /** All that a workload has told. */
  void measured(DiskWorkload workload, List<DiskLine> lines);

  /** What the run has told of ours. */
  void compared(List<GoalLine> lines);
}
