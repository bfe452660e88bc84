package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Effort;
import io.intelligentcache.Seed;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.UserCodeFuzz;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.redis.Redis;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@link UserCodeFuzz} over memory, disk and Redis. */
@ExtendWith(Effort.class)
final class UserCodeFuzzTest extends SharedRedis {
  private static final Duration TIME = Effort.of(Duration.ofSeconds(1), Duration.ofSeconds(60));

  @RegisterExtension
  private final Seed seed = new Seed();

  @TempDir
  Path disk;

  @Test
  void whateverUserCodeDoesAllIsWellAfterwards() throws Exception {
    var fuzz = new UserCodeFuzz(
        seed.value(),
        TieredCacheManager.builder()
            .disk(Disk.at(disk).maximumMegabytes(16))
            .redis(Redis.at(server.url()).namespace(namespace))
            .stalenessBound(Duration.ofMinutes(1)));
    await().until(() -> fuzz.manager().health().ready());
    fuzz.run(TIME);
    assertThat(redis.heldLeases(namespace)).isEmpty();
  }
}
