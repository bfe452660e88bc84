package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.SPACE;
import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisCluster;
import io.intelligentcache.redis.RedisSentinels;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The permissions that docs/redis.md lists are enough, and TLS is used where it is configured. */
final class RedisAccessTest {
  private static final List<String> COMMANDS = List.of(
      "get",
      "mget",
      "exists",
      "strlen",
      "set",
      "getrange",
      "unlink",
      "pttl",
      "time",
      "scan",
      "evalsha",
      "eval",
      "client|tracking");

  @Test
  void aUserWithTheCommandsOfTheDocsDoesEverythingOnAServer() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        RawRedis raw = new RawRedis(server)) {
      allow(raw, "select");
      String url = "redis://app:hush@127.0.0.1:" + server.port();
      try (TierProbe tier = TierProbe.open(TierProbe.patient(url + "/1"))) {
        doEverything(tier);
      }
      assertThat(denied(raw)).isSubsetOf("script|load", "info", "client|setinfo");
    }
  }

  @Test
  void aUserWithTheCommandsOfTheDocsDoesEverythingInACluster() {
    try (RedisCluster cluster = RedisCluster.of(2)) {
      for (int i = 0; i < cluster.size(); i++) {
        allow(cluster.raw(i), "cluster|nodes", "asking");
      }
      String url = "redis://app:hush@127.0.0.1:" + cluster.server(0).port();
      try (TierProbe tier = TierProbe.open(TierProbe.patient(Redis.cluster(url)))) {
        int slot = SlotHash.getSlot("icm:cache::k");
        int owner = cluster.owner(slot);
        cluster.beginMove(slot, owner, 1 - owner);
        doEverything(tier);
        cluster.moveKeys(slot, owner, 1 - owner);
        cluster.endMove(slot, owner, 1 - owner);
        tier.awaitOwner(cluster, "k");
        doEverything(tier);
      }
      for (int i = 0; i < cluster.size(); i++) {
        assertThat(denied(cluster.raw(i))).isSubsetOf("script|load", "info", "client|setinfo");
      }
    }
  }

  @Test
  void aUserWithTheCommandsOfTheDocsDoesEverythingBehindSentinels() {
    try (RedisSentinels sentinels = RedisSentinels.ofOne();
        RawRedis raw = new RawRedis(sentinels.first())) {
      allow(raw, "role");
      String url = "redis://app:hush@127.0.0.1:" + sentinels.sentinel(0).port();
      try (TierProbe tier =
          TierProbe.open(TierProbe.patient(Redis.sentinel(RedisSentinels.NAME, url)))) {
        doEverything(tier);
      }
      assertThat(denied(raw)).isSubsetOf("script|load", "info", "client|setinfo");
    }
  }

  @Test
  void aPutThatCanNotBePublishedIsRefused() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        RawRedis raw = new RawRedis(server)) {
      raw.allow("app", "hush", "-publish");
      Redis config = Redis.at("redis://app:hush@127.0.0.1:" + server.port()).publishingChanges();
      try (TierProbe tier = TierProbe.open(TierProbe.patient(config))) {
        assertThat(tier.put("k", "v")).isInstanceOf(Outcome.Refused.class);
        assertThat(tier.put("k", "w")).as("over an older one").isInstanceOf(Outcome.Refused.class);
      }
    }
  }

  @Test
  void tlsIsSpokenToAServerThatTheTrustStoreKnows(@TempDir Path directory) throws Exception {
    Path store = directory.resolve("store.p12");
    keytool(store);
    var keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
    Path certificate = directory.resolve("certificate.pem");
    Path key = directory.resolve("key.pem");
    pem(certificate, "CERTIFICATE", keys.getCertificate("redis").getEncoded());
    pem(key, "PRIVATE KEY", keys.getKey("redis", "secret".toCharArray()).getEncoded());
    int port = freePort();
    try (RedisServerProcess server = withTls(port, certificate, key)) {
      System.setProperty("javax.net.ssl.trustStore", store.toString());
      System.setProperty("javax.net.ssl.trustStorePassword", "secret");
      try (TierProbe tier = TierProbe.open(TierProbe.patient("rediss://127.0.0.1:" + port));
          RawRedis raw = new RawRedis(server)) {
        doEverything(tier);
        assertThat(raw.commands().keys("*")).isNotEmpty();
      }
    } finally {
      System.clearProperty("javax.net.ssl.trustStore");
      System.clearProperty("javax.net.ssl.trustStorePassword");
    }
  }

  private static void doEverything(TierProbe tier) {
    List<TierKey> keys = IntStream.range(0, 20).mapToObj(i -> key("k" + i)).toList();
    assertThat(tier.put("k", "v")).isEqualTo(Outcome.DONE);
    await().until(() -> tier.get("k").equals(hit("v"))); // may be refused during a move
    keys.forEach(k ->
        assertThat(join(tier.tier().put(k, item("v")))).isInstanceOf(Outcome.Stored.class));
    assertThat(join(tier.tier().getAll(keys))).containsOnly(hit("v"));
    assertThat(tier.remove("k")).isEqualTo(Outcome.DONE);
    SharedTier shared = (SharedTier) tier.tier();
    await()
        .untilAsserted(() -> assertThat(join(shared.claim(
                TierProbe.key("k"), Duration.ofSeconds(1), Version.NONE, Version.NONE)))
            .isInstanceOfSatisfying(
                Claim.Lease.class, lease -> shared.release(TierProbe.key("k"), lease)));
    await().until(() -> tier.get("k").equals(Lookup.MISS));
    assertThat(join(tier.tier().clear(SPACE))).isEqualTo(new Outcome.Done(20));
  }

  /** Allows the user "app" the commands that the docs list, on this cache's keys. */
  private static void allow(RawRedis raw, String... more) {
    CommandArgs<String, byte[]> rules = new CommandArgs<>(
            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE))
        .add("SETUSER")
        .add("app")
        .add("on")
        .add(">hush")
        .add("~icm:*")
        .add("~icm%*") // in a cluster
        .add("-@all");
    COMMANDS.forEach(command -> rules.add("+" + command));
    for (String command : more) {
      rules.add("+" + command);
    }
    raw.commands()
        .dispatch(
            CommandType.ACL,
            new StatusOutput<>(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)),
            rules);
  }

  /** Commands that were refused because of a missing permission. */
  private static List<String> denied(RawRedis raw) {
    return raw.commands().aclLog().stream()
        .map(entry -> String.valueOf(entry.get("object")))
        .toList();
  }

  private static RedisServerProcess withTls(int port, Path certificate, Path key) {
    try {
      return RedisServerProcess.launch(
          "--tls-port", "" + port,
          "--tls-cert-file", certificate.toString(),
          "--tls-key-file", key.toString(),
          "--tls-ca-cert-file", certificate.toString(),
          "--tls-auth-clients", "no");
    } catch (UncheckedIOException e) {
      assumeTrue(false, "this redis-server was built without TLS");
      throw e;
    }
  }

  private static void keytool(Path store) throws IOException, InterruptedException {
    Process made = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "redis",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=redis",
            "-ext",
            "san=ip:127.0.0.1",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            "secret")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    assertThat(made.waitFor(30, SECONDS)).isTrue();
    assertThat(made.exitValue()).isZero();
  }

  private static void pem(Path file, String kind, byte[] encoded) throws IOException {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII));
    Files.writeString(
        file,
        "-----BEGIN " + kind + "-----\n" + lines.encodeToString(encoded) + "\n-----END " + kind
            + "-----\n");
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }
}
