package io.intelligentcache.redis.internal.connection;

import static io.intelligentcache.redis.internal.TierProbe.join;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.Reason;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class PendingCommandTest {
  private final FakeScheduler scheduler = new FakeScheduler();

  @Test
  void aReplyThatComesWhileTheAnswerIsBecomingLateDoesNotAcknowledge() {
    try (RedisServerProcess server = RedisServerProcess.launch()) {
      LettuceClient client = new LettuceClient(Duration.ofSeconds(10), 10, scheduler);
      try (StatefulRedisConnection<byte[], byte[]> connection =
          join(client.connect(RedisAddress.parse(server.url())))) {
        Session session =
            new Session(connection, client.loop(), new LostWrites(), false, (s, why) -> {});
        AtomicReference<PendingCommand<String>> itself = new AtomicReference<>();
        PendingCommand<String> operation = new PendingCommand<>(
            session,
            0,
            new WriteHooks(1, () -> requireNonNull(itself.get()).accept("OK", null), () -> {}),
            CircuitBreaker.of("test", scheduler::nanos),
            () -> {});
        itself.set(operation);
        operation.late();
        assertThat(operation.answer()).isCompletedWithValue(new Reply.None<>(Reason.LATE));
      } finally {
        client.close(CompletableFuture.completedFuture(null));
      }
    }
  }

  @Test
  void whatMustPrecedeALateAnswerHasHappenedWhenItIsSeen() {
    try (RedisServerProcess server = RedisServerProcess.launch()) {
      LettuceClient client = new LettuceClient(Duration.ofSeconds(10), 10, scheduler);
      try (StatefulRedisConnection<byte[], byte[]> connection =
          join(client.connect(RedisAddress.parse(server.url())))) {
        Session session =
            new Session(connection, client.loop(), new LostWrites(), false, (s, why) -> {});
        AtomicReference<CompletableFuture<?>> answer =
            new AtomicReference<>(new CompletableFuture<>());
        AtomicReference<Boolean> answeredBefore = new AtomicReference<>();
        PendingCommand<String> operation = new PendingCommand<>(
            session,
            0,
            new WriteHooks(
                1, () -> answeredBefore.set(requireNonNull(answer.get()).isDone()), () -> {}),
            CircuitBreaker.of("test", scheduler::nanos),
            () -> {});
        answer.set(operation.answer());
        operation.late();
        assertThat(answeredBefore).hasValue(false);
        assertThat(operation.answer()).isDone();
        assertThat(operation.told()).isDone();
      } finally {
        client.close(CompletableFuture.completedFuture(null));
      }
    }
  }
}
