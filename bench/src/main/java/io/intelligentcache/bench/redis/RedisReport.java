package io.intelligentcache.bench.redis;

import java.util.List;

/** Where the figures go. */
interface RedisReport {
  /** All lines of a workload. */
  void measured(RedisWorkload workload, List<RedisLine> lines);

  /** What was reached of what was wanted. */
  void judged(List<RedisGoal> goals);
}
