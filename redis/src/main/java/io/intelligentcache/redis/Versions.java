package io.intelligentcache.redis;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers the writes of this instance: microseconds of the clock of Redis, but always more than the
 * last one. Within the instance they order writes strictly; between instances about as well as a
 * round trip is short.
 */
final class Versions {
  private final RedisClock clock;
  private final AtomicLong last = new AtomicLong();

  Versions(RedisClock clock) {
    this.clock = clock;
  }

  long next() {
    long now = clock.micros();
    return last.updateAndGet(before -> Math.max(before + 1, now));
  }
}
