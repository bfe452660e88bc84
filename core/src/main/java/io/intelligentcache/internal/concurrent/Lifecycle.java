package io.intelligentcache.internal.concurrent;

/** Whether the manager is open. */
public final class Lifecycle {
  private volatile boolean closed;

  /** Closes the manager. Returns true for the first caller only. */
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
