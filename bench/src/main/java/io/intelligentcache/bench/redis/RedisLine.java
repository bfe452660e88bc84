package io.intelligentcache.bench.redis;

/** What was measured of one contender over Redis: a line of the output. */
sealed interface RedisLine permits RateLine, PropagationLine {
  RedisWorkload workload();

  RedisContender contender();

  /** What a goal is about: ours beside another's, or the 99th percentile in milliseconds. */
  double judged();
}
