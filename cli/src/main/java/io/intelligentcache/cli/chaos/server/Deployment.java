package io.intelligentcache.cli.chaos.server;

import io.intelligentcache.cli.chaos.Settings;
import io.intelligentcache.cli.chaos.fault.FaultKind;
import io.intelligentcache.cli.chaos.fault.Heal;
import io.intelligentcache.cli.chaos.fault.Mode;
import io.intelligentcache.cli.chaos.traffic.Lanes;
import java.nio.file.Path;
import java.util.Set;

/** The Redis that the instances share. One thread at a time may strike it. */
public sealed interface Deployment extends AutoCloseable permits SingleServer, Cluster {
  /**
   * Starts what the settings ask for, and waits until it serves.
   *
   * @param directory where it may write
   */
  static Deployment launch(Settings settings, Path directory) {
    return settings.mode() == Mode.CLUSTER
        ? Cluster.launch(settings, directory)
        : SingleServer.launch(settings, directory);
  }

  /** A way to it for one instance. */
  Route route();

  /**
   * Makes a fault happen at a server, or on the way of all instances to it.
   *
   * @param lanes are told of what a server forgets
   * @return what ends it
   */
  Heal strike(FaultKind kind, Lanes lanes);

  /** Faults that can't be had on this machine. */
  Set<FaultKind> impossible();

  /** Ends all servers at once. */
  @Override
  void close();
}
