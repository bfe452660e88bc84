package io.intelligentcache.redis.internal.connection;

import io.lettuce.core.api.StatefulConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A connection that is opened for one question and closed with the answer. */
public final class OneShotQuery {
  private OneShotQuery() {}

  /** Asks once the connection is there. Connecting and the answer have this much time together. */
  public static <C extends StatefulConnection<?, ?>, T> CompletableFuture<T> ask(
      LettuceClient client,
      CompletableFuture<C> connecting,
      Duration timeout,
      Function<C, ? extends CompletionStage<T>> question) {
    CompletableFuture<T> answer = client.within(timeout, connecting.thenCompose(question));
    // Whichever is last: a connection may come when nobody waits for its answer any more.
    var unused = connecting.thenAccept(connection -> {
      var unusedToo = answer.whenComplete((done, failure) -> {
        var unusedClose = connection.closeAsync();
      });
    });
    return answer;
  }
}
