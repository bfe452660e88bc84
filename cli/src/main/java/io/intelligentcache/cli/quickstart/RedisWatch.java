package io.intelligentcache.cli.quickstart;

import io.intelligentcache.tier.TierStats;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Prints a line when Redis becomes unavailable and when it is available again. Not thread-safe. */
final class RedisWatch {
  private final Consumer<String> say;
  private boolean available = true;

  RedisWatch(Consumer<String> say) {
    this.say = say;
  }

  /**
   * Checks the counters of the tier.
   *
   * @param redis null if there is no Redis
   */
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
