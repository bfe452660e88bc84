package io.intelligentcache.redis;

import java.time.Duration;
import java.util.function.Consumer;

/** What may be set beside the addresses. {@link Redis} says what each means, and checks it. */
record Limits(
    String namespace,
    Duration commandTimeout,
    Duration connectTimeout,
    Duration sweepTimeout,
    int maximumPending,
    long maximumPendingBytes,
    int maximumItemBytes,
    boolean publishes) {
  static final Limits DEFAULTS = new Draft().limits();

  /** A copy in which something is different. */
  Limits change(Consumer<Draft> change) {
    Draft draft = new Draft();
    draft.namespace = namespace;
    draft.commandTimeout = commandTimeout;
    draft.connectTimeout = connectTimeout;
    draft.sweepTimeout = sweepTimeout;
    draft.maximumPending = maximumPending;
    draft.maximumPendingBytes = maximumPendingBytes;
    draft.maximumItemBytes = maximumItemBytes;
    draft.publishes = publishes;
    change.accept(draft);
    return draft.limits();
  }

  /** Limits in the making, by name; at first the defaults. */
  static final class Draft {
    String namespace = "icm";
    Duration commandTimeout = Duration.ofMillis(500);
    Duration connectTimeout = Duration.ofSeconds(5);
    Duration sweepTimeout = Duration.ofSeconds(10);
    int maximumPending = 10_000;
    long maximumPendingBytes = 64L << 20;
    int maximumItemBytes = 16 << 20;
    boolean publishes;

    private Limits limits() {
      return new Limits(
          namespace,
          commandTimeout,
          connectTimeout,
          sweepTimeout,
          maximumPending,
          maximumPendingBytes,
          maximumItemBytes,
          publishes);
    }
  }
}
