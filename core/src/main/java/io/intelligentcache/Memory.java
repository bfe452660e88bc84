package io.intelligentcache;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.setting.Settings;

/**
 * The memory tier's settings.
 *
 * @param bytes the budget that all caches and tenants of a manager share, at least 1
 * @param policy decides who leaves
 */
public record Memory(long bytes, EvictionPolicy policy) {
  /** The budget unless set: 100 MB. */
  public static final long DEFAULT_BYTES = 100_000_000;

  /**
   * Refuses a budget of nothing.
   *
   * @param bytes see above
   * @param policy see above
   */
  public Memory {
    requireNonNull(policy, "policy");
    Settings.MEMORY_BYTES.check(bytes);
  }

  /**
   * A budget in megabytes of 1,000,000 bytes, with LRU.
   *
   * @param megabytes at least 1
   * @return the settings
   */
  public static Memory ofMegabytes(long megabytes) {
    return ofBytes(Settings.megabytes(Settings.MEMORY_BYTES, megabytes));
  }

  /**
   * A budget in bytes, with LRU.
   *
   * @param bytes at least 1
   * @return the settings
   */
  public static Memory ofBytes(long bytes) {
    return new Memory(bytes, EvictionPolicy.LRU);
  }

  /**
   * Another policy.
   *
   * @param other decides who leaves
   * @return the settings
   */
  public Memory policy(EvictionPolicy other) {
    return new Memory(bytes, other);
  }
}
