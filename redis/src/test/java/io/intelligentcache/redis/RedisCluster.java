package io.intelligentcache.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.MigrateArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A real cluster of the test's own: primaries that share the slots, then nodes without any. */
public final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<RedisServerProcess> servers = new ArrayList<>();
  private final List<RawRedis> raws = new ArrayList<>();

  private RedisCluster(int primaries, int more, String... options) {
    for (int i = 0; i < primaries + more; i++) {
      servers.add(RedisServerProcess.launch(with(options)));
      raws.add(new RawRedis(servers.get(i)));
    }
    for (int i = 0; i < primaries; i++) {
      int[] own =
          IntStream.range(SLOTS * i / primaries, SLOTS * (i + 1) / primaries).toArray();
      node(i).clusterSetConfigEpoch(i + 1);
      node(i).clusterAddSlots(own);
    }
    for (int i = 1; i < servers.size(); i++) {
      node(i).clusterMeet("127.0.0.1", servers.get(0).port());
    }
    awaitOk();
  }

  /** As many primaries, which share the slots; every one knows all others. */
  public static RedisCluster of(int primaries, String... options) {
    return new RedisCluster(primaries, 0, options);
  }

  /** The same, and further primaries without slots. */
  static RedisCluster withSpares(int primaries, int spares, String... options) {
    return new RedisCluster(primaries, spares, options);
  }

  private static String[] with(String... options) {
    try {
      // Where the node keeps its own name; not made by us, or else it is damaged in its eyes.
      Path directory = Files.createTempDirectory("redis-cluster");
      directory.toFile().deleteOnExit();
      Path file = directory.resolve("nodes.conf");
      file.toFile().deleteOnExit();
      List<String> all = new ArrayList<>(List.of("--cluster-enabled", "yes"));
      all.addAll(List.of("--cluster-config-file", file.toString()));
      all.addAll(List.of("--cluster-node-timeout", "1000"));
      all.addAll(List.of("--cluster-require-full-coverage", "no"));
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

  /** One node's address; any will do to find the others. */
  public String url() {
    return servers.get(0).url();
  }

  RedisServerProcess server(int i) {
    return servers.get(i);
  }

  int size() {
    return servers.size();
  }

  /** Another application's connection to one node. */
  RedisCommands<String, byte[]> node(int i) {
    return raws.get(i).commands();
  }

  RawRedis raw(int i) {
    return raws.get(i);
  }

  /** Which node owns the slot of a name. */
  int owner(String name) {
    return owner(SlotHash.getSlot(name));
  }

  int owner(int slot) {
    for (int i = 0; i < servers.size(); i++) {
      String id = node(i).clusterMyId();
      for (ClusterNode node : ClusterNode.all(node(i).clusterNodes())) {
        if (node.id().equals(id) && node.slots().get(slot)) {
          return i;
        }
      }
    }
    throw new IllegalStateException("nobody owns slot " + slot);
  }

  /** Moves a slot with its keys, step by step as administrators' tools do. */
  void move(int slot, int from, int to) {
    beginMove(slot, from, to);
    moveKeys(slot, from, to);
    endMove(slot, from, to);
  }

  void beginMove(int slot, int from, int to) {
    node(to).clusterSetSlotImporting(slot, node(from).clusterMyId());
    node(from).clusterSetSlotMigrating(slot, node(to).clusterMyId());
  }

  void moveKeys(int slot, int from, int to) {
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

  void endMove(int slot, int from, int to) {
    String id = node(to).clusterMyId();
    node(to).clusterSetSlotNode(slot, id);
    node(from).clusterSetSlotNode(slot, id);
  }

  void flushAll() {
    raws.forEach(raw -> raw.commands().flushall());
  }

  static String text(byte[] bytes) {
    return new String(bytes, US_ASCII);
  }

  @Override
  public void close() {
    raws.forEach(RawRedis::close);
    servers.forEach(RedisServerProcess::close);
  }
}
