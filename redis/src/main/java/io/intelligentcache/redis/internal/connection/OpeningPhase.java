package io.intelligentcache.redis.internal.connection;

/**
 * On while the tier opens: troubles are noted but not logged one by one, because opening ends with one
 * line that says what is missing.
 */
public final class OpeningPhase {
  private volatile boolean on = true;

  public boolean isOn() {
    return on;
  }

  public void end() {
    on = false;
  }
}
