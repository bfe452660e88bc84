package io.intelligentcache.bench.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The processor time of this process, background threads and native code included. Where other work
 * goes on beside, it tells more than the time that went by.
 */
public final class CpuTime {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final double MICRO = 1e3;

  private final long begun = SYSTEM.getProcessCpuTime();

  /** Microseconds since this was made, for each of some operations. */
  public double microsPer(long operations) {
    return (SYSTEM.getProcessCpuTime() - begun) / MICRO / operations;
  }
}
