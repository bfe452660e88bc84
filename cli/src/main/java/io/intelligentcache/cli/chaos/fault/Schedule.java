package io.intelligentcache.cli.chaos.fault;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;

/** Draws faults from a seed. Not thread-safe. */
public final class Schedule {
  private static final int SHORTEST_PAUSE_MILLIS = 100;
  private static final int LONGEST_PAUSE_MILLIS = 1_500;
  private static final int SHORTEST_FAULT_MILLIS = 20;
  private static final int SHORT_FAULT_MILLIS = 600;
  private static final int LONGEST_FAULT_MILLIS = 3_000;

  private final SplittableRandom random;
  private final List<FaultKind> kinds;
  private final int instances;

  /**
   * One planned fault.
   *
   * @param pause from the beginning of the previous fault
   * @param instance the affected instance; unused if the fault is at the server
   * @param lasting how long until the fault is healed
   */
  record Step(Duration pause, FaultKind kind, int instance, Duration lasting) {}

  /**
   * An endless schedule.
   *
   * @param kinds the kinds of faults to draw from
   */
  public Schedule(long seed, Collection<FaultKind> kinds, int instances) {
    this.random = new SplittableRandom(seed);
    this.kinds = kinds.stream().sorted().toList();
    this.instances = instances;
  }

  /** Whether there are no kinds to draw from. */
  boolean isEmpty() {
    return kinds.isEmpty();
  }

  Step next() {
    int pause = random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
    FaultKind kind = kinds.get(random.nextInt(kinds.size()));
    int instance = random.nextInt(instances);
    // Half of the faults end before a command times out, or soon after.
    int longest = random.nextBoolean() ? SHORT_FAULT_MILLIS : LONGEST_FAULT_MILLIS;
    int lasting = random.nextInt(SHORTEST_FAULT_MILLIS, longest);
    return new Step(Duration.ofMillis(pause), kind, instance, Duration.ofMillis(lasting));
  }
}
