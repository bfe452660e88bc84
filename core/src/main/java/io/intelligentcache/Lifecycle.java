package io.intelligentcache;

/** Whether the manager is open. */
final class Lifecycle {
  private volatile boolean closed;

  /** Returns true for the first caller. */
  synchronized boolean close() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  boolean isOpen() {
    return !closed;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the cache manager is closed");
    }
  }
}
