package io.intelligentcache.redis.internal.connection;

import io.lettuce.core.api.StatefulConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Opens a connection for one question, and closes it after the answer. */
public final class OneShotQuery {
  private OneShotQuery() {}

  /** Asks when the connection is open. The timeout is for connecting and the answer together. */
  public static <C extends StatefulConnection<?, ?>, T> CompletableFuture<T> ask(
      Deadlines deadlines,
      CompletableFuture<C> connecting,
      Duration timeout,
      Function<C, ? extends CompletionStage<T>> question) {
    CompletableFuture<T> answer = deadlines.within(timeout, connecting.thenCompose(question));
    // Close after both: a connection may open after its answer has timed out.
    var unused = connecting.thenAccept(connection -> {
      var unusedToo = answer.whenComplete((done, failure) -> {
        var unusedClose = connection.closeAsync();
      });
    });
    return answer;
  }
}
