package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static io.intelligentcache.redis.internal.TierProbe.patient;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisCluster;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.connection.CircuitBreaker;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedHealth;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierContexts;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state of a tier after opening, and its reported health. */
final class RedisOpeningTest {
  private static final Duration MISSING = Duration.ofMillis(300);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final RedisServerProcess server = RedisServerProcess.launch();
  private final FaultProxy proxy = FaultProxy.before(server.port());
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final Set<TierKey> changed = ConcurrentHashMap.newKeySet();
  private final AtomicInteger proofs = new AtomicInteger();

  private final Changes changes = new Changes() {
    @Override
    public void changed(TierKey key) {
      changed.add(key);
    }

    @Override
    public void missed() {}

    @Override
    public void receivedUntil(long nanos) {
      proofs.incrementAndGet();
    }
  };

  @BeforeEach
  void readTheLog() {
    System.setErr(new PrintStream(log, true, UTF_8));
  }

  @AfterEach
  void stop() {
    System.setErr(err);
    proxy.close();
    server.close();
  }

  private TierProbe listener(Redis redis) {
    return new TierProbe(redis.open(TierContexts.of(TimeSource.SYSTEM, changes)));
  }

  private static SharedHealth health(TierProbe tier) {
    return ((SharedTier) tier.tier()).health();
  }

  private String[] warnings() {
    return log.toString(UTF_8)
        .lines()
        .filter(line -> line.contains(" WARN "))
        .toArray(String[]::new);
  }

  @Test
  void aTierIsOpenOnceBothConnectionsAnswer() {
    proxy.delayFirstReplies(Duration.ofMillis(300));
    try (TierProbe tier = listener(patient(proxy.url()))) {
      assertThat(proofs).hasPositiveValue();
      assertThat(health(tier)).isSameAs(SharedHealth.well());
      assertThat(tier.put("k", "v")).isEqualTo(Outcome.DONE);
    }
    assertThat(warnings()).isEmpty();
  }

  @Test
  void aServerWhoseFirstAnswerTakesLongerThanTheCommandTimeoutIsConnectedTo() {
    proxy.delayFirstReplies(Duration.ofMillis(800));
    Redis redis = Redis.at(proxy.url()).connectTimeout(PATIENCE);
    try (TierProbe tier = listener(redis.commandTimeout(Duration.ofMillis(500)))) {
      tier.awaitAvailable();
      assertThat(((SharedTier) tier.tier()).sharedStats().listening()).isEqualTo(1);
    }
  }

