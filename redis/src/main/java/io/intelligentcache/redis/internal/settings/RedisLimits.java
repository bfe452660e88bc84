package io.intelligentcache.redis.internal.settings;

import static java.lang.Math.toIntExact;

import io.intelligentcache.internal.setting.Settings;
import java.time.Duration;
import java.util.function.Consumer;

/** The settings other than the addresses. {@code Redis} documents and checks each of them. */
public record RedisLimits(
    String namespace,
    Duration commandTimeout,
    Duration connectTimeout,
    Duration sweepTimeout,
    int maximumPending,
    long maximumPendingBytes,
    int maximumItemBytes,
    boolean publishes) {
  public static final RedisLimits DEFAULTS = new Draft().limits();

  /** A changed copy. */
  public RedisLimits change(Consumer<Draft> change) {
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

  /** Mutable limits, to change single ones by name. They start with the defaults. */
  public static final class Draft {
    public String namespace = Settings.REDIS_NAMESPACE.defaultValue();
    public Duration commandTimeout = Settings.REDIS_COMMAND_TIMEOUT.defaultValue();
    public Duration connectTimeout = Settings.REDIS_CONNECT_TIMEOUT.defaultValue();
    public Duration sweepTimeout = Settings.REDIS_SWEEP_TIMEOUT.defaultValue();
    public int maximumPending = toIntExact(Settings.REDIS_MAXIMUM_PENDING.defaultValue());
    public long maximumPendingBytes = Settings.REDIS_MAXIMUM_PENDING_BYTES.defaultValue();
    public int maximumItemBytes = toIntExact(Settings.REDIS_MAXIMUM_ITEM_BYTES.defaultValue());
    public boolean publishes;

    private RedisLimits limits() {
      return new RedisLimits(
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
