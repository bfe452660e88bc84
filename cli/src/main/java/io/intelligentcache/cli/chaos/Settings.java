package io.intelligentcache.cli.chaos;

import io.intelligentcache.cli.chaos.fault.FaultKind;
import io.intelligentcache.cli.chaos.fault.Mode;
import io.intelligentcache.cli.chaos.traffic.Keys;
import io.intelligentcache.cli.console.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings of a run.
 *
 * @param binary the Redis server to start
 * @param mode one server, or a cluster
 * @param seed from which the faults and the operations are drawn
 * @param time how long faults are injected
 * @param instances how many instances share the server
 * @param longestUnconfirmed how long the bounded caches return copies that can't be confirmed
 * @param maximumMemory the memory limit of the server, in its notation; beyond it the server
 *     evicts; empty for no limit
 * @param bound how long after an acknowledged write older values may still be read
 * @param faults which kinds of faults are injected; empty for none
 * @param redisOnly whether instances keep nothing in memory or on disk, so that every read asks Redis
 * @param keys the keys that are read and written
 */
public record Settings(
    Path binary,
    Mode mode,
    long seed,
    Duration time,
    int instances,
    Duration longestUnconfirmed,
    String maximumMemory,
    Duration bound,
    Set<FaultKind> faults,
    boolean redisOnly,
    Keys keys) {
  static final int LONGEST_SECONDS = 24 * 3_600;
  static final int MOST_INSTANCES = 16;
  static final Duration LONGEST_BOUND = Duration.ofSeconds(30);

  private static final Pattern MEMORY = Pattern.compile("[1-9]\\d{0,5}(kb|mb|gb)");

  public Settings {
    require(
        time.toSeconds() >= 1 && time.toSeconds() <= LONGEST_SECONDS,
        "--seconds must be 1 to " + LONGEST_SECONDS + ": " + time.toSeconds());
    require(
        instances >= 1 && instances <= MOST_INSTANCES,
        "--instances must be 1 to " + MOST_INSTANCES + ": " + instances);
    require(
        !bound.isNegative() && bound.compareTo(LONGEST_BOUND) <= 0,
        "--bound must be 0s to " + LONGEST_BOUND.toSeconds() + "s: " + bound);
    require(
        longestUnconfirmed.toMillis() >= 1 && longestUnconfirmed.compareTo(LONGEST_BOUND) <= 0,
        "--bounded must be 1ms to " + LONGEST_BOUND.toSeconds() + "s: " + longestUnconfirmed);
    require(
        maximumMemory.isEmpty() || MEMORY.matcher(maximumMemory).matches(),
        "--maxmemory must be like 1500kb or 2mb: " + maximumMemory);
    faults = Set.copyOf(faults);
    for (FaultKind fault : faults) {
      require(
          FaultKind.in(mode).contains(fault),
          "--faults: " + fault.label() + (mode == Mode.CLUSTER ? " can't be had with" : " needs")
              + " --cluster");
    }
  }

  /** Options of the server that these settings require. */
  public List<String> serverOptions() {
    return maximumMemory.isEmpty()
        ? List.of()
        : List.of("--maxmemory", maximumMemory, "--maxmemory-policy", "allkeys-lru");
  }

  /** Whether the wall clock of the server jumps in this run. */
  public boolean jumpsServerClock() {
    return faults.stream().anyMatch(kind -> kind.place() == FaultKind.Place.SERVER_CLOCK);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw Failure.usage(otherwise);
    }
  }
}
