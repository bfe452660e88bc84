package io.intelligentcache.cli.replay;

import io.intelligentcache.cli.console.Failure;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a replay uses the TTLs of a trace. */
enum TtlMode {
  /** TTLs are ignored: values stay until they are evicted. */
  NONE,
  /** Expired entries are removed at once, as in the cache. */
  PROMPT,
  /** Expired entries stay until they are requested or evicted, as in caches that expire lazily. */
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
