package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.SPACE;
import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedTier;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Removals of many keys concurrent with writes, with hostile predicates, over slow connections. */
final class RedisSweepTest {
  private final RedisServerProcess server = RedisServerProcess.launch();
  private final FaultProxy proxy = FaultProxy.before(server.port());
  private final RawRedis raw = new RawRedis(server);
  private final SkippingScheduler scheduler = new SkippingScheduler();
  private final TierProbe tier = TierProbe.open(
      Redis.at(proxy.url())
          .commandTimeout(Duration.ofSeconds(30))
          .connectTimeout(Duration.ofSeconds(30))
          .sweepTimeout(Duration.ofMinutes(1)),
      scheduler);

  @AfterEach
  void stop() {
    tier.close();
    scheduler.close();
    proxy.close();
    raw.close();
    server.close();
  }

  @Test
  void aRemovalTakesAPutThatWasStillOnItsWay() {
    proxy.stallRequests(); // not on the removal's own, later connection
    CompletableFuture<Outcome> put = tier.tier().put(key("k"), item("v"));
    CompletableFuture<Outcome> removal = tier.tier().removeMatching(SPACE, name -> true);
    assertThatThrownBy(() -> removal.get(300, MILLISECONDS)).isInstanceOf(TimeoutException.class);
    proxy.heal();
    assertThat(TierProbe.done(join(put))).isEqualTo(Outcome.DONE);
    assertThat(join(removal)).isEqualTo(new Outcome.Done(1));
    assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
    assertThat(raw.entries()).isEmpty();
  }

  @Test
  void aPutAfterTheCallOfARemovalSurvivesIt() {
    tier.put("k", "old");
    tier.put("l", "old");
    proxy.stallRequests();
    CompletableFuture<Outcome> removal = tier.tier().removeMatching(SPACE, name -> true);
    CompletableFuture<Outcome> put = tier.tier().put(key("k"), item("new"));
    proxy.heal();
    assertThat(TierProbe.done(join(put))).isEqualTo(Outcome.DONE);
    assertThat(join(removal)).isEqualTo(new Outcome.Done(1));
    assertThat(tier.get("k")).isEqualTo(hit("new"));
    assertThat(tier.get("l")).isEqualTo(Lookup.MISS);
  }

  @Test
  void aPredicateThatFailsWithAnErrorEndsItsRemovalAndNothingElse() {
    tier.put("k", "v");
    assertThat(join(tier.tier().removeMatching(SPACE, name -> {
          throw new StackOverflowError();
        })))
        .isEqualTo(new Outcome.Refused(Reason.BROKEN));
    assertThat(tier.get("k")).isEqualTo(hit("v"));
    assertThat(join(tier.tier().clear(SPACE))).isEqualTo(new Outcome.Done(1));
  }

  @Test
  void aReaderDoesNotMeetTheErrorOfAPredicate() {
    tier.put("k", "v");
    proxy.stallRequests();
    CompletableFuture<Outcome> removal = tier.tier().removeMatching(SPACE, name -> {
      throw new StackOverflowError();
    });
    CompletableFuture<Lookup> read = tier.tier().get(key("k")); // judged before the removal ends
    proxy.heal();
    assertThat(join(read)).isIn(new Lookup.Refused(Reason.BROKEN), hit("v"));
    assertThat(join(removal)).isEqualTo(new Outcome.Refused(Reason.BROKEN));
  }

  @Test
  void aRemovalThatRedisDoesNotAnswerEndsForItsCallerAndGoesOn() {
    tier.put("k", "v");
    server.freeze();
    CompletableFuture<Outcome> clear = tier.tier().clear(SPACE);
    scheduler.skip(Duration.ofSeconds(30));
    await().during(Duration.ofMillis(50)).until(() -> !clear.isDone());
    scheduler.skip(Duration.ofSeconds(30));
    assertThat(join(clear)).isEqualTo(new Outcome.Refused(Reason.LATE));
    assertThat(unsettled(tier)).isEqualTo(1);
    server.thaw();
    scheduler.skip(Duration.ofSeconds(5)); // the pause after an attempt
    await().atMost(20, SECONDS).until(() -> {
      assertThat(tier.get("k")).isNotEqualTo(hit("v"));
      return unsettled(tier) == 0;
    });
    assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
  }

  @Test
  void unlessSetACallerWaitsTenSecondsForARemoval() {
    assertThat(RedisLimits.DEFAULTS.sweepTimeout()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aRemovalWithAPredicateThatFailsDoesNotEndThoseThatWaitWithIt() {
    tier.put("k", "v");
    tier.put("l", "v");
    proxy.stallRequests();
    CompletableFuture<Outcome> first = tier.tier().removeMatching(SPACE, name -> false);
    CompletableFuture<Outcome> failing = tier.tier().removeMatching(SPACE, name -> {
      throw new IllegalStateException("foreign");
    });
    CompletableFuture<Outcome> right = tier.tier().removeMatching(SPACE, name -> name[0] == 'k');
    proxy.heal();
    assertThat(join(first)).isEqualTo(new Outcome.Done(0));
    assertThat(join(failing)).isEqualTo(new Outcome.Refused(Reason.BROKEN));
    assertThat(join(right)).isEqualTo(new Outcome.Done(1));
    assertThat(tier.get("l")).isEqualTo(hit("v"));
  }

  private static long unsettled(TierProbe probe) {
    return ((SharedTier) probe.tier()).sharedStats().unsettledRemovals();
  }

  @Test
  void aConnectionThatComesTooLateForARemovalIsClosed() {
    proxy.stallLaterConnections();
    int before = proxy.accepted();
    CompletableFuture<Outcome> removal = tier.tier().clear(SPACE);
    await().atMost(20, SECONDS).until(() -> proxy.accepted() == before + 1);
    scheduler.skip(Duration.ofSeconds(5)); // it is given up
    await().atMost(20, SECONDS).until(() -> proxy.accepted() == before + 2);
    proxy.heal();
    assertThat(join(removal)).isEqualTo(new Outcome.Done(0));
    // The tier's shared one, and the test's own.
    await().atMost(10, SECONDS).until(() -> raw.commands().clientList().lines().count() == 2);
  }
}
