package io.intelligentcache.cli.chaos.traffic;

import io.intelligentcache.Outage;
import java.time.Duration;
import java.util.Locale;

/** What a cache of the run returns while Redis is unavailable, and the bound for its reads. */
public enum Policy {
  /** The cache asks the loader. */
  STRICT,
  /** Copies that are only unconfirmed are returned for a limited time. */
  BOUNDED,
  /** Copies are returned until they expire. */
  AVAILABLE;

  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  /** The name in reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The outage setting of the cache.
   *
   * @param longest how long the bounded cache returns unconfirmed copies
   */
  Outage outage(Duration longest) {
    return switch (this) {
      case STRICT -> Outage.strict();
      case BOUNDED -> Outage.bounded(longest);
      case AVAILABLE -> Outage.available();
    };
  }

  /**
   * The bound by which its reads are judged.
   *
   * @param bound the staleness bound of the instances
   * @param longest how long the bounded cache returns unconfirmed copies
   */
  Duration judgedBound(Duration bound, Duration longest) {
    return switch (this) {
      case STRICT -> bound;
      case BOUNDED -> bound.compareTo(longest) > 0 ? bound : longest;
      case AVAILABLE -> FOREVER;
    };
  }
}
