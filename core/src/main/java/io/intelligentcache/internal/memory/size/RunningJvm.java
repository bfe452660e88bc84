package io.intelligentcache.internal.memory.size;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** Finds out how this JVM lays out objects. */
final class RunningJvm {
  /** Below this heap size, references are compressed unless the JVM was told otherwise. */
  private static final long COMPRESSIBLE_HEAP = 32L << 30;

  private static final int FIRST_WITH_TIGHT_ARRAYS = 23;

  private RunningJvm() {}

  static HeapLayout layout() {
    boolean compressed =
        Boolean.parseBoolean(option("UseCompressedOops", Boolean.toString(usuallyCompressed())));
    boolean smallHeader = Boolean.parseBoolean(option("UseCompressedClassPointers", "true"));
    boolean compact = Boolean.parseBoolean(option("UseCompactObjectHeaders", "false"));
    return new HeapLayout(
        compact ? 8 : smallHeader ? 12 : 16,
        compressed ? 4 : 8,
        Integer.parseInt(option("ObjectAlignmentInBytes", "8")),
        Runtime.version().feature() >= FIRST_WITH_TIGHT_ARRAYS,
        Boolean.parseBoolean(option("UseG1GC", "false"))
            ? Integer.parseInt(option("G1HeapRegionSize", "0"))
            : 0);
  }

  private static boolean usuallyCompressed() {
    return Runtime.getRuntime().maxMemory() < COMPRESSIBLE_HEAP;
  }

  /** The value of the JVM's option, or the usual value if it has none or can't be asked. */
  private static String option(String name, String usual) {
    try {
      return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .getVMOption(name)
          .getValue();
    } catch (RuntimeException | LinkageError unanswered) { // not HotSpot, or without jdk.management
      return usual;
    }
  }
}
