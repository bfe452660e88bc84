package io.intelligentcache;

import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * {@link UserCodeFuzz} over memory and a disk of the tests. Repeat a run with {@code -Dfuzz.seed=N}, and make it longer with
 * {@code -Dfuzz.seconds=N}.
 */
final class UserCodeFuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());
  private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("fuzz.seconds", 3));

  @Test
  void whateverUserCodeDoesAllIsWellAfterwards() throws Exception {
    System.out.println("-Dfuzz.seed=" + SEED);
    new UserCodeFuzz(
            SEED, TieredCacheManager.builder().disk(context -> new HeapTier(TimeSource.SYSTEM)))
        .run(TIME);
  }
}
