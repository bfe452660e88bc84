package io.intelligentcache.cli.replay;

import io.intelligentcache.cli.console.Failure;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a replay makes of the TTLs in a trace. */
enum TtlMode {
  /** Nothing: values live until they are evicted. */
  NONE,
  /** What has expired leaves at once, as in a cache. */
  PROMPT,
  /** What has expired stays until it is asked for or evicted, as in caches that expire lazily. */
  LAZY;

  static TtlMode parse(@Nullable String name) {
    if (name == null) {
      return NONE;
    }
    for (TtlMode mode : values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return mode;
      }
    }
    throw Failure.usage("--ttl must be none, prompt or lazy: " + name);
  }
}
