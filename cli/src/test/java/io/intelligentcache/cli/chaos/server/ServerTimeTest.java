package io.intelligentcache.cli.chaos.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.intelligentcache.redis.RedisBinaryPath;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerTimeTest {
  @TempDir
  Path directory;

  private static long seconds(RedisServer server) throws IOException {
    return Long.parseLong(server.ask("TIME").get(0));
  }

  @Test
  void theClockOfAServerJumpsAndComesBack() throws IOException {
    ServerTime clock = ServerTime.build(directory, 1);
    assumeTrue(clock != null, "this machine has no C compiler");
    try (var server = RedisServer.launch(RedisBinaryPath.find(), directory, clock.environment())) {
      assumeTrue(clock.takesEffectAt(server), "this machine loads no library before others");
      long right = System.currentTimeMillis() / 1_000;
      clock.jump(false);
      assertThat(seconds(server)).isLessThan(right);

      clock.reset();
      assertThat(seconds(server)).isGreaterThanOrEqualTo(right);
    }
  }
}