  @Test
  void aServerIsWaitedForUntilTheConnectTimeout() throws Exception {
    server.stop();
    Thread later = new Thread(() -> {
      try {
        server.start();
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    });
    later.start();
    try (TierProbe tier = listener(patient(server.url()))) {
      assertThat(health(tier).problem()).isNull();
      assertThat(tier.put("k", "v")).isEqualTo(Outcome.DONE);
    } finally {
      later.join();
    }
  }

  @Test
  void allPrimariesOfAClusterAreConnectedWhenATierIsOpen() {
    try (RedisCluster cluster = RedisCluster.of(3);
        TierProbe tier = listener(patient(Redis.cluster(cluster.url())))) {
      assertThat(health(tier)).isSameAs(SharedHealth.well());
      assertThat(((SharedTier) tier.tier()).sharedStats().listening()).isEqualTo(3);
      for (int i = 0; i < 20; i++) {
        assertThat(tier.put("k" + i, "v")).isEqualTo(Outcome.DONE);
      }
    }
  }

  @Test
  void firstCallsAreMadeAndLeaveNothingThatAnybodySees() {
    try (RawRedis raw = new RawRedis(server);
        TierProbe listener = listener(patient(server.url()));
        TierProbe tier = listener(patient(server.url()))) {
      assertThat(raw.calls()).as("calls").isGreaterThan(100);
      assertThat(raw.entries()).isEmpty();
      assertThat(tier.tier().stats())
          .extracting(stats -> stats.misses() + stats.refused() + stats.writes())
          .isEqualTo(0L);
      SharedTier shared = (SharedTier) tier.tier();
      assertThat(shared.sharedStats().lateFills()).isZero();
      assertThat(shared.sharedStats().unsettledKeys()).isZero();
      listener.put("k", "v");
      await().atMost(20, SECONDS).until(() -> changed.contains(key("k")));
      assertThat(changed).containsExactly(key("k"));
    }
  }

  @Test
  void oneLineSaysWhatIsMissingAfterTheConnectTimeout() throws Exception {
    server.stop();
    String url = server.url().replace("//", "//:hush@");
    TierProbe.holdsUnlessSpoilt(i -> {
      log.reset();
      try (TierProbe tier = listener(Redis.at(url).connectTimeout(Duration.ofSeconds(1)))) {
        assertThat(warnings()[0])
            .contains("not ready after 1000 ms", "is not connected", "in the background")
            .doesNotContain("hush");
        assertThat(health(tier).connected()).isFalse();
        assertThat(health(tier).problem()).contains("is not connected").doesNotContain("hush");
        assertThat(health(tier).troubledFor()).isGreaterThanOrEqualTo(MISSING);
        return warnings().length == 1 && warnings()[0].contains("Connection refused");
      }
    });
  }

  @Test
  void aServerThatMayNotTellOfChangesIsSaidToBeConnectedAllTheSame() {
    try (RawRedis raw = new RawRedis(server)) {
      raw.allow("app", "hush", "-client|tracking");
      String url = server.url().replace("//", "//app:hush@");
      TierProbe.holdsUnlessSpoilt(i -> {
        log.reset();
        try (TierProbe tier = listener(Redis.at(url).connectTimeout(Duration.ofSeconds(1)))) {
          SharedHealth health = health(tier);
          assertThat(warnings()[0]).contains("does not report invalidations");
          assertThat(health.telling()).isFalse();
          return warnings().length == 1
              && warnings()[0].contains("every read of a copy asks Redis")
              && warnings()[0].contains("NOPERM")
              && health.connected()
              && health.answering();
        }
      });
    }
  }

  @Test
  void healthFollowsTheConnection() {
    try (TierProbe tier = listener(patient(proxy.url()))) {
      proxy.refuse();
      proxy.cut();
      await().atMost(20, SECONDS).until(() -> !health(tier).connected());
      await().atMost(20, SECONDS).until(() -> !health(tier).troubledFor().isZero());
      assertThat(health(tier).problem()).contains("is not connected");
      proxy.heal();
      await().atMost(30, SECONDS).until(() -> health(tier).problem() == null);
      assertThat(health(tier)).isSameAs(SharedHealth.well());
    }
  }

  @Test
  void aServerThatHangsIsConnectedButDoesNotAnswer() {
    try (SkippingScheduler scheduler = new SkippingScheduler();
        TierProbe tier = new TierProbe(
            patient(server.url()).open(new TierContext(TimeSource.SYSTEM, scheduler, changes)))) {
      server.freeze();
      for (int i = 0; i < CircuitBreaker.FAILURES_TO_OPEN; i++) {
        var unused = tier.tier().get(key("k"));
      }
      assertThat(health(tier).answering()).isTrue();
      scheduler.skip(PATIENCE);
      await().atMost(20, SECONDS).until(() -> !health(tier).answering());
      assertThat(health(tier).problem()).isNotNull();
      server.thaw();
      await().atMost(30, SECONDS).until(() -> health(tier).problem() == null);
    }
  }

  @Test
  void aClosedTierIsNotWell() {
    TierProbe tier = listener(patient(server.url()));
    tier.close();
    assertThat(health(tier).connected()).isFalse();
    assertThat(health(tier).problem()).isEqualTo("the tier is closed");
  }

  @Test
  void aTierThatWasOpenedInVainLeavesNoThreadsAndNoConnections() {
    try (RawRedis raw = new RawRedis(server)) {
      proxy.stallLaterConnections();
      TierProbe tier = listener(Redis.at(proxy.url()).connectTimeout(MISSING));
      assertThat(health(tier).problem()).contains("is not connected");
      tier.close();
      await()
          .atMost(20, SECONDS)
          .untilAsserted(
              () -> assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                  .noneMatch(name -> name.startsWith("icm-redis")));
      proxy.heal(); // forwards that the client has closed
      await()
          .atMost(20, SECONDS)
          .until(() -> raw.commands().clientList().lines().count() == 1);
    }
  }

  @Test
  void refusalsForWantOfRoomAreLoggedOnce() {
    try (TierProbe tier = listener(patient(server.url()).maximumPending(1))) {
      server.freeze();
      var unused = tier.tier().get(key("k"));
      for (int i = 0; i < 100; i++) {
        assertThat(join(tier.tier().get(key("k")))).isEqualTo(new Lookup.Refused(Reason.BUSY));
      }
      await().atMost(20, SECONDS).until(() -> warnings().length > 0);
      assertThat(warnings()).hasSize(1);
      assertThat(warnings()[0]).contains("refused as busy", "maximumPending");
      server.thaw();
    }
  }
}
