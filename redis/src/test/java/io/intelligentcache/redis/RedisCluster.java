package io.intelligentcache.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.internal.topology.ClusterNode;
import io.lettuce.core.MigrateArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A real cluster that the test starts: primaries that share the slots, then nodes without slots. */
public final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<RedisServerProcess> servers = new ArrayList<>();
  private final List<RawRedis> raws = new ArrayList<>();
  private final List<FaultProxy> proxies = new ArrayList<>();

  private RedisCluster(int primaries, int more, boolean behindProxies, String... options) {
    for (int i = 0; i < primaries + more; i++) {
      RedisServerProcess server = RedisServerProcess.launchClusterNode(with(options));
      servers.add(server);
      raws.add(new RawRedis(server));
      if (behindProxies) {
        FaultProxy proxy = FaultProxy.before(server.port());
        proxies.add(proxy);
        // Announce the proxy's port to the other nodes and the clients. The bus between the nodes
        // keeps its own port.
        node(i).configSet("cluster-announce-bus-port", "" + (server.port() + 10_000));
        node(i).configSet("cluster-announce-port", "" + proxy.port());
      }
    }
    for (int i = 0; i < primaries; i++) {
      int[] own =
          IntStream.range(SLOTS * i / primaries, SLOTS * (i + 1) / primaries).toArray();
      node(i).clusterSetConfigEpoch(i + 1);
      node(i).clusterAddSlots(own);
    }
    for (int i = 1; i < servers.size(); i++) {
      for (int j = 0; j < i; j++) { // gossip alone would be slow
        node(i).clusterMeet("127.0.0.1", servers.get(j).port());
      }
    }
    awaitOk();
  }

  /** Starts this number of primaries, which share the slots. Every node knows all others. */
  public static RedisCluster of(int primaries, String... options) {
    return new RedisCluster(primaries, 0, false, options);
  }

  /** The same, each behind its own proxy. The cluster announces the proxies to its clients. */
  public static RedisCluster behindProxies(int primaries) {
    return new RedisCluster(primaries, 0, true);
  }

  /** The same, with further primaries without slots. */
  public static RedisCluster withSpares(int primaries, int spares, String... options) {
    return new RedisCluster(primaries, spares, false, options);
  }

  private static String[] with(String... options) {
    try {
      // The file in which the node stores its own ID. The node itself creates it: it takes an empty
      // file for a damaged one.
      Path directory = Files.createTempDirectory("redis-cluster");
      directory.toFile().deleteOnExit();
      Path file = directory.resolve("nodes.conf");
      file.toFile().deleteOnExit();
      List<String> all = new ArrayList<>(List.of("--cluster-enabled", "yes"));
      all.addAll(List.of("--cluster-config-file", file.toString()));
      // No pause of a machine is so long that the other nodes consider the node failed.
      all.addAll(List.of("--cluster-node-timeout", "30000"));
      all.addAll(List.of("--cluster-require-full-coverage", "no"));
      all.addAll(List.of("--cluster-allow-replica-migration", "no")); // spare nodes stay primaries
      all.addAll(Arrays.asList(options));
      return all.toArray(String[]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns when all nodes know each other and all slots are served. */
  void awaitOk() {
    await()
        .atMost(30, SECONDS)
        .pollInterval(20, MILLISECONDS)
        .until(() -> raws.stream()
            .map(RawRedis::commands)
            .allMatch(node -> node.clusterInfo().contains("cluster_state:ok")
                && node.clusterInfo().contains("cluster_slots_ok:" + SLOTS)
                && node.clusterInfo().contains("cluster_known_nodes:" + servers.size())));
  }

  /** After this call a node that is silent for a second counts as failed, and its replica takes over. */
  public void failOverSoon() {
    raws.forEach(raw -> raw.commands().configSet("cluster-node-timeout", "1000"));
  }

  /** The address of one node. Any node is enough to find the others. */
  public String url() {
    return proxies.isEmpty() ? servers.get(0).url() : proxies.get(0).url();
  }

  public FaultProxy proxy(int i) {
    return proxies.get(i);
  }

  /** The port on which clients reach a node. */
  public int clientPort(int i) {
    return proxies.isEmpty() ? servers.get(i).port() : proxies.get(i).port();
  }

  public RedisServerProcess server(int i) {
    return servers.get(i);
  }

  public int size() {
    return servers.size();
  }

  /** The connection of another application to one node. */
  public RedisCommands<String, byte[]> node(int i) {
    return raws.get(i).commands();
  }

  public RawRedis raw(int i) {
    return raws.get(i);
  }

  /** How often the nodes have redirected a command. */
  public long redirections() {
    return raws.stream()
        .flatMap(raw -> raw.commands().info("errorstats").lines())
        .filter(line -> line.matches("errorstat_(MOVED|ASK):count=.*"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1)))
        .sum();
  }

  /** The node that owns the slot of a name. */
  public int owner(String name) {
    return owner(SlotHash.getSlot(name));
  }

  /** The node that owns a slot, when all nodes agree on it. */
  public int owner(int slot) {
    int[] owner = {-1};
    await()
        .atMost(10, SECONDS)
        .pollDelay(0, MILLISECONDS)
        .pollInterval(5, MILLISECONDS)
        .until(() -> (owner[0] = ownerNow(slot)) >= 0);
    return owner[0];
  }

  private int ownerNow(int slot) {
    for (int i = 0; i < servers.size(); i++) {
      String id = node(i).clusterMyId();
      for (ClusterNode node : ClusterNode.all(node(i).clusterNodes())) {
        if (node.id().equals(id) && node.slots().get(slot)) {
          return i;
        }
      }
    }
    return -1;
  }

  /** Moves a slot with its keys, step by step as the tools of administrators do. */
  public void move(int slot, int from, int to) {
    beginMove(slot, from, to);
    moveKeys(slot, from, to);
    endMove(slot, from, to);
  }

  public void beginMove(int slot, int from, int to) {
    node(to).clusterSetSlotImporting(slot, node(from).clusterMyId());
    node(from).clusterSetSlotMigrating(slot, node(to).clusterMyId());
  }

  public void moveKeys(int slot, int from, int to) {
    List<String> keys = node(from).clusterGetKeysInSlot(slot, 100);
    while (!keys.isEmpty()) {
      node(from)
          .migrate(
              "127.0.0.1",
              servers.get(to).port(),
              0,
              5_000,
              MigrateArgs.Builder.keys(keys.toArray(String[]::new)));
      keys = node(from).clusterGetKeysInSlot(slot, 100);
    }
  }

  /**
   * Returns when all nodes agree on the owners. A move that begins earlier could lose the slot: an older message of the
   * former owner would still claim it, with an epoch that the new owner does not know yet.
   */
  public void endMove(int slot, int from, int to) {
    String id = node(to).clusterMyId();
    node(to).clusterSetSlotNode(slot, id);
    node(from).clusterSetSlotNode(slot, id);
    await()
        .atMost(20, SECONDS)
        .pollDelay(0, MILLISECONDS)
        .pollInterval(5, MILLISECONDS)
        .until(() -> raws.stream().map(RedisCluster::view).distinct().count() == 1);
  }

  private static Set<String> view(RawRedis raw) {
    Set<String> view = new HashSet<>();
    for (ClusterNode node : ClusterNode.all(raw.commands().clusterNodes())) {
      view.add(node.id() + " " + node.epoch() + " " + node.slots());
    }
    return view;
  }

  @Override
  public void close() {
    raws.forEach(RawRedis::close);
    proxies.forEach(FaultProxy::close);
    servers.forEach(RedisServerProcess::close);
  }
}
