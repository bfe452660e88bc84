package io.intelligentcache.disk.internal.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Identifies one run of the operating system, from its start to its stop. */
public final class BootId {
  /** The id where the system reports none. It never counts as equal to that of an earlier run. */
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
