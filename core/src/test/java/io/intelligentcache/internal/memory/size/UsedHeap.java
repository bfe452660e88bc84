package io.intelligentcache.internal.memory.size;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/** What the heap holds once all garbage is gone. */
public final class UsedHeap {
  private static final MemoryMXBean JVM = ManagementFactory.getMemoryMXBean();
  private static final int COLLECTIONS = 10;
  private static final int SAME_BYTES = 10_000;

  private UsedHeap() {}

  /** {@return bytes in use after collections, until two in a row find the same} */
  public static long bytes() {
    long last = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      long used = JVM.getHeapMemoryUsage().getUsed();
      if (Math.abs(used - last) < SAME_BYTES) {
        return used;
      }
      last = used;
    }
    return last;
  }
}
