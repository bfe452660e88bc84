package io.intelligentcache.redis;

/**
 * On while the tier opens: troubles are noted but not logged one by one, because opening ends with one
 * line that says what is missing.
 */
final class Quiet {
  private volatile boolean on = true;

  boolean isOn() {
    return on;
  }

  void end() {
    on = false;
  }
}
