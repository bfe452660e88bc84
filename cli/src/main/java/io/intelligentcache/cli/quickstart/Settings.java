package io.intelligentcache.cli.quickstart;

import io.intelligentcache.cli.console.Failure;
import io.intelligentcache.redis.Redis;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a run.
 *
 * @param seed from which the traffic is drawn
 * @param requests the highest number of reads, in all
 * @param time the longest time that the traffic may take
 * @param redis the Redis tier with its own namespace, or null for none
 */
record Settings(
    long seed, long requests, Duration time, @Nullable Redis redis) {
  static final int LONGEST_SECONDS = 3_600;

  Settings {
    if (requests < Clients.COUNT) {
      throw Failure.usage("--requests must be at least " + Clients.COUNT + ": " + requests);
    }
    if (time.isZero() || time.isNegative() || time.toSeconds() > LONGEST_SECONDS) {
      throw Failure.usage("--seconds must be 1 to " + LONGEST_SECONDS + ": " + time.toSeconds());
    }
  }
}
