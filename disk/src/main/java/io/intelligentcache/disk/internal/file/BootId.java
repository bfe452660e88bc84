package io.intelligentcache.disk.internal.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Tells one run of the operating system from the next. */
public final class BootId {
  /** Where the system does not say: never equal to an earlier run. */
  public static final UUID UNKNOWN = new UUID(0, 0);

  private BootId() {}

  public static UUID ofThisSystem() {
    try {
      return UUID.fromString(
          Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).trim());
    } catch (IOException | IllegalArgumentException e) {
      return UNKNOWN;
    }
  }
}
