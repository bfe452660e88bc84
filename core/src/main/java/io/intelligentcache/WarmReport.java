package io.intelligentcache;

/**
 * How far a warm-up has come.
 *
 * @param loaded keys whose value was loaded
 * @param present keys that some tier had already
 * @param absent keys for which the loader returned no value
 * @param failed keys whose load failed
 * @param total keys to warm
 */
public record WarmReport(int loaded, int present, int absent, int failed, int total) {
  /** {@return keys that are finished} */
  public int done() {
    return loaded + present + absent + failed;
  }
}
