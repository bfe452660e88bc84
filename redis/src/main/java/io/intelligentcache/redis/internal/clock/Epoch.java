package io.intelligentcache.redis.internal.clock;

import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.script.Arguments;
import io.intelligentcache.redis.internal.script.Script;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often the clock of Redis has been set back, as far as is known here. It is the upper part of every version, so
 * that what is written after that is greater than what was written before.
 *
 * <p>Redis keeps the epoch beside the latest time that it had when an instance looked, under one name per
 * namespace. Each instance looks twice a second, and when it connects. The first one that finds the clock more than
 * half a second behind the latest time begins the next epoch:
 *
 * <pre>
 *   A puts k, version (0, 12:00:00)      latest time 12:00:00
 *   the clock of Redis is set back by an hour
 *   B starts, looks at 11:00:01          epoch 1
 *   B clears                             version (1, 11:00:01), greater than that of k
 * </pre>
 *
 * <p>Where one server has all keys, the program that stores a record refuses what began in a former epoch, as long as such
 * a write may be under way: by the clock that was set back it may seem to have been called a moment ago.
 *
 * <p>Where the name is lost, with all others or evicted, the next look writes it again with the greatest epoch
 * that its writer knows. In a cluster only the clock of the server that owns the name is watched.
 */
public final class Epoch {
  private static final byte[] KEPT_MILLIS = Arguments.decimal(Duration.ofDays(7).toMillis());

  private static final byte[] UNDER_WAY_MILLIS =
      Arguments.decimal(Arguments.TOMBSTONE_LIFE.toMillis());

  private final byte[][] names;
  private final AtomicLong current = new AtomicLong();
  private final AtomicBoolean looking = new AtomicBoolean();

  /**
   * The first epoch, until Redis was asked.
   *
   * @param alone whether one server has all keys
   */
  public Epoch(KeyNames names, boolean alone) {
    this.names =
        alone ? new byte[][] {names.clock(), names.setBack()} : new byte[][] {names.clock()};
  }

  /** The epoch of what is written now. */
  long current() {
    return current.get();
  }

  /** Somebody knows this epoch. */
  public void learn(long epoch) {
    if (epoch > current.get()) {
      current.accumulateAndGet(epoch, Math::max);
    }
  }

  /** Looks over a connection that is not in use yet. Fails where another server has the name. */
  public CompletionStage<?> look(RedisAsyncCommands<byte[], byte[]> redis) {
    return Script.CLOCK.runWhole(redis, names, arguments()).thenAccept(this::learn);
  }

  /** Whether the caller is to ask as any command does: no earlier question of this kind waits for its answer. */
  public boolean beginLook() {
    return looking.compareAndSet(false, true);
  }

  public void endLook() {
    looking.set(false);
  }

  /** The names that {@link Script#CLOCK} is given. */
  public byte[][] names() {
    return names;
  }

  /** What {@link Script#CLOCK} is given beside the names. */
  public byte[][] arguments() {
    return new byte[][] {Arguments.decimal(current()), KEPT_MILLIS, UNDER_WAY_MILLIS};
  }
}
