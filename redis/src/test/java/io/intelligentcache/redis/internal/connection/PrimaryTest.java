package io.intelligentcache.redis.internal.connection;

import static io.intelligentcache.redis.internal.TierProbe.join;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.Connectors;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The timeouts and pauses of one server. The test decides when they come. */
final class PrimaryTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration MOMENT = Duration.ofMillis(10);
  /** Real time in which the event loop would have done what it must not do. */
  private static final Duration WHILE = Duration.ofMillis(30);

  private static final Reply<String> PONG = new Reply.Ok<>("PONG");
  private static final Reply<String> LATE = new Reply.None<>(Reason.LATE);
  private static final Reply<String> OPEN = new Reply.None<>(Reason.OPEN);

  private final RedisServerProcess server = RedisServerProcess.launch();
  private final RawRedis raw = new RawRedis(server);
  private final FakeScheduler scheduler = new FakeScheduler();
  private final LettuceClient client = new LettuceClient(Duration.ofSeconds(20), 100, scheduler);
  private final RedisLimits limits =
      RedisLimits.DEFAULTS.change(draft -> draft.commandTimeout = TIMEOUT);
  private final Primary primary = primary(server.url());

  private Primary primary(String url) {
    return Connectors.of(client, limits).connect(RedisAddress.parse(url));
  }

  @AfterEach
  void stop() {
    client.close(primary.close(Reason.CLOSED));
    raw.close();
    server.close();
  }

  private void connect() {
    primary.tend();
    await().atMost(20, SECONDS).until(primary::available);
  }

  private CompletableFuture<Reply<String>> ping() {
    return primary.send(
        0, WriteHooks.NONE, 1, TIMEOUT.toNanos(), () -> true, (redis, clock) -> redis.ping());
  }

  @Test
  void aCommandIsLateAtItsTimeoutAndNotBefore() {
    connect();
    server.freeze();
    var reply = ping();
    scheduler.advance(TIMEOUT.minus(MOMENT));
    await().during(WHILE).until(() -> !reply.isDone());
    scheduler.advance(MOMENT);
    assertThat(join(reply)).isEqualTo(LATE);
    server.thaw();
    assertThat(join(ping())).as("the connection is well").isEqualTo(PONG);
  }

  @Test
  void aReplyThatThisProcessHadNoTimeToReadIsNotLate() {
    connect();
    long before = raw.executed("ping");
    CountDownLatch busy = new CountDownLatch(1);
    var reply =
        primary.send(0, WriteHooks.NONE, 1, TIMEOUT.toNanos(), () -> true, (redis, clock) -> {
          var pong = redis.ping();
          client.loop().execute(() -> awaitQuietly(busy)); // after the request was written
          return pong;
        });
    await().atMost(20, SECONDS).until(() -> raw.executed("ping") > before);
    scheduler.advance(TIMEOUT);
    busy.countDown();
    assertThat(join(reply)).isEqualTo(PONG);
  }

  @Test
  void aCommandEndsThoughTheEventLoopIsStuck() {
    connect();
    CountDownLatch stuck = new CountDownLatch(1);
    client.loop().execute(() -> awaitQuietly(stuck));
    long others = scheduler.pending();
    var reply = ping();
    scheduler.advance(TIMEOUT);
    await().atMost(20, SECONDS).until(() -> scheduler.pending() == others + 1);
    assertThat(reply).isNotDone();
    scheduler.advance(TIMEOUT);
    assertThat(join(reply)).isEqualTo(LATE);
    stuck.countDown();
  }

  @Test
  void aBreakerThatHasOpenedIsClosedByAProbeAfterItsPause() {
    connect();
    server.freeze();
    var late =
        Stream.generate(this::ping).limit(CircuitBreaker.FAILURES_TO_OPEN).toList();
    scheduler.advance(TIMEOUT);
    assertThat(late).allMatch(reply -> join(reply).equals(LATE));
    assertThat(ping()).isCompletedWithValue(OPEN);
    server.thaw();
    scheduler.advance(Duration.ofMillis(250));
    primary.tend();
    await().atMost(20, SECONDS).until(primary::available);
    assertThat(join(ping())).isEqualTo(PONG);
  }

  @Test
  void aHeartbeatIsSentEveryHalfSecond() {
    connect();
    primary.tend();
    long before = raw.executed("time");
    scheduler.advance(Duration.ofMillis(500));
    primary.tend();
    assertThat(join(ping())).as("sent behind a heartbeat").isEqualTo(PONG);
    assertThat(raw.executed("time")).isEqualTo(before);
    scheduler.advance(MOMENT);
    primary.tend();
    assertThat(join(ping())).isEqualTo(PONG);
    assertThat(raw.executed("time")).isEqualTo(before + 1);
  }

  @Test
  void aConnectionThatStaysSilentIsClosedAndOpenedAgain() {
    connect();
    Session first = primary.session();
    primary.tend();
    server.freeze();
    scheduler.advance(TIMEOUT.multipliedBy(5));
    primary.tend();
    assertThat(primary.session()).isSameAs(first);
    scheduler.advance(MOMENT);
    primary.tend();
    assertThat(primary.session()).isNull();
    server.thaw();
    connect();
    assertThat(join(ping())).isEqualTo(PONG);
  }

  @Test
  void thePauseBetweenAttemptsToConnectGrowsToTwoSeconds() throws Exception {
    try (RefusingServer refusing = new RefusingServer()) {
      Primary refused = primary("redis://127.0.0.1:" + refusing.port());
      int attempt = 0;
      for (long pause : new long[] {50, 100, 200, 400, 800, 1_600, 2_000, 2_000}) {
        int attempts = ++attempt;
        String trouble = "" + refused.trouble();
        await().atMost(20, SECONDS).untilAsserted(() -> {
          refused.tend(); // the attempt before may just be ending
          assertThat(refusing.accepted()).isEqualTo(attempts);
          // On a slow machine the connection may be gone before the refusal is read.
          assertThat("" + refused.trouble()).isNotEqualTo(trouble);
        });
        scheduler.advance(Duration.ofMillis(pause - 1));
        await().alias("in a pause of " + pause + " ms").during(WHILE).until(() -> {
          refused.tend();
          return refusing.accepted() == attempts;
        });
        scheduler.advance(Duration.ofMillis(1));
      }
      var unused = refused.close(Reason.CLOSED);
    }
  }

  /** Answers the first command on each connection with an error. */
  private static final class RefusingServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger accepted = new AtomicInteger();

    RefusingServer() throws IOException {
      Thread thread = new Thread(this::serve, "refusing-server");
      thread.setDaemon(true);
      thread.start();
    }

    int port() {
      return listener.getLocalPort();
    }

    int accepted() {
      return accepted.get();
    }

    private void serve() {
      while (!listener.isClosed()) {
        try (Socket client = listener.accept()) {
          int attempt = accepted.incrementAndGet();
          var unused = client.getInputStream().read();
          client
              .getOutputStream()
              .write(("-ERR attempt " + attempt + " is refused\r\n").getBytes(UTF_8));
          client.getInputStream().readAllBytes(); // until the client closes the connection
        } catch (IOException e) {
          // closed
        }
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
