package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.LocalTierFactory;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A manager that can't be opened leaves nothing open. */
final class OpeningTest {
  private final List<String> closed = new ArrayList<>();

  private LocalTierFactory disk(boolean startsWriteBehind) {
    Tier heap = new HeapTier(TimeSource.SYSTEM);
    return context -> new ForwardingTier(heap) {
      @Override
      public @Nullable Duration writesBehind() {
        if (startsWriteBehind) {
          throw new OutOfMemoryError("unable to create native thread");
        }
        return null;
      }

      @Override
      public void close() {
        closed.add("disk");
        throw new IllegalStateException("the disk does not close");
      }
    };
  }

  @Test
  void anErrorOfTheSecondTierClosesTheFirst() {
    var builder = TieredCacheManager.builder().disk(disk(false)).redis(context -> {
      throw new NoClassDefFoundError("io/lettuce/core/RedisClient");
    });
    assertThatThrownBy(builder::build)
        .isInstanceOf(NoClassDefFoundError.class)
        .hasSuppressedException(new IllegalStateException("the disk does not close"));
    assertThat(closed).containsExactly("disk");
  }

  @Test
  void withoutAThreadForWriteBehindTheTiersAreClosed() {
    var builder = TieredCacheManager.builder().disk(disk(true));
    assertThatThrownBy(builder::build).isInstanceOf(OutOfMemoryError.class);
    assertThat(closed).containsExactly("disk");
  }
}
