package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.hit;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisSentinels;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The tier uses the server that the sentinels name, and never a replica. */
final class RedisSentinelTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Test
  void aReplicaThatTakesOverIsWrittenTo() {
    try (RedisSentinels sentinels = RedisSentinels.failingOver(3);
        TierProbe tier = TierProbe.open(Redis.sentinel(
                RedisSentinels.NAME, sentinels.url(), sentinels.sentinel(1).url())
            .commandTimeout(TIMEOUT))) {
      assertThat(tier.put("k", "v")).isEqualTo(Outcome.DONE);
      sentinels.sentinel(0).kill(); // a majority is enough
      try (RawRedis first = new RawRedis(sentinels.first())) {
        assertThat(first.version("icm:cache::k")).isPositive();
        first.commands().waitForReplication(1, 5_000);
      }
      sentinels.first().kill();
      // A sentinel that paused for two seconds does nothing for the next thirty.
      await().atMost(90, SECONDS).until(() -> tier.put("l", "w").equals(Outcome.DONE));
      await().atMost(30, SECONDS).until(() -> tier.get("l").equals(hit("w")));
      assertThat(tier.get("k")).isEqualTo(hit("v"));
      try (RawRedis second = new RawRedis(sentinels.second())) {
        assertThat(second.version("icm:cache::l")).isPositive();
      }
    }
  }

  @Test
  void aPrimaryThatWasMadeAReplicaIsLeft() {
    try (RedisSentinels sentinels = RedisSentinels.ofOne();
        TierProbe tier = TierProbe.open(
            Redis.sentinel(RedisSentinels.NAME, sentinels.url()).commandTimeout(TIMEOUT));
        RawRedis first = new RawRedis(sentinels.first())) {
      tier.put("k", "v");
      sentinels.sentinel(0).freeze(); // so that the sentinel does not undo it
      first.commands().replicaof("127.0.0.1", 1);
      assertThat(tier.put("l", "refused")).isEqualTo(new Outcome.Refused(Reason.BROKEN));
      await()
          .during(500, MILLISECONDS) // several attempts to connect
          .atMost(30, SECONDS)
          .until(() -> tier.get("k").equals(new Lookup.Refused(Reason.OPEN)));
      first.commands().replicaofNoOne();
      tier.awaitAvailable();
      await().atMost(30, SECONDS).until(() -> tier.get("k").equals(hit("v")));
      // Repeated, or removed if that took too long.
      await().atMost(30, SECONDS).until(() -> !(tier.get("l") instanceof Lookup.Refused));
    }
  }

  @Test
  void serversAndSentinelsHaveTheirOwnPasswordsAndTheDatabaseIsTheServers() {
    try (RedisSentinels sentinels = RedisSentinels.withPasswords("open-sesame", "who-goes")) {
      String url = "redis://:open-sesame@127.0.0.1:" + sentinels.sentinel(0).port() + "/2";
      Redis redis = Redis.sentinel(RedisSentinels.NAME, url).sentinelCredentials("", "who-goes");
      try (TierProbe tier = TierProbe.open(redis.commandTimeout(TIMEOUT));
          RawRedis first = new RawRedis(sentinels.first(), "open-sesame")) {
        assertThat(tier.put("k", "v")).isEqualTo(Outcome.DONE);
        assertThat(tier.get("k")).isEqualTo(hit("v"));
        first.commands().select(2);
        assertThat(first.version("icm:cache::k")).isPositive();
      }
    }
  }

  @Test
  void aNameThatTheSentinelsDoNotKnowIsLoggedAndRefused() {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, UTF_8));
    try (RedisSentinels sentinels = RedisSentinels.ofOne();
        SkippingScheduler scheduler = new SkippingScheduler();
        TierProbe tier = TierProbe.openInVain(
            Redis.sentinel("another", sentinels.url()).commandTimeout(TIMEOUT),
            Changes.IGNORED,
            scheduler)) {
      assertThat(tier.get("k")).isEqualTo(new Lookup.Refused(Reason.OPEN));
      assertThat(tier.put("k", "v")).isEqualTo(new Outcome.Refused(Reason.OPEN));
      assertThat(tier.tier().stats().available()).isFalse();
      await()
          .atMost(30, SECONDS)
          .untilAsserted(() -> assertThat(log.toString(UTF_8))
              .contains("primary another of sentinels", "No such master with that name"));
    } finally {
      System.setErr(before);
    }
  }
}
