package io.intelligentcache.bench.redis;

import java.util.List;

/** Receives and prints the figures. */
interface RedisReport {
  /** Prints all lines of a workload. */
  void measured(RedisWorkload workload, List<RedisLine> lines);

  /** Prints the goals and whether they are met. */
  void judged(List<RedisGoal> goals);
}
