package io.intelligentcache.cli.chaos.fault;

import io.intelligentcache.cli.console.Failure;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What can go wrong, and where; {@link World} makes it happen. */
public enum FaultKind {
  /** Every connection of an instance is closed. */
  CUT(Place.NETWORK),
  /** Requests of an instance wait on their way. */
  STALL_REQUESTS(Place.NETWORK),
  /** Requests of an instance arrive; the answers wait. */
  STALL_REPLIES(Place.NETWORK),
  /** Requests of an instance wait on their way, but for those on the connections that push changes. */
  STALL_DATA(Place.NETWORK),
  /** Nothing passes between an instance and Redis, and nobody is told. */
  PARTITION(Place.NETWORK),
  /** Requests wait, the instance sees its connections closed, and the requests arrive later. */
  HANG_UP(Place.NETWORK),
  /** Connections of an instance are closed; on further ones requests take longer than answers. */
  SLOW(Place.NETWORK),
  /** Requests take longer, but for those on the connections that push changes. */
  SLOW_DATA(Place.NETWORK),
  /** Connections of an instance are closed, and further ones refused. */
  REFUSE(Place.NETWORK),
  /** A server stands still (SIGSTOP); connections stay open. */
  FREEZE(Place.SERVER),
  /** A server is killed and comes back empty. */
  CRASH(Place.SERVER),
  /** A primary makes its replica the primary, and is killed. */
  HANDOVER(Place.SERVER),
  /** A primary is killed, and its replica takes over with what it has. */
  FAILOVER(Place.SERVER),
  /** Slots with their keys move from one primary to another. */
  MOVE_SLOTS(Place.SERVER),
  /** {@code FLUSHALL}: Redis forgets everything. */
  FLUSH(Place.SERVER),
  /** {@code SCRIPT FLUSH}: Redis forgets the scripts. */
  SCRIPT_FLUSH(Place.SERVER),
  /** An instance is closed and opened again, with its disk directory kept. */
  RESTART(Place.PROCESS),
  /** An instance is left as a kill would leave it; another opens on its disk directory. */
  ABANDON(Place.PROCESS),
  /** The wall clock of an instance jumps five seconds ahead, and later back. */
  CLOCK_AHEAD(Place.CLOCK),
  /** The wall clock of an instance jumps five seconds back, and later ahead. */
  CLOCK_BEHIND(Place.CLOCK),
  /** The wall clock of Redis jumps ahead by a second to an hour, and later back. */
  SERVER_CLOCK_AHEAD(Place.SERVER_CLOCK),
  /** The wall clock of Redis jumps back by a second to an hour, and later ahead. */
  SERVER_CLOCK_BEHIND(Place.SERVER_CLOCK);

  /** Where a fault strikes. One place has one fault at a time; different places may have theirs together. */
  public enum Place {
    /** Between one instance and Redis. */
    NETWORK,
    /** One instance. */
    PROCESS,
    /** The wall clock of one instance. */
    CLOCK,
    /** Redis, for all. */
    SERVER,
    /** The wall clock of Redis, for all. */
    SERVER_CLOCK
  }

  private final Place place;

  FaultKind(Place place) {
    this.place = place;
  }

  public Place place() {
    return place;
  }

  /** What can be had in a mode. */
  public static Set<FaultKind> in(Mode mode) {
    Set<FaultKind> ofClusters = EnumSet.of(HANDOVER, FAILOVER, MOVE_SLOTS);
    Set<FaultKind> kinds = EnumSet.allOf(FaultKind.class);
    // A node whose clock jumps takes the others for dead: the cluster would not stay whole.
    kinds.removeIf(kind ->
        mode == Mode.CLUSTER ? kind.place == Place.SERVER_CLOCK : ofClusters.contains(kind));
    return kinds;
  }

  /** The name on the command line: lower case, with dashes. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads names, as {@link #label} makes them; {@code none} is no fault. */
  public static Set<FaultKind> named(Collection<String> labels) {
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    for (String label : labels) {
      if (!label.equals("none")) {
        kinds.add(Arrays.stream(values())
            .filter(kind -> kind.label().equals(label))
            .findFirst()
            .orElseThrow(
                () -> Failure.usage("--faults: no such fault: " + label + "; there are " + all())));
      }
    }
    return kinds;
  }

  /** All names. */
  static String all() {
    return Arrays.stream(values()).map(FaultKind::label).collect(Collectors.joining(", "));
  }
}
