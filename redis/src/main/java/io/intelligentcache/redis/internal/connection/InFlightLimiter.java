package io.intelligentcache.redis.internal.connection;

import java.util.concurrent.atomic.AtomicLong;

/** Limits the commands in flight, by number and by bytes. */
public final class InFlightLimiter {
  private final long mostCommands;
  private final long mostBytes;
  private final AtomicLong commands = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  public InFlightLimiter(long mostCommands, long mostBytes) {
    this.mostCommands = mostCommands;
    this.mostBytes = mostBytes;
  }

  /** Admits a command or refuses it. A single command may have any size. */
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
