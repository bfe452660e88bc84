package io.intelligentcache.disk.internal;

import io.intelligentcache.disk.Disk;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContexts;
import io.intelligentcache.tier.TierContract;
import io.intelligentcache.tier.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

final class DiskTierContractTest extends TierContract {
  @TempDir
  Path directory;

  private final FakeTime time = new FakeTime();

  @Override
  protected Tier open() {
    return Disk.at(directory).maximumMegabytes(512).open(TierContexts.of(time));
  }

  @Override
  protected TimeSource time() {
    return time;
  }

  @Override
  protected void letPass(Duration passing) {
    time.advance(passing);
  }

  @Override
  protected int tooLargeBytes() {
    return 2_000_000;
  }
}
