package io.intelligentcache.cli.chaos.server;

import io.intelligentcache.cli.chaos.Settings;
import io.intelligentcache.cli.chaos.fault.FaultKind;
import io.intelligentcache.cli.chaos.fault.Heal;
import io.intelligentcache.cli.chaos.fault.Mode;
import io.intelligentcache.cli.chaos.traffic.Lanes;
import java.nio.file.Path;
import java.util.Set;

/** The Redis that the instances share. One thread at a time may inject a fault. */
public sealed interface Deployment extends AutoCloseable permits SingleServer, Cluster {
  /**
   * Starts the server or the cluster of the settings, and waits until it serves.
   *
   * @param directory the servers may write here
   */
  static Deployment launch(Settings settings, Path directory) {
    return settings.mode() == Mode.CLUSTER
        ? Cluster.launch(settings, directory)
        : SingleServer.launch(settings, directory);
  }

  /** Opens a route to Redis for one instance. */
  Route route();

  /**
   * Injects a fault at a server, or between all instances and a server.
   *
   * @param lanes are informed when a server loses data
   * @return the action that ends the fault
   */
  Heal strike(FaultKind kind, Lanes lanes);

  /** Faults that this machine does not support. */
  Set<FaultKind> impossible();

  /** Kills all servers. */
  @Override
  void close();
}
