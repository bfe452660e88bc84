package io.intelligentcache.bench.redis;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param rounds the rounds that count, in each of which every contender has a turn; before them come
 *     {@link #WARM_UPS} warm-up rounds
 * @param turn how long each turn takes
 * @param changes the number of changes that each contender propagates in a round
 */
record RedisScale(int rounds, Duration turn, int changes) {
  static final int MOST_SECONDS = 600;

  /** Warm-up rounds of each workload, which do not count. */
  static final int WARM_UPS = 10;

  /** The number of processes in which hits are measured, for each contender. */
  static final int FORKS = 5;

  private static final int ROUNDS = 30;
  private static final int CHANGES_A_SECOND = 30;
  private static final Duration QUICK_TURN = Duration.ofMillis(20);
  private static final Duration FORK_START = Duration.ofMillis(1_500);
  private static final int FORK_TURNS = 6;

  /** Turns that measure hits are longer by this factor, and there are fewer rounds. */
  private static final int TURNS_OF_HITS = 3;

  /** The approximate time of a change, its propagation and the work between two changes. */
  private static final Duration CHANGE = Duration.ofMillis(1);

  private static final Duration PAIR_START = Duration.ofSeconds(2);

  /** A scale with that many seconds for each contender and workload. */
  static RedisScale ofSeconds(int seconds) {
    if (seconds < 1 || seconds > MOST_SECONDS) {
      throw new IllegalArgumentException(
          "the seconds must be 1 to " + MOST_SECONDS + ": " + seconds);
    }
    return new RedisScale(
        ROUNDS, Duration.ofSeconds(seconds).dividedBy(ROUNDS), CHANGES_A_SECOND * seconds);
  }

  /** A scale that only shows that everything works. Its figures mean nothing. */
  static RedisScale quick() {
    return new RedisScale(1, QUICK_TURN, 10);
  }

  Duration turnOfHits() {
    return turn.multipliedBy(TURNS_OF_HITS);
  }

  int roundsOf(RedisWorkload workload) {
    return workload == RedisWorkload.HITS ? Math.min(rounds, FORKS) : rounds;
  }

  int warmUpsOf(RedisWorkload workload) {
    return workload == RedisWorkload.HITS ? 0 : Math.min(rounds, WARM_UPS);
  }

  /** The approximate time of a workload. */
  Duration of(RedisWorkload workload, long contenders) {
    long turns = contenders * (roundsOf(workload) + warmUpsOf(workload));
    return switch (workload) {
      case GET, GET4, GET256, PUT, PUT4, PUT256 -> turn.multipliedBy(turns);
      case HITS -> FORK_START.plus(turnOfHits().multipliedBy(FORK_TURNS)).multipliedBy(turns);
      case PROPAGATION ->
        CHANGE.multipliedBy(changes).multipliedBy(turns).plus(PAIR_START.multipliedBy(contenders));
    };
  }
}
