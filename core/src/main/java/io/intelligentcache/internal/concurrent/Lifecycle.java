package io.intelligentcache.internal.concurrent;

/** Whether the manager is open. */
public final class Lifecycle {
  private volatile boolean closed;

  /** Returns true for the first caller. */
  public synchronized boolean close() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  public boolean isOpen() {
    return !closed;
  }

  public void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the cache manager is closed");
    }
  }
}
