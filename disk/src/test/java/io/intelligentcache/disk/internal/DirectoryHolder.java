package io.intelligentcache.disk.internal;

import io.intelligentcache.disk.Disk;
import io.intelligentcache.tier.TierContexts;
import io.intelligentcache.tier.TierException;
import io.intelligentcache.tier.TimeSource;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A process that opens a directory and keeps it until it is killed. It prints whether it could open
 * it, or why not.
 */
final class DirectoryHolder {
  private DirectoryHolder() {}

  public static void main(String[] args) throws IOException {
    try (var tier = Disk.at(Path.of(args[0])).open(TierContexts.of(TimeSource.SYSTEM))) {
      System.out.println("open");
      int end = System.in.read();
      System.out.println(tier.name() + " ends with " + end);
    } catch (TierException e) {
      System.out.println(e.getMessage());
    }
  }
}
