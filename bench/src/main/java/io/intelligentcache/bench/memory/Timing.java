package io.intelligentcache.bench.memory;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * How long a contender is measured in a workload.
 *
 * @param rounds the number of processes, one after the other; the median counts
 * @param warmups iterations of a process that do not count
 * @param warmup the time of each of them
 * @param iterations iterations of a process that count, at least 1
 * @param iteration the time of each of them
 */
public record Timing(int rounds, int warmups, Duration warmup, int iterations, Duration iteration) {
  static final int MOST_ROUNDS = 100;

  /** The approximate time to start a process, create the data and fill the cache. */
  private static final Duration PREPARATION = Duration.ofMillis(1_500);

  /** The approximate time to create, put, read and measure a million entries. */
  private static final Duration FOOTPRINT = Duration.ofSeconds(5);

  public Timing {
    if (rounds < 1 || rounds > MOST_ROUNDS) {
      throw new IllegalArgumentException("the rounds must be 1 to " + MOST_ROUNDS + ": " + rounds);
    }
    if (warmups < 0 || iterations < 1) {
      throw new IllegalArgumentException(
          "warmups must be 0 or more and iterations 1 or more: " + warmups + ", " + iterations);
    }
  }

  static Timing full(int rounds) {
    return new Timing(rounds, 2, Duration.ofSeconds(1), 3, Duration.ofMillis(500));
  }

  /** A timing that only shows that everything works. Its figures mean nothing. */
  static Timing quick(int rounds) {
    return new Timing(rounds, 1, Duration.ofMillis(300), 2, Duration.ofMillis(200));
  }

  /** The time that one contender takes in one round. */
  public Duration ofStep(Workload workload) {
    return workload.isTimed()
        ? PREPARATION.plus(warmup.multipliedBy(warmups)).plus(iteration.multipliedBy(iterations))
        : FOOTPRINT;
  }

  /**
   * The number of rounds of a workload. Metadata is counted, not timed: a second
   * count gives the same result.
   */
  int roundsOf(Workload workload) {
    return workload.isTimed() ? rounds : 1;
  }

  /** The time that each step of some blocks takes. */
  public List<Duration> ofSteps(List<Block> blocks) {
    return blocks.stream()
        .flatMap(block -> Collections.nCopies(
            block.contenders().size() * roundsOf(block.workload()), ofStep(block.workload()))
            .stream())
        .toList();
  }
}
