package io.intelligentcache.redis.internal.clock;

import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.script.Arguments;
import io.intelligentcache.redis.internal.script.Script;
import io.intelligentcache.redis.internal.settings.Retention;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The number of times that the clock of Redis has been set back, as far as this instance knows. It is the upper part of
 * every version. So a version that is drawn after the clock was set back is greater than the versions drawn before.
 *
 * <p>Redis keeps the epoch together with the latest time that it had when an instance looked, under one name per
 * namespace. Each instance looks twice a second, and when it connects. The first instance that finds the clock more
 * than half a second behind the latest time begins the next epoch:
 *
 * <pre>
 *   A puts k, version (0, 12:00:00)      latest time 12:00:00
 *   the clock of Redis is set back by an hour
 *   B starts, looks at 11:00:01          epoch 1
 *   B clears                             version (1, 11:00:01), greater than that of k
 * </pre>
 *
 * <p>If one server has all keys, the script that stores a record refuses writes that began in a former epoch, as long
 * as such a write may be in flight. By the clock that was set back, such a write may seem to have been called a moment
 * ago.
 *
 * <p>If the name is lost, together with all others or by eviction, the next look writes it again, with the greatest
 * epoch that the instance knows. In a cluster only the clock of the server that owns the name is watched.
 */
public final class Epoch {
  private static final byte[] KEPT_MILLIS = Arguments.millis(Duration.ofDays(7));

  private final byte[] inFlightMillis;
  private final byte[][] names;
  private final AtomicLong current = new AtomicLong();
  private final AtomicBoolean looking = new AtomicBoolean();

  /**
   * Starts with the first epoch, until Redis has been asked.
   *
   * @param alone whether one server has all keys
   */
  public Epoch(KeyNames names, boolean alone, Retention retention) {
    this.inFlightMillis = Arguments.millis(retention.tombstones());
    this.names =
        alone ? new byte[][] {names.clock(), names.setBack()} : new byte[][] {names.clock()};
  }

  /** The epoch of the versions that are drawn at present. */
  long current() {
    return current.get();
  }

  /** Takes over an epoch that a server or another instance knows, if it is greater. */
  public void learn(long epoch) {
    if (epoch > current.get()) {
      current.accumulateAndGet(epoch, Math::max);
    }
  }

  /** Asks for the epoch over a connection that is not in use yet. Fails if another server has the name. */
  public CompletionStage<?> look(RedisAsyncCommands<byte[], byte[]> redis) {
    return Script.CLOCK.runWhole(redis, names, arguments()).thenAccept(this::learn);
  }

  /** Whether the caller has to ask Redis by an ordinary command: no earlier look is unanswered. */
  public boolean beginLook() {
    return looking.compareAndSet(false, true);
  }

  public void endLook() {
    looking.set(false);
  }

  /** The keys of {@link Script#CLOCK}. */
  public byte[][] names() {
    return names;
  }

  /** The arguments of {@link Script#CLOCK}. */
  public byte[][] arguments() {
    return new byte[][] {Arguments.decimal(current()), KEPT_MILLIS, inFlightMillis};
  }
}
