package io.intelligentcache.cli.chaos.fault;

import io.intelligentcache.cli.chaos.server.Deployment;
import io.intelligentcache.cli.chaos.traffic.Instance;
import io.intelligentcache.cli.chaos.traffic.Lanes;
import java.time.Duration;
import java.util.List;

/**
 * The targets of the faults. Thread-safe as long as one place has one fault at a time.
 *
 * @param instances the instances that share the deployment
 * @param deployment the Redis that they share
 * @param lanes the caches of all instances, with the judges, which have to know of faults
 */
public record World(List<Instance> instances, Deployment deployment, Lanes lanes) {
  /**
   * Injects a fault.
   *
   * @param at the affected instance; unused if the fault is at the server
   * @return the action that ends the fault
   */
  Heal strike(FaultKind kind, Instance at) {
    return switch (kind.place()) {
      case NETWORK -> {
        FaultProxy proxy = at.proxy();
        yield proxy == null ? deployment.strike(kind, lanes) : proxy.strike(kind);
      }
      case PROCESS -> {
        if (kind == FaultKind.ABANDON) {
          at.abandon();
        } else {
          at.restart();
        }
        lanes.settle(at);
        lanes.clearOne(at);
        yield Heal.NOTHING;
      }
      case CLOCK -> {
        boolean ahead = kind == FaultKind.CLOCK_AHEAD;
        at.time().jump(ahead ? SkewedTime.FIVE_SECONDS : SkewedTime.FIVE_SECONDS.negated());
        yield () -> at.time().jump(Duration.ZERO);
      }
      case SERVER, SERVER_CLOCK -> deployment.strike(kind, lanes);
    };
  }
}
