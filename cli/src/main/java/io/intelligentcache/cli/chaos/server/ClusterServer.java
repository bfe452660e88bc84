package io.intelligentcache.cli.chaos.server;

import io.intelligentcache.cli.chaos.fault.FaultProxy;
import io.intelligentcache.cli.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A server that is a node of a cluster. Its node ID, its role and its slots
 * survive a restart of its process.
 *
 * @param server its process
 * @param proxy the proxy for its clients, namely the instances and its replica: the node announces the
 *     proxy's port. The cluster bus does not use the proxy
 */
record ClusterServer(RedisServer server, FaultProxy proxy) implements AutoCloseable {
  /** The difference between the port of a server and the port of its cluster bus, fixed by Redis. */
  private static final int BUS = 10_000;

  private static final int HIGHEST_PORT = 65_535 - BUS;

  private static final String NO_FAILOVER = "cluster-replica-no-failover";

  /**
   * Options of a node. It never takes over without a command: the run decides which replica takes over,
   * not a node that finds another one slow.
   */
  private static final String[] OPTIONS = {
    "--cluster-enabled",
    "yes",
    "--cluster-config-file",
    "nodes.conf",
    "--cluster-node-timeout",
    "1000",
    "--cluster-require-full-coverage",
    "no",
    "--" + NO_FAILOVER,
    "yes",
    "--repl-diskless-sync",
    "yes",
    "--repl-diskless-sync-delay",
    "0"
  };

  /**
   * Starts a node that knows no other node.
   *
   * @param home the node's own directory, which this method creates
   * @param options further options of the server
   */
  static ClusterServer launch(Path binary, Path home, List<String> options) {
    try {
      Files.createDirectories(home);
    } catch (IOException failure) {
      throw Failure.of("can't make " + home + ": " + failure, failure);
    }
    var proxy = new FaultProxy();
    List<String> all = new ArrayList<>(List.of(OPTIONS));
    all.addAll(List.of("--cluster-announce-port", String.valueOf(proxy.port())));
    all.addAll(options);
    try {
      RedisServer server =
          RedisServer.launch(binary, home, HIGHEST_PORT, all.toArray(String[]::new));
      proxy.target(server.port());
      return new ClusterServer(server, proxy);
    } catch (RuntimeException failure) {
      proxy.close();
      throw failure;
    }
  }

  /** The address for clients, which is the proxy's. */
  String url() {
    return proxy.url();
  }

  @Override
  public void close() {
    server.close();
    proxy.close();
  }

  ClusterView view() throws IOException {
    return ClusterView.parse(server.ask("CLUSTER", "NODES").get(0));
  }

  /** Whether the node serves, and whether it has all data of its primary if it is a replica. */
  boolean isWell() throws IOException {
    return server.ask("CLUSTER", "INFO").get(0).contains("cluster_state:ok")
        && !server.ask("INFO", "replication").get(0).contains("master_link_status:down");
  }

  /**
   * A position in the replication stream from a primary to its replica.
   *
   * @param name the name of the field in {@code INFO replication}
   */
  long offset(String name) throws IOException {
    return server
        .ask("INFO", "replication")
        .get(0)
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IOException("no " + name));
  }

  /** Sets whether the node may be elected when its primary fails. */
  void mayFailOver(boolean allowed) throws IOException {
    server.ask("CONFIG", "SET", NO_FAILOVER, allowed ? "no" : "yes");
  }

  /** Whether the node regards itself as a primary. */
  boolean isPrimary() throws IOException {
    return view().self().flags().contains("master");
  }
}
