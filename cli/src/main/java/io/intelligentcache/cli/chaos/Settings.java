package io.intelligentcache.cli.chaos;

import io.intelligentcache.cli.console.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * What a run is to be.
 *
 * @param binary the Redis server to start
 * @param mode whether one, or a cluster
 * @param seed what the faults and the operations are drawn from
 * @param time how long faults are injected
 * @param instances how many caches share the server
 * @param bound how long after an acknowledged write older values may still be read
 * @param faults which kinds are injected; none for a run in peace
 * @param redisOnly whether instances keep nothing themselves, so that every read asks Redis
 * @param keys what is read and written
 */
record Settings(
    Path binary,
    Mode mode,
    long seed,
    Duration time,
    int instances,
    Duration bound,
    Set<FaultKind> faults,
    boolean redisOnly,
    Keys keys) {
  static final int LONGEST_SECONDS = 24 * 3_600;
  static final int MOST_INSTANCES = 16;
  static final Duration LONGEST_BOUND = Duration.ofSeconds(30);

  Settings {
    require(
        time.toSeconds() >= 1 && time.toSeconds() <= LONGEST_SECONDS,
        "--seconds must be 1 to " + LONGEST_SECONDS + ": " + time.toSeconds());
    require(
        instances >= 1 && instances <= MOST_INSTANCES,
        "--instances must be 1 to " + MOST_INSTANCES + ": " + instances);
    require(
        !bound.isNegative() && bound.compareTo(LONGEST_BOUND) <= 0,
        "--bound must be 0s to " + LONGEST_BOUND.toSeconds() + "s: " + bound);
    faults = Set.copyOf(faults);
    for (FaultKind fault : faults) {
      require(
          FaultKind.in(mode).contains(fault),
          "--faults: " + fault.label() + (mode == Mode.CLUSTER ? " can't be had with" : " needs")
              + " --cluster");
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw Failure.usage(otherwise);
    }
  }
}
