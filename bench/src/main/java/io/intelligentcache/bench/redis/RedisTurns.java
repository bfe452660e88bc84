package io.intelligentcache.bench.redis;

import io.intelligentcache.bench.measure.WrongAnswerException;
import java.io.IOException;

/** Measures one contender once. Contenders that were measured before stay open, and ready. */
interface RedisTurns {
  /**
   * Runs a round of a workload that counts operations.
   *
   * @return operations per second
   */
  double rate(RedisWorkload workload, RedisContender contender)
      throws WrongAnswerException, IOException, InterruptedException;

  /** Runs a round of changes that another instance has to see, and records the times. */
  void propagate(RedisContender contender, Propagation into)
      throws WrongAnswerException, InterruptedException;
}
