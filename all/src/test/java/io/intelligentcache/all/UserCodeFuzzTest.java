package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.UserCodeFuzz;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.redis.Redis;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link UserCodeFuzz} over memory, disk and Redis. Repeat a run with {@code -Dfuzz.seed=N}, and make it longer with {@code
 * -Dfuzz.seconds=N}.
 */
final class UserCodeFuzzTest extends SharedRedis {
  private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());
  private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("fuzz.seconds", 4));

  @TempDir
  Path disk;

  @Test
  void whateverUserCodeDoesAllIsWellAfterwards() throws Exception {
    System.out.println("-Dfuzz.seed=" + SEED);
    var fuzz = new UserCodeFuzz(
        SEED,
        TieredCacheManager.builder()
            .disk(Disk.at(disk).maximumMegabytes(16))
            .redis(Redis.at(server.url()).namespace(namespace))
            .stalenessBound(Duration.ofMinutes(1)));
    await().until(() -> fuzz.manager().health().ready());
    fuzz.run(TIME);
    assertThat(redis.heldLeases(namespace)).isEmpty();
  }
}
