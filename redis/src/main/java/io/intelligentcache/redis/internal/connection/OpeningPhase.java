package io.intelligentcache.redis.internal.connection;

/**
 * Whether the tier is opening. During that time troubles are recorded but not logged one by one, because the opening
 * ends with one line that says what is missing.
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
