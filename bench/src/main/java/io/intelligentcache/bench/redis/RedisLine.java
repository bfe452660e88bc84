package io.intelligentcache.bench.redis;

/** The result of one contender over Redis: a line of the output. */
sealed interface RedisLine permits RateLine, PropagationLine {
  RedisWorkload workload();

  RedisContender contender();

  /** The figure that a goal limits: our quotient, or the 99th percentile in milliseconds. */
  double judged();
}
