package io.intelligentcache.cli.chaos.server;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.cli.chaos.Settings;
import io.intelligentcache.cli.chaos.fault.FaultKind;
import io.intelligentcache.cli.chaos.fault.Heal;
import io.intelligentcache.cli.chaos.traffic.Lanes;
import io.intelligentcache.cli.console.Failure;
import io.intelligentcache.redis.Redis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A Redis cluster: primaries that share the slots, with a replica each. Each fault leaves it whole when
 * it is healed: all nodes agree, and every replica has all data of its primary. So the next fault finds
 * a replica that can take over.
 */
final class Cluster implements Deployment {
  private static final int PRIMARIES = 3;
  private static final int SLOTS = 16_384;
  private static final int MOST_MOVED = 3;
  private static final long LONGEST_WAIT_NANOS = SECONDS.toNanos(60);
  private static final long ASK_AGAIN_NANOS = SECONDS.toNanos(3);
  private static final long POLL_NANOS = MILLISECONDS.toNanos(20);

  private final List<ClusterServer> nodes = new ArrayList<>();
  private final SplittableRandom random;

  private Cluster(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /**
   * Starts a cluster, and waits until it is whole.
   *
   * @param settings its seed decides which nodes and slots the faults affect
   * @param directory the nodes may write here
   */
  static Cluster launch(Settings settings, Path directory) {
    Path binary = settings.binary();
    var cluster = new Cluster(settings.seed());
    try {
      for (int i = 0; i < 2 * PRIMARIES; i++) {
        cluster.nodes.add(
            ClusterServer.launch(binary, directory.resolve("node-" + i), settings.serverOptions()));
      }
      cluster.form();
      return cluster;
    } catch (IOException refused) {
      cluster.close();
      throw Failure.of(binary + " can't form a cluster: " + refused.getMessage(), refused);
    } catch (RuntimeException failure) {
      cluster.close();
      throw failure;
    }
  }

  private void form() throws IOException {
    for (int i = 0; i < nodes.size(); i++) {
      RedisServer server = nodes.get(i).server();
      server.ask("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
      if (i < PRIMARIES) {
        List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
        for (int slot = SLOTS * i / PRIMARIES; slot < SLOTS * (i + 1) / PRIMARIES; slot++) {
          words.add(String.valueOf(slot));
        }
        server.ask(words.toArray(String[]::new));
      }
      if (i > 0) {
        server.ask("CLUSTER", "MEET", "127.0.0.1", port(nodes.get(0)));
      }
    }
    awaitWhole();
    for (int i = PRIMARIES; i < nodes.size(); i++) {
      nodes.get(i).server().ask("CLUSTER", "REPLICATE", id(nodes.get(i - PRIMARIES)));
    }
    await("replicas", () -> primaries().size() == PRIMARIES && isWhole());
  }

  private static String port(ClusterServer node) {
    return String.valueOf(node.server().port());
  }

  private static String id(ClusterServer node) throws IOException {
    return node.view().self().id();
  }

  private boolean isWhole() throws IOException {
    Set<Set<String>> views = new HashSet<>();
    for (ClusterServer node : nodes) {
      ClusterView view = node.view();
      views.add(view.roles());
      if (view.nodes().size() < nodes.size()
          || !view.allWell()
          || !node.isWell()
          || views.size() > 1) {
        return false;
      }
    }
    return true;
  }

  /** A condition that may hold now or later. If a node does not answer, the caller waits. */
  private interface Condition {
    boolean holds() throws IOException;
  }

  private void awaitWhole() {
    await("the cluster to be whole", this::isWhole);
  }

  private static void await(String what, Condition condition) {
    if (!becomes(condition, LONGEST_WAIT_NANOS)) {
      throw Failure.of(
          "waited " + LONGEST_WAIT_NANOS / SECONDS.toNanos(1) + " s without success for " + what);
    }
  }

  private static boolean becomes(Condition condition, long withinNanos) {
    long deadline = System.nanoTime() + withinNanos;
    while (System.nanoTime() - deadline < 0) {
      try {
        if (condition.holds()) {
          return true;
        }
      } catch (IOException notYet) {
        // a node that does not answer in time runs into the deadline
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return false;
  }

  private List<ClusterServer> primaries() throws IOException {
    List<ClusterServer> primaries = new ArrayList<>();
    for (ClusterServer node : nodes) {
      if (node.isPrimary()) {
        primaries.add(node);
      }
    }
    return primaries;
  }

  private ClusterServer replicaOf(ClusterServer primary) throws IOException {
    String id = id(primary);
    for (ClusterServer node : nodes) {
      if (node.view().self().primary().equals(id)) {
        return node;
      }
    }
    throw Failure.of("no replica follows " + primary.url());
  }

  @Override
  public Route route() {
    String[] urls = nodes.stream().map(ClusterServer::url).toArray(String[]::new);
    String[] more = List.of(urls).subList(1, urls.length).toArray(String[]::new);
    return new Route(Redis.cluster(urls[0], more), null);
  }

  @Override
  public Set<FaultKind> impossible() {
    return Set.of();
  }

  @Override
  public Heal strike(FaultKind kind, Lanes lanes) {
    try {
      List<ClusterServer> primaries = primaries();
      int drawn = random.nextInt(primaries.size());
      ClusterServer primary = primaries.get(drawn);
      return switch (kind) {
        case FREEZE -> freeze(primary);
        case CRASH -> crash(primary, lanes);
        case HANDOVER -> handOver(primary);
        case FAILOVER -> failOver(primary, lanes);
        case MOVE_SLOTS -> {
          primaries.remove(drawn);
          yield move(primary, primaries.get(random.nextInt(primaries.size())));
        }
        case FLUSH -> flush(primaries, lanes);
        case SCRIPT_FLUSH -> {
          primaries.forEach(each -> each.server().tell("SCRIPT", "FLUSH"));
          yield Heal.NOTHING;
        }
        default -> strikeNetwork(kind, primary);
      };
    } catch (IOException away) {
      throw Failure.of(kind.label() + " of the cluster failed: " + away.getMessage(), away);
    }
  }

  /**
   * Injects a network fault between one primary and the clients of its announced address:
   * the instances, and its replica.
   */
  private Heal strikeNetwork(FaultKind kind, ClusterServer primary) {
    Heal heal = primary.proxy().strike(kind);
    return () -> {
      heal.heal();
      awaitWhole();
    };
  }

  private Heal freeze(ClusterServer primary) {
    primary.server().freeze();
    return () -> {
      primary.server().thaw();
      awaitWhole();
    };
  }

  /** Kills the primary. It restarts before another node takes over, and its replica loses the data, too. */
  private Heal crash(ClusterServer primary, Lanes lanes) {
    long start = lanes.now();
    primary.server().kill();
    lanes.serverForgot(start);
    return () -> {
      revive(primary);
      lanes.serverForgot(start);
    };
  }

  private void revive(ClusterServer node) {
    node.server().start();
    awaitWhole();
  }

  /** The primary waits until its replica has all data, then makes it the primary. Nothing is lost. */
  private Heal handOver(ClusterServer primary) throws IOException {
    promote(replicaOf(primary), "CLUSTER", "FAILOVER");
    await(primary.url() + " to become a replica", () -> !primary.isPrimary());
    primary.server().kill();
    return () -> revive(primary);
  }

  /**
   * Kills a primary; its replica takes over by command or by election. Data that the replica had not
   * received is lost, even if it was acknowledged.
   */
  private Heal failOver(ClusterServer primary, Lanes lanes) throws IOException {
    ClusterServer replica = replicaOf(primary);
    boolean elected = random.nextBoolean();
    long received = lanes.now();
    awaitReceived(replica, primary);
    primary.server().kill();
    lanes.writesMayBeLost(received); // before the first read from the replica
    if (elected) {
      replica.mayFailOver(true);
      await(replica.url() + " to be elected", () -> replica.view().self().ownsSlots());
      replica.mayFailOver(false);
    } else {
      promote(replica, "CLUSTER", "FAILOVER", "FORCE");
    }
    return () -> revive(primary);
  }

  /** Returns when a replica has all writes that its primary had acknowledged before this call. */
  private static void awaitReceived(ClusterServer replica, ClusterServer primary)
      throws IOException {
    long sent = primary.offset("master_repl_offset");
    await(
        replica.url() + " to have what its primary has",
        () -> replica.offset("slave_repl_offset") >= sent);
  }

  /**
   * Makes a replica take over, and retries. The other primaries vote for one replica of a primary only
   * once in a while, so a replica may have to ask again.
   */
  private static void promote(ClusterServer replica, String... words) {
    Condition promoted = () -> replica.view().self().ownsSlots();
    await(replica.url() + " to take over", () -> {
      if (promoted.holds()) {
        return true;
      }
      replica.server().ask(words);
      return becomes(promoted, ASK_AGAIN_NANOS);
    });
  }

  private Heal flush(List<ClusterServer> primaries, Lanes lanes) {
    long start = lanes.now();
    primaries.forEach(each -> each.server().tell("FLUSHALL"));
    lanes.serverForgot(start);
    return Heal.NOTHING;
  }

  /** Begins to move slots that have keys. The returned action moves their keys and ends the migration. */
  private Heal move(ClusterServer from, ClusterServer to) throws IOException {
    Set<String> slots = new HashSet<>();
    for (int i = 0; i < MOST_MOVED; i++) {
      for (String key : from.server().ask("RANDOMKEY")) {
        slots.addAll(from.server().ask("CLUSTER", "KEYSLOT", key));
      }
    }
    var migration = new Migration(from, to, List.copyOf(slots));
    migration.begin();
    return () -> {
      try {
        migration.finish();
      } catch (IOException failure) {
        throw Failure.of("slots can't move: " + failure.getMessage(), failure);
      }
      awaitWhole();
    };
  }

  @Override
  public void close() {
    nodes.forEach(ClusterServer::close);
  }
}
