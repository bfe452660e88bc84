package io.intelligentcache.cli.chaos;

import java.time.Duration;
import java.util.List;

/**
 * What faults strike, and how. Thread-safe as long as one place has one fault at a time.
 *
 * @param instances what shares it
 * @param deployment what they share
 * @param ledger is told when a server forgets
 * @param changes makes up for what a life that ended had not told Redis
 */
record World(List<Instance> instances, Deployment deployment, Ledger ledger, Changes changes) {
  /** What looks, to who asks for the time, like a clock that is ahead by half of it. */
  private static final Duration SLOWNESS = Duration.ofMillis(30);

  /**
   * Makes a fault happen.
   *
   * @param at the instance it concerns, unless its place is the server
   * @return what ends it
   */
  Heal strike(FaultKind kind, Instance at) {
    return switch (kind.place()) {
      case NETWORK -> strikeNetwork(kind, at.proxy());
      case PROCESS -> {
        if (kind == FaultKind.ABANDON) {
          at.abandon();
        } else {
          at.restart();
        }
        changes.settle(at);
        yield Heal.NOTHING;
      }
      case CLOCK -> {
        boolean ahead = kind == FaultKind.CLOCK_AHEAD;
        at.time().jump(ahead ? SkewedTime.FIVE_SECONDS : SkewedTime.FIVE_SECONDS.negated());
        yield () -> at.time().jump(Duration.ZERO);
      }
      case SERVER -> deployment.strike(kind, ledger);
    };
  }

  private static Heal strikeNetwork(FaultKind kind, FaultProxy proxy) {
    switch (kind) {
      case CUT -> {
        proxy.cut();
        return Heal.NOTHING;
      }
      case STALL_REPLIES -> proxy.stallReplies(true);
      case PARTITION -> {
        proxy.stallRequests(true);
        proxy.stallReplies(true);
      }
      case HANG_UP -> {
        proxy.stallRequests(true);
        return () -> {
          proxy.hangUp();
          proxy.heal();
        };
      }
      case SLOW -> {
        proxy.delayRequests(SLOWNESS);
        proxy.cut();
      }
      case REFUSE -> {
        proxy.refuse(true);
        proxy.cut();
      }
      default -> proxy.stallRequests(true);
    }
    return proxy::heal;
  }
}
