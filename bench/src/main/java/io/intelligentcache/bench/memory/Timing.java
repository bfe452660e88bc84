package io.intelligentcache.bench.memory;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * How long a contender is measured under a workload.
 *
 * @param rounds processes, one after the other; the median counts
 * @param warmups iterations of a process that do not count
 * @param warmup how long each
 * @param iterations of a process that count, at least 1
 * @param iteration how long each
 */
public record Timing(int rounds, int warmups, Duration warmup, int iterations, Duration iteration) {
  static final int MOST_ROUNDS = 100;

  /** Starting a process, making the data and filling the cache, roughly. */
  private static final Duration PREPARATION = Duration.ofMillis(1_500);

  /** A million entries made, put, read and measured, roughly. */
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

  /** Shows that everything works; its figures say nothing. */
  static Timing quick(int rounds) {
    return new Timing(rounds, 1, Duration.ofMillis(300), 2, Duration.ofMillis(200));
  }

  /** The time that one contender takes in one round. */
  public Duration ofStep(Workload workload) {
    return workload.isTimed()
        ? PREPARATION.plus(warmup.multipliedBy(warmups)).plus(iteration.multipliedBy(iterations))
        : FOOTPRINT;
  }

  /** Metadata is counted, not timed: a second count tells the same. */
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
