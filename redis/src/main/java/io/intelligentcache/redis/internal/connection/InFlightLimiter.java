package io.intelligentcache.redis.internal.connection;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds what is on its way to Redis and back, in commands and in bytes. */
public final class InFlightLimiter {
  private final long mostCommands;
  private final long mostBytes;
  private final AtomicLong commands = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  public InFlightLimiter(long mostCommands, long mostBytes) {
    this.mostCommands = mostCommands;
    this.mostBytes = mostBytes;
  }

  /** Lets a command in, or does not. One that is alone may be of any size. */
  public boolean acquire(long size) {
    long before = commands.getAndIncrement();
    long held = bytes.addAndGet(size);
    if (before >= mostCommands || (held > mostBytes && before > 0)) {
      release(size);
      return false;
    }
    return true;
  }

  public void release(long size) {
    bytes.addAndGet(-size);
    commands.decrementAndGet();
  }
}
