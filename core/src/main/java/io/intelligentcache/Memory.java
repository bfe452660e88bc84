package io.intelligentcache;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.internal.setting.Settings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory tier's settings.
 *
 * @param bytes the budget that all caches and tenants of a manager share, at least 1, at most the largest
 *     heap that this JVM may have ({@code -Xmx}); if it is more than half of that, building the manager logs a
 *     warning
 * @param policy decides which entries are evicted
 */
public record Memory(long bytes, EvictionPolicy policy) {
  /** The budget unless set: 100 MB, or a quarter of the largest heap if that is less. */
  public static final long DEFAULT_BYTES = defaultBytes(largestHeap());

  private static final Logger log = LoggerFactory.getLogger(Memory.class);

  /**
   * Refuses a budget below 1 byte, or larger than the heap.
   *
   * @param bytes see above
   * @param policy see above
   */
  public Memory {
    requireNonNull(policy, "policy");
    check(bytes, largestHeap());
  }

  private static long largestHeap() {
    return Runtime.getRuntime().maxMemory();
  }

  static long defaultBytes(long largestHeap) {
    return Math.min(100_000_000, largestHeap / 4);
  }

  static void check(long bytes, long largestHeap) {
    if (bytes > largestHeap) {
      throw Settings.MEMORY_BYTES.refusal(
          bytes, "is more than the largest heap, " + largestHeap + " bytes (-Xmx)");
    }
    Settings.MEMORY_BYTES.check(bytes);
  }

  /** The warning about a budget that leaves little heap for the application, or null. */
  static @Nullable String warning(long bytes, long largestHeap) {
    return bytes > largestHeap / 2
        ? "the memory budget, " + bytes + " bytes, is more than half of the largest heap, "
            + largestHeap + " bytes (-Xmx): the application may run out of memory"
        : null;
  }

  /** Logs the warning, if there is one. Called when the budget comes into force. */
  void warnIfLarge() {
    String warning = warning(bytes, largestHeap());
    if (warning != null) {
      log.warn(warning);
    }
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
   * Sets another policy.
   *
   * @param other decides which entries are evicted
   * @return the settings
   */
  public Memory policy(EvictionPolicy other) {
    return new Memory(bytes, other);
  }
}
