package io.intelligentcache.cli.chaos.fault;

import io.intelligentcache.cli.console.Failure;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The kinds of faults, and the place of each. {@link World} injects them. */
public enum FaultKind {
  /** Every connection of an instance is closed. */
  CUT(Place.NETWORK),
  /** Requests of an instance are delayed in the network. */
  STALL_REQUESTS(Place.NETWORK),
  /** Requests of an instance arrive; the replies are delayed. */
  STALL_REPLIES(Place.NETWORK),
  /** Requests of an instance are delayed, except on connections over which Redis pushes invalidations. */
  STALL_DATA(Place.NETWORK),
  /** Nothing passes between an instance and Redis, and their connections stay open. */
  PARTITION(Place.NETWORK),
  /** Requests are delayed, the instance sees its connections closed, and the requests arrive later. */
  HANG_UP(Place.NETWORK),
  /** Connections of an instance are closed; on later connections requests take longer than replies. */
  SLOW(Place.NETWORK),
  /** Requests take longer, except on connections over which Redis pushes invalidations. */
  SLOW_DATA(Place.NETWORK),
  /** Connections of an instance are closed, and new connections are refused. */
  REFUSE(Place.NETWORK),
  /** A server is stopped (SIGSTOP); connections stay open. */
  FREEZE(Place.SERVER),
  /** A server is killed and restarts empty. */
  CRASH(Place.SERVER),
  /** A primary hands its role to its replica, and is killed. */
  HANDOVER(Place.SERVER),
  /** A primary is killed, and its replica takes over with the data it has. */
  FAILOVER(Place.SERVER),
  /** Slots with their keys move from one primary to another. */
  MOVE_SLOTS(Place.SERVER),
  /** {@code FLUSHALL}: Redis loses all data. */
  FLUSH(Place.SERVER),
  /** {@code SCRIPT FLUSH}: Redis loses its scripts. */
  SCRIPT_FLUSH(Place.SERVER),
  /** An instance is closed and opened again, with its disk directory kept. */
  RESTART(Place.PROCESS),
  /** An instance is abandoned, as by a kill; another one opens on its disk directory. */
  ABANDON(Place.PROCESS),
  /** The wall clock of an instance jumps five seconds ahead, and later back. */
  CLOCK_AHEAD(Place.CLOCK),
  /** The wall clock of an instance jumps five seconds back, and later ahead. */
  CLOCK_BEHIND(Place.CLOCK),
  /** The wall clock of Redis jumps ahead by a second to an hour, and later back. */
  SERVER_CLOCK_AHEAD(Place.SERVER_CLOCK),
  /** The wall clock of Redis jumps back by a second to an hour, and later ahead. */
  SERVER_CLOCK_BEHIND(Place.SERVER_CLOCK);

  /** Where a fault happens. One place has one fault at a time; faults at different places may overlap. */
  public enum Place {
    /** Between one instance and Redis. */
    NETWORK,
    /** One instance. */
    PROCESS,
    /** The wall clock of one instance. */
    CLOCK,
    /** Redis, for all instances. */
    SERVER,
    /** The wall clock of Redis, for all instances. */
    SERVER_CLOCK
  }

  private final Place place;

  FaultKind(Place place) {
    this.place = place;
  }

  public Place place() {
    return place;
  }

  /** The faults that are possible in a mode. */
  public static Set<FaultKind> in(Mode mode) {
    Set<FaultKind> ofClusters = EnumSet.of(HANDOVER, FAILOVER, MOVE_SLOTS);
    Set<FaultKind> kinds = EnumSet.allOf(FaultKind.class);
    // A node whose clock jumps marks the other nodes as failed, so the
    // cluster would not stay whole.
    kinds.removeIf(kind ->
        mode == Mode.CLUSTER ? kind.place == Place.SERVER_CLOCK : ofClusters.contains(kind));
    return kinds;
  }

  /** The name on the command line: lower case, with dashes. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Parses names, as {@link #label} makes them; {@code none} stands for no fault. */
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
