package io.intelligentcache.redis.internal.topology;

import io.intelligentcache.redis.internal.connection.LettuceClient;
import io.intelligentcache.redis.internal.connection.OneShotQuery;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Asks all sentinels which server is the primary, and believes the latest decision: a sentinel that was cut off from
 * the others may still name the former primary.
 */
final class SentinelLocator implements Locator {
  private static final Duration LONGEST_VISIT = Duration.ofSeconds(1);

  private final Servers.Sentinels servers;
  private final LettuceClient client;

  /** The decision of a sentinel, with its number. The sentinels number their decisions together. */
  private record Decision(RedisAddress primary, long epoch) {}

  SentinelLocator(Servers.Sentinels servers, LettuceClient client) {
    this.servers = servers;
    this.client = client;
  }

  @Override
  public CompletableFuture<SlotMap> ask(Collection<Primary> known) {
    List<CompletableFuture<Decision>> asked =
        servers.sentinels().stream().map(this::decision).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .handle((all, failure) -> {
          List<Decision> decisions = new ArrayList<>();
          for (CompletableFuture<Decision> answer : asked) {
            if (!answer.isCompletedExceptionally()) {
              decisions.add(answer.join());
            }
          }
          return decisions.stream().max(Comparator.comparingLong(Decision::epoch));
        })
        .thenCompose(latest -> latest.isPresent()
            ? CompletableFuture.completedFuture(SlotMap.of(latest.get().primary()))
            : asked.get(0).thenApply(failed -> SlotMap.of(failed.primary())));
  }

  private CompletableFuture<Decision> decision(RedisAddress sentinel) {
    Duration timeout = client.connectTimeout();
    return OneShotQuery.ask(
            client.deadlines(),
            client.connectSentinel(sentinel),
            timeout.compareTo(LONGEST_VISIT) < 0 ? timeout : LONGEST_VISIT,
            connection -> connection.async().master(servers.primaryName()))
        .thenApply(this::decision);
  }

  private Decision decision(Map<String, String> primary) {
    String host = primary.getOrDefault("ip", "");
    int port = ClusterNode.number(primary.getOrDefault("port", ""));
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalStateException("names no server: " + primary);
    }
    int epoch = ClusterNode.number(primary.getOrDefault("config-epoch", ""));
    return new Decision(servers.data().at(host, port), epoch);
  }
}
