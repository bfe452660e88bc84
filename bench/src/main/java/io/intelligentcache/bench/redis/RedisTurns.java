package io.intelligentcache.bench.redis;

import io.intelligentcache.bench.measure.WrongAnswerException;
import java.io.IOException;

/** Measures one contender once. Whoever was asked before is still open, and ready. */
interface RedisTurns {
  /**
   * A round of a workload that counts operations.
   *
   * @return operations per second
   */
  double rate(RedisWorkload workload, RedisContender contender)
      throws WrongAnswerException, IOException, InterruptedException;

  /** A round of changes that another instance is to see; adds what it took to some figures. */
  void propagate(RedisContender contender, Propagation into)
      throws WrongAnswerException, InterruptedException;
}
