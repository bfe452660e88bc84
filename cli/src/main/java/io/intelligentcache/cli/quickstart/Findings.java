package io.intelligentcache.cli.quickstart;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Counts wrong values and failed loads of the cache. Thread-safe. */
final class Findings {
  private final AtomicLong wrong = new AtomicLong();
  private final AtomicLong failedLoads = new AtomicLong();
  private final AtomicReference<@Nullable String> first = new AtomicReference<>();

  void wrong(String key, String complaint) {
    first.compareAndSet(null, "the value of " + key + " " + complaint);
    wrong.incrementAndGet();
  }

  void failedLoad() {
    failedLoads.incrementAndGet();
  }

  long wrong() {
    return wrong.get();
  }

  long failedLoads() {
    return failedLoads.get();
  }

  /** The first wrong value, or null if there was none. */
  @Nullable
  String first() {
    return first.get();
  }
}
