package io.intelligentcache.cli.chaos.traffic;

import io.intelligentcache.Outage;
import java.time.Duration;
import java.util.Locale;

/** What a cache of the run answers while Redis can't be asked, and what its reads are judged by. */
public enum Policy {
  /** The loader is asked. */
  STRICT,
  /** Copies that are merely unconfirmed are answered for a while. */
  BOUNDED,
  /** Copies are answered until they expire. */
  AVAILABLE;

  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  /** The name in reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The setting of the cache.
   *
   * @param longest how long the bounded cache answers unconfirmed copies
   */
  Outage outage(Duration longest) {
    return switch (this) {
      case STRICT -> Outage.strict();
      case BOUNDED -> Outage.bounded(longest);
      case AVAILABLE -> Outage.available();
    };
  }

  /**
   * The bound that its reads are judged by.
   *
   * @param bound the staleness bound of the instances
   * @param longest as above
   */
  Duration judgedBound(Duration bound, Duration longest) {
    return switch (this) {
      case STRICT -> bound;
      case BOUNDED -> bound.compareTo(longest) > 0 ? bound : longest;
      case AVAILABLE -> FOREVER;
    };
  }
}
