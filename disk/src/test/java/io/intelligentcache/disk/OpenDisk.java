package io.intelligentcache.disk;

import io.intelligentcache.disk.internal.DiskOpening;
import io.intelligentcache.disk.internal.DiskTier;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.TimeSource;
import java.util.UUID;

/** Opens a disk tier with a clock, a boot id and files that a test provides. */
public final class OpenDisk {
  private OpenDisk() {}

  public static DiskTier of(Disk disk, TimeSource time, UUID bootId, SegmentOutput.Opener files) {
    return DiskOpening.open(disk.directory(), disk.settings(), time, bootId, files);
  }
}
