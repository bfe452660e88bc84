package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static io.intelligentcache.redis.internal.TierProbe.patient;
import static io.intelligentcache.redis.internal.TierProbe.quick;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** If a server dies, hangs or is cut off, calls are refused within the deadline; nothing else happens. */
final class RedisOutageTest {
  private static final Lookup OPEN = new Lookup.Refused(Reason.OPEN);

  /** The longest pause between two attempts to connect. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** The command timeout of patient tiers. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final RedisServerProcess server = RedisServerProcess.launch();
  private final SkippingScheduler scheduler = new SkippingScheduler();

  @AfterEach
  void stop() {
    scheduler.close();
    server.close();
  }

  @Test
  void aServerThatIsDownDoesNotKeepTheTierFromOpening() throws Exception {
    server.stop();
    try (TierProbe tier = TierProbe.openInVain(patient(server.url()), Changes.IGNORED, scheduler)) {
      assertThat(tier.tier().stats().available()).isFalse();
      assertThat(tier.get("k")).isEqualTo(OPEN);
      assertThat(tier.put("k", "v")).isEqualTo(new Outcome.Refused(Reason.OPEN));
      server.start();
      scheduler.skip(PAUSE);
      tier.awaitAvailable();
      assertThat(tier.put("k", "v")).isEqualTo(Outcome.DONE);
      assertThat(tier.get("k")).isEqualTo(hit("v"));
    }
  }

  @Test
  void aServerThatDiesAndComesBackIsUsedAgain() throws Exception {
    try (TierProbe tier = TierProbe.open(patient(server.url()))) {
      tier.put("k", "v");
      server.kill();
      tier.awaitUnavailable();
      assertThat(tier.get("k")).isEqualTo(OPEN);
      server.start();
      tier.awaitAvailable();
      assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
      tier.put("k", "w");
      assertThat(tier.get("k")).isEqualTo(hit("w"));
    }
  }

  @Test
  void callsDuringAKillAreAllAnsweredWithinTheDeadline() throws Exception {
    try (TierProbe tier = TierProbe.open(quick(server.url()))) {
      List<CompletableFuture<?>> calls = new ArrayList<>();
      IntStream.range(0, 2_000).forEach(i -> calls.add(tier.tier().put(key("k" + i), item("v"))));
      server.kill();
      IntStream.range(0, 2_000).forEach(i -> calls.add(tier.tier().get(key("k" + i))));
      CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new)).get(30, SECONDS);
    }
  }

  @Test
  void aFrozenServerIsRefusedWithinTheTimeoutAndThenAtOnce() {
    try (TierProbe tier = TierProbe.open(patient(server.url()), scheduler)) {
      await().atMost(20, SECONDS).until(() -> tier.put("k", "v").equals(Outcome.DONE));
      server.freeze();
      var first = all(Stream.generate(() -> tier.tier().get(key("k"))).limit(5));
      assertThat(first).isNotDone();
      scheduler.skip(PATIENCE);
      assertThat(join(first)).containsOnly(new Lookup.Refused(Reason.LATE));
      CompletableFuture<Lookup> next = tier.tier().get(key("k"));
      assertThat(next).isDone();
      assertThat(join(next)).isEqualTo(OPEN);
      assertThat(tier.tier().stats().available()).isFalse();
      server.thaw();
      tier.awaitAvailable();
      await().atMost(20, SECONDS).until(() -> tier.get("k").equals(hit("v")));
    }
  }

  @Test
  void aConnectionThatStaysSilentIsGivenUpForANewOne() {
    try (FaultProxy proxy = FaultProxy.before(server.port());
        TierProbe tier = TierProbe.open(patient(proxy.url()), scheduler)) {
      int before = proxy.accepted();
      server.freeze();
      scheduler.skip(PATIENCE.multipliedBy(5));
      await().atMost(20, SECONDS).until(() -> proxy.accepted() > before);
      server.thaw();
      tier.awaitAvailable();
      await().atMost(20, SECONDS).until(() -> {
        tier.put("k", "v");
        return tier.get("k").equals(hit("v"));
      });
    }
  }

  @Test
  void closingDoesNotWaitForAFrozenServer() {
    TierProbe tier = TierProbe.open(patient(server.url()));
    server.freeze();
    CompletableFuture<Lookup> open = tier.tier().get(key("k"));
    CompletableFuture<Outcome> sweep = tier.tier().clear(TierProbe.SPACE);
    tier.close();
    assertThat(join(open)).as("not late").isEqualTo(new Lookup.Refused(Reason.CLOSED));
    assertThat(sweep).isDone();
  }

  @Test
  void closingEndsItsThreads() {
    TierProbe.open(patient(server.url())).close();
    await()
        .atMost(10, SECONDS)
        .untilAsserted(
            () -> assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                .noneMatch(name -> name.startsWith("icm-redis")));
  }

  @Test
  void whatIsPutRightBeforeClosingIsStored() {
    TierProbe.holdsUnlessSpoilt(i -> {
      TierProbe first = TierProbe.open(patient(server.url()));
      var unused = first.tier().put(key("k" + i), item("v"));
      boolean inTime = first.closesInTime();
      try (TierProbe second = TierProbe.open(patient(server.url()))) {
        Lookup seen = second.get("k" + i);
        assertThat(seen.equals(hit("v")) || !inTime).as("%s", seen).isTrue();
        return seen.equals(hit("v"));
      }
    });
  }

  @Test
  void moreThanTheBoundIsRefusedAsBusy() {
    Redis three = patient(server.url()).maximumPending(3);
    try (TierProbe tier = TierProbe.open(three)) {
      server.freeze();
      List<CompletableFuture<Lookup>> calls =
          Stream.generate(() -> tier.tier().get(key("k"))).limit(10).toList();
      assertThat(calls.subList(3, 10))
          .allSatisfy(call ->
              assertThat(call.getNow(Lookup.MISS)).isEqualTo(new Lookup.Refused(Reason.BUSY)));
      server.thaw();
      assertThat(calls.subList(0, 3)).allMatch(call -> join(call).equals(Lookup.MISS));
      assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
    }
  }

  @Test
  void moreBytesThanTheBoundAreRefusedAsBusyAndTheKeyIsUnreadable() {
    Redis little = patient(server.url()).maximumPendingBytes(10_000);
    try (TierProbe tier = TierProbe.open(little)) {
      tier.put("b", "old");
      server.freeze();
      CompletableFuture<Outcome> first = tier.tier().put(key("a"), item("x".repeat(9_000)));
      CompletableFuture<Outcome> second = tier.tier().put(key("b"), item("x".repeat(9_000)));
      assertThat(second).isCompletedWithValue(new Outcome.Refused(Reason.BUSY));
      assertThat(tier.get("b")).isEqualTo(new Lookup.Refused(Reason.BROKEN));
      server.thaw();
      join(first);
      await().atMost(20, SECONDS).until(() -> {
        Lookup seen = tier.get("b");
        assertThat(seen).isNotEqualTo(hit("old"));
        return !(seen instanceof Lookup.Refused);
      });
    }
  }

  @Test
  void aConnectionThatIsCutIsOpenedAgain() {
    try (FaultProxy proxy = FaultProxy.before(server.port());
        TierProbe tier = TierProbe.open(patient(proxy.url()))) {
      tier.put("k", "v");
      proxy.refuse();
      proxy.cut();
      tier.awaitUnavailable();
      assertThat(tier.get("k")).isEqualTo(OPEN);
      proxy.heal();
      tier.awaitAvailable();
      assertThat(tier.get("k")).isEqualTo(hit("v"));
    }
  }

  private static CompletableFuture<List<Lookup>> all(Stream<CompletableFuture<Lookup>> calls) {
    List<CompletableFuture<Lookup>> started = calls.toList();
    return CompletableFuture.allOf(started.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> started.stream().map(CompletableFuture::join).toList());
  }
}
