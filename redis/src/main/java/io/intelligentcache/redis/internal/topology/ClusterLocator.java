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
 * Asks a server of the cluster for all of them: over the connections there are, each time beginning
 * with another one, and where none answers, over one to the addresses the cluster was configured
 * with or was last known by.
 */
final class ClusterLocator implements Locator {
  private static final Duration LONGEST_QUESTION = Duration.ofSeconds(1);

  private final List<RedisAddress> seeds;
  private final LettuceClient client;
  private final Duration attemptTimeout;
  private int turn; // owned by the thread that asks

  ClusterLocator(List<RedisAddress> seeds, LettuceClient client, Duration attemptTimeout) {
    this.seeds = seeds;
    this.client = client;
    this.attemptTimeout = attemptTimeout;
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
    return client.within(LONGEST_QUESTION, answer); // another one may answer sooner
  }

  private CompletableFuture<SlotMap> at(RedisAddress address) {
    return OneShotQuery.ask(
            client,
            client.connect(address),
            attemptTimeout,
            connection -> connection.async().clusterNodes())
        .thenApply(nodes -> layout(nodes, address));
  }

  /** What a server says, in addresses as one is reached from here that reaches this server. */
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

  /** With TLS by its name, if it has one, because that is what certificates are made out for. */
  static RedisAddress address(ClusterNode node, RedisAddress asked) {
    @Nullable String hostname = node.hostname().isEmpty() ? null : node.hostname();
    String host = asked.tls() && hostname != null ? hostname : node.host();
    return asked.at(host.isEmpty() ? asked.host() : host, node.port());
  }
}
