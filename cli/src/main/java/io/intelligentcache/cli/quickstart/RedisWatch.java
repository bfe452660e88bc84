package io.intelligentcache.cli.quickstart;

import io.intelligentcache.tier.TierStats;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Says when Redis goes away and when it is back. Not thread-safe. */
final class RedisWatch {
  private final Consumer<String> say;
  private boolean available = true;

  RedisWatch(Consumer<String> say) {
    this.say = say;
  }

  /** Looks at the tier's counters; null if there is no Redis. */
  void look(@Nullable TierStats redis) {
    if (redis == null || redis.available() == available) {
      return;
    }
    available = redis.available();
    say.accept(
        available
            ? "Redis is available again."
            : "Redis is unavailable: the run goes on with memory, disk and the loader.");
  }
}
