package io.intelligentcache.bench.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The processor time of this process, including background threads and native code. If other processes
 * are busy, it is a better measure than elapsed time.
 */
public final class CpuTime {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final double MICRO = 1e3;

  private final long begun = SYSTEM.getProcessCpuTime();

  /** Microseconds of processor time since this object was created, per operation. */
  public double microsPer(long operations) {
    return (SYSTEM.getProcessCpuTime() - begun) / MICRO / operations;
  }
}
