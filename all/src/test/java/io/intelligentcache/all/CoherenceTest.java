package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.RedisServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances on one Redis: what one changes the other does not answer any more. */
final class CoherenceTest {
  private static RedisServerProcess server;
  private static RawRedis redis;

  @TempDir
  Path directory;

  private Instance one;
  private Instance other;

  @BeforeAll
  static void startRedis() {
    server = RedisServerProcess.launch();
    redis = new RawRedis(server);
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
    server.close();
  }

  @BeforeEach
  void open() {
    String namespace = "test" + System.nanoTime();
    one = new Instance(server, namespace, directory.resolve("one"));
    other = new Instance(server, namespace, directory.resolve("other"));
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  @Test
  void aChangeIsSeenByOthersAtOnce() {
    one.cache.put("k", "old");
    other.warm("k");
    one.cache.put("k", "new");
    await().atMost(Duration.ofMillis(500)).until(() -> "new".equals(other.cache.get("k")));
  }

  @Test
  void aRemovalIsSeenByOthersAtOnce() {
    one.cache.put("k", "old");
    other.warm("k");
    one.cache.invalidate("k");
    await().atMost(Duration.ofMillis(500)).until(() -> other.cache.get("k") == null);
  }

  @Test
  void aTrustedCopyIsAnsweredWithoutAsking() {
    one.cache.put("k", "v");
    other.warm("k");
    long asked = redis.keysAsked();
    for (int i = 0; i < 10_000; i++) {
      assertThat(other.cache.get("k")).isEqualTo("v");
    }
    assertThat(redis.keysAsked()).isEqualTo(asked);
  }
}
