package io.intelligentcache.redis.internal.topology;

import io.intelligentcache.redis.internal.command.Futures;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.connection.Session;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The owners of all keys at one instant, to compare with those of a later one.
 *
 * @param owners the servers, in a cluster each with its slots and its epoch
 * @param moving whether keys move from one server to another
 */
public record SlotSnapshot(Set<String> owners, boolean moving) {
  /** Asks all servers. The result is null if one does not answer or is not known here yet. */
  public static CompletableFuture<@Nullable SlotSnapshot> of(Topology topology) {
    List<Primary> primaries = List.copyOf(topology.primaries());
    if (!topology.isCluster()) {
      Set<String> addresses = new HashSet<>();
      primaries.forEach(primary -> addresses.add(primary.toString()));
      return CompletableFuture.completedFuture(new SlotSnapshot(addresses, false));
    }
    return ask(primaries, RedisAsyncCommands::clusterNodes).thenApply(answers -> {
      if (answers == null) {
        return null;
      }
      Set<String> owners = new HashSet<>();
      boolean moving = false;
      for (int i = 0; i < primaries.size(); i++) {
        for (ClusterNode node : ClusterNode.all(answers.get(i))) {
          if (node.primary()
              && topology.find(ClusterLocator.address(node, primaries.get(i).address())) == null) {
            topology.doubt();
            return null;
          }
          if (node.self()) {
            owners.add(node.id() + " " + node.epoch() + " " + node.slots());
            moving |= !node.moving().isEmpty();
          }
        }
      }
      return new SlotSnapshot(owners, moving);
    });
  }

  /** Asks all servers over their shared connections. The result is null if one does not answer. */
  static <T> CompletableFuture<@Nullable List<T>> ask(
      Collection<Primary> primaries,
      Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> question) {
    List<CompletableFuture<Reply<T>>> asked = new ArrayList<>();
    for (Primary primary : primaries) {
      Session session = primary.session();
      if (session == null || !primary.available()) {
        return CompletableFuture.completedFuture(null);
      }
      asked.add(primary.probe(session, question));
    }
    return Futures.all(asked).thenApply(replies -> {
      List<T> answers = new ArrayList<>();
      for (Reply<T> reply : replies) {
        if (!(reply instanceof Reply.Ok<T> ok)) {
          return null;
        }
        answers.add(ok.value());
      }
      return answers.isEmpty() ? null : answers;
    });
  }
}
