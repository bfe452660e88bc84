package io.intelligentcache;

import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@link UserCodeFuzz} over memory and a disk of the tests. */
@ExtendWith(Effort.class)
final class UserCodeFuzzTest {
  private static final Duration TIME = Effort.of(Duration.ofSeconds(1), Duration.ofSeconds(60));

  @RegisterExtension
  private final Seed seed = new Seed();

  @Test
  void whateverUserCodeDoesAllIsWellAfterwards() throws Exception {
    new UserCodeFuzz(
            seed.value(),
            TieredCacheManager.builder().disk(context -> new HeapTier(TimeSource.SYSTEM)))
        .run(TIME);
  }
}
