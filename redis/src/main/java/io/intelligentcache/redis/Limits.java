package io.intelligentcache.redis;

import static java.lang.Math.toIntExact;

import io.intelligentcache.internal.setting.Settings;
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
    String namespace = Settings.REDIS_NAMESPACE.defaultValue();
    Duration commandTimeout = Settings.REDIS_COMMAND_TIMEOUT.defaultValue();
    Duration connectTimeout = Settings.REDIS_CONNECT_TIMEOUT.defaultValue();
    Duration sweepTimeout = Settings.REDIS_SWEEP_TIMEOUT.defaultValue();
    int maximumPending = toIntExact(Settings.REDIS_MAXIMUM_PENDING.defaultValue());
    long maximumPendingBytes = Settings.REDIS_MAXIMUM_PENDING_BYTES.defaultValue();
    int maximumItemBytes = toIntExact(Settings.REDIS_MAXIMUM_ITEM_BYTES.defaultValue());
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
