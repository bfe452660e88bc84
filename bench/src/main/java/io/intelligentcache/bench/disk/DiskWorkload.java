package io.intelligentcache.bench.disk;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The workloads of the stores on disk. */
public enum DiskWorkload {
  SMALL("values of 100 bytes: put all, then get at random", false),
  MIX("values of 100 bytes to 64 KiB: put all, then get at random", true),
  CAP("mix, capacity for half of it: nine reads and a put by Zipf 0.9, misses are put", true),
  REOPEN("small, cleanly closed: open in another process", false);

  private final String description;
  private final boolean mixed;

  DiskWorkload(String description, boolean mixed) {
    this.description = description;
    this.mixed = mixed;
  }

  String description() {
    return description;
  }

  /** Whether values have different lengths. */
  boolean isMixed() {
    return mixed;
  }

  /** Whether a contender can take part. */
  boolean suits(DiskContender contender) {
    return switch (this) {
      case SMALL, MIX -> true;
      case CAP, REOPEN -> contender.isStore() && !contender.isFilledOnly();
    };
  }

  /** The name on the command line and in the output. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
