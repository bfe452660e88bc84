package io.intelligentcache.disk;

import io.intelligentcache.disk.internal.DiskOpening;
import io.intelligentcache.disk.internal.DiskTier;
import io.intelligentcache.disk.internal.SkippingTimer;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.TimeSource;
import java.util.UUID;

/** Opens a disk tier with clocks, a timer, a boot id and files that a test provides. */
public final class OpenDisk {
  private OpenDisk() {}

  /** Its timer skips ahead with the clocks. */
  public static DiskTier of(Disk disk, TimeSource time, UUID bootId, SegmentOutput.Opener files) {
    return of(disk, new Environment(time, new SkippingTimer(time), bootId, files));
  }

  public static DiskTier of(Disk disk, Environment environment) {
    return DiskOpening.open(disk.directory(), disk.settings(), environment);
  }
}
