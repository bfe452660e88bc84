package io.intelligentcache.redis.internal.topology;

import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.connection.LettuceClient;
import io.intelligentcache.redis.internal.connection.OneShotQuery;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.connection.Session;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server of the cluster for the addresses of all. It tries the open connections first, each time beginning
 * with another one. If none of them answers, it connects to the configured and the last known addresses.
 */
final class ClusterLocator implements Locator {
  private static final Duration LONGEST_QUESTION = Duration.ofSeconds(1);

  private final List<RedisAddress> seeds;
  private final LettuceClient client;
  private int turn; // owned by the asking thread

  ClusterLocator(List<RedisAddress> seeds, LettuceClient client) {
    this.seeds = seeds;
    this.client = client;
  }

  @Override
  public CompletableFuture<SlotMap> ask(Collection<Primary> known) {
    List<Supplier<CompletableFuture<SlotMap>>> ways = new ArrayList<>();
    List<Primary> connected = known.stream().filter(Primary::available).toList();
    for (int i = 0; i < connected.size(); i++) {
      Primary primary = connected.get((turn + i) % connected.size());
      ways.add(() -> over(primary));
    }
    turn = (turn + 1) & 0xFFFF;
    Set<RedisAddress> others = new LinkedHashSet<>(seeds);
    known.forEach(primary -> others.add(primary.address()));
    others.forEach(address -> ways.add(() -> at(address)));
    return first(ways, 0);
  }

  private static CompletableFuture<SlotMap> first(
      List<Supplier<CompletableFuture<SlotMap>>> ways, int next) {
    return ways.get(next)
        .get()
        .exceptionallyCompose(failure -> next + 1 < ways.size()
            ? first(ways, next + 1)
            : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<SlotMap> over(Primary primary) {
    Session session = primary.session();
    if (session == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("not connected"));
    }
    CompletableFuture<SlotMap> answer = primary
        .probe(session, RedisClusterAsyncCommands::clusterNodes)
        .thenApply(reply -> {
          if (reply instanceof Reply.Ok<String> nodes) {
            return layout(nodes.value(), primary.address());
          }
          throw new IllegalStateException(String.valueOf(reply));
        });
    return client.deadlines().within(LONGEST_QUESTION, answer); // another one may answer
  }

  private CompletableFuture<SlotMap> at(RedisAddress address) {
    return OneShotQuery.ask(
            client.deadlines(),
            client.connect(address),
            client.connectTimeout(),
            connection -> connection.async().clusterNodes())
        .thenApply(nodes -> layout(nodes, address));
  }

  /**
   * Decodes the answer of a server. The addresses are given so that an instance that reaches this server can connect to
   * them.
   */
  static SlotMap layout(String answer, RedisAddress asked) {
    Map<RedisAddress, BitSet> primaries = new HashMap<>();
    Map<RedisAddress, RedisAddress> otherNames = new HashMap<>();
    for (ClusterNode node : ClusterNode.all(answer)) {
      if (node.primary()) {
        RedisAddress address = address(node, asked);
        primaries.put(address, node.slots());
        for (String name : List.of(node.host(), node.hostname())) {
          if (!name.isEmpty() && !name.equals("?")) {
            otherNames.put(asked.at(name, node.port()), address);
          }
        }
      }
    }
    if (primaries.values().stream().allMatch(BitSet::isEmpty)) {
      throw new IllegalStateException("knows no server that owns keys");
    }
    return new SlotMap(primaries, otherNames);
  }

  /**
   * The address of a node. With TLS it is the host name, if the node has one, because certificates contain host names.
   */
  static RedisAddress address(ClusterNode node, RedisAddress asked) {
    @Nullable String hostname = node.hostname().isEmpty() ? null : node.hostname();
    String host = asked.tls() && hostname != null ? hostname : node.host();
    return asked.at(host.isEmpty() ? asked.host() : host, node.port());
  }
}
