package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.patient;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisBinary;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:6379",
        "http://localhost",
        "redis:/localhost",
        "redis://",
        "redis://host:0",
        "redis://host:65536",
        "redis://host:abc",
        "redis://host/first",
        "redis://host?timeout=1s",
        "redis://ho st",
        "REDIS://host",
        "redis-sentinel://host"
      })
  void aUrlThatIsNoServersIsRefusedWithItAndWhatIsExpected(String url) {
    assertThatThrownBy(() -> Redis.at(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + url + "\"")
        .hasMessageContaining("redis://[user:password@]host[:port][/database]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "me:hush@host:6379",
        "http://me:hush@host",
        "redis://me:hush@host:0",
        "redis://me:hush@ho st",
        "redis://me:hush%@host",
        "redis://me:hush%zz@host",
        "redis://:hu@hush/x@host:99999"
      })
  void aRefusalDoesNotShowThePassword(String url) {
    assertThatThrownBy(() -> Redis.at(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hush")
        .hasMessageContaining("host")
        .hasNoCause();
  }

  @Test
  void readsAllPartsOfAUrl() {
    assertThat(RedisAddress.parse("rediss://me:p%40ss%3A+@redis_1.example:6380/2"))
        .isEqualTo(new RedisAddress(true, "redis_1.example", 6380, 2, "me", "p@ss:+"));
    assertThat(RedisAddress.parse("redis://h"))
        .isEqualTo(new RedisAddress(false, "h", 6379, 0, null, null));
    assertThat(RedisAddress.parse("redis://:only@[::1]/"))
        .isEqualTo(new RedisAddress(false, "::1", 6379, 0, null, "only"));
    var uri = RedisAddress.parse("rediss://me:secret@h:1/2").uri(Duration.ofSeconds(1));
    assertThat(uri.isSsl()).isTrue();
    assertThat(uri.getDatabase()).isEqualTo(2);
    assertThat(uri.getTimeout()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aClusterAndSentinelsTakeSeveralUrlsThatAgree() {
    assertThat(Redis.cluster("rediss://me:hush@a", "rediss://b:7000", "rediss://me:hush@c"))
        .hasToString(Redis.cluster("rediss://me:hush@a:6379", "rediss://b:7000", "rediss://c")
            .toString())
        .asString()
        .contains("cluster [rediss://me:***@a:6379/0, rediss://me:***@b:7000/0")
        .doesNotContain("hush");
    assertThat(Redis.sentinel("main", "redis://me:hush@a/3", "redis://b:5000")
            .sentinelCredentials("watcher", "quiet"))
        .asString()
        .contains("primary main of sentinels [redis://watcher:***@a:26379/0")
        .contains("redis://watcher:***@b:5000/0], database 3 as me:***")
        .doesNotContain("hush")
        .doesNotContain("quiet");
  }

  @Test
  void aClusterOrSentinelsThatCannotWorkAreRefused() {
    refused(() -> Redis.cluster("redis://a/1"), "database 0", ": 1");
    refused(() -> Redis.cluster("redis://a", "redis://b/1"), "redis://b:6379/1");
    refused(() -> Redis.cluster("redis://a", "rediss://b"), "TLS", "rediss://b:6379/0");
    refused(() -> Redis.cluster("redis://x:y@a", "redis://z:y@b"), "user", "redis://z:***@b");
    refused(() -> Redis.cluster("nowhere"), "nowhere");
    refused(() -> Redis.sentinel("", "redis://a"), "l3.sentinel-primary", "\"\"");
    refused(() -> Redis.sentinel("main", "redis://a", "nowhere"), "nowhere");
    refused(() -> Redis.at("redis://a").sentinelCredentials("u", "p"), "sentinel", "redis://a");
    refused(
        () -> Redis.sentinel("main", "redis://a").sentinelCredentials("u", ""),
        "l3.sentinel-password");
  }

  @Test
  void itsTextDoesNotShowThePassword() {
    Redis redis = Redis.at("redis://me:hush@host:1/2").namespace("shop");
    assertThat(redis.toString()).contains("redis://me:***@host:1/2", "shop").doesNotContain("hush");
    assertThat(RedisAddress.parse("redis://:hush@h").redact("NO hush\r\nforged"))
        .isEqualTo("NO *** forged");
  }

  @Test
  void limitsThatCannotWorkAreRefusedWithValueAndLimit() {
    Redis redis = Redis.at("redis://host");
    refused(() -> redis.namespace(""), "l3.namespace", "1 to 128", "\"\"");
    refused(() -> redis.namespace("x".repeat(129)), "namespace", "1 to 128");
    refused(() -> redis.commandTimeout(Duration.ZERO), "commandTimeout", "1ms to 1m", "PT0S");
    refused(() -> redis.commandTimeout(Duration.ofMillis(-5)), "commandTimeout", "PT-0.005S");
    refused(() -> redis.commandTimeout(Duration.ofDays(999)), "commandTimeout", "PT23976H");
    refused(() -> redis.connectTimeout(Duration.ZERO), "connectTimeout", "PT0S");
    refused(() -> redis.sweepTimeout(Duration.ofHours(2)), "sweepTimeout", "PT2H");
    refused(() -> redis.maximumPending(0), "maximumPending", "1 to 1000000", "0");
    refused(() -> redis.maximumPendingBytes(1), "maximumPendingBytes", "1KiB");
    refused(() -> redis.maximumItemBytes(0), "maximumItemBytes", "1B to 256MiB");
  }

  @Test
  void aPasswordLetsInAndAWrongOneIsLoggedAndRefused() {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    try (RedisServerProcess server = RedisServerProcess.launch("--requirepass", "open-sesame")) {
      String host = "127.0.0.1:" + server.port();
      try (TierProbe right = TierProbe.open(patient("redis://:open-sesame@" + host))) {
        assertThat(right.put("k", "v")).isEqualTo(Outcome.DONE);
        assertThat(right.get("k")).isEqualTo(hit("v"));
      }
      System.setErr(new PrintStream(log, true, UTF_8));
      for (String login : new String[] {":hush@", "me:hush@", ""}) {
        log.reset();
        try (SkippingScheduler scheduler = new SkippingScheduler();
            TierProbe wrong = TierProbe.openInVain(
                patient("redis://" + login + host), Changes.IGNORED, scheduler)) {
          assertThat(wrong.get("k")).isEqualTo(new Lookup.Refused(Reason.OPEN));
          assertThat(wrong.put("k", "x")).isEqualTo(new Outcome.Refused(Reason.OPEN));
          await()
              .atMost(10, SECONDS)
              .untilAsserted(() -> assertThat(log.toString(UTF_8))
                  .contains(host)
                  .containsAnyOf("does not accept the credentials", "NOAUTH")
                  .doesNotContain("hush"));
        }
      }
    } finally {
      System.setErr(before);
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void theServerInTheJarServes() {
    try (RedisServerProcess server = RedisServerProcess.launch(RedisBinary.fromJar());
        TierProbe tier = TierProbe.open(patient(server.url()))) {
      tier.put("k", "v");
      assertThat(tier.get("k")).isEqualTo(hit("v"));
    }
  }

  private static void refused(Runnable setting, String... parts) {
    assertThatThrownBy(setting::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(parts);
  }
}
