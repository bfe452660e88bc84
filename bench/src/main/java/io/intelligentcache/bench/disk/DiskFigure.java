package io.intelligentcache.bench.disk;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A number in a line, by which contenders are compared. */
enum DiskFigure {
  PUTS,
  PUT_CPU,
  GETS,
  GET_CPU,
  GET_P50,
  GETS_OF_2,
  GET_P99,
  OPS,
  OP_CPU,
  HIT_RATIO,
  LONGEST_PUT_MILLIS,
  DISK_PER_CAP,
  WRITTEN_PER_BYTE,
  OPEN_SECONDS,
  INDEX_BYTES_PER_ENTRY;

  /** Its value in a line, or NaN if the line does not have it. */
  double of(DiskLine line) {
    if (line instanceof FillLine fill) {
      return number(ofFill(fill));
    }
    if (line instanceof CapLine cap) {
      return number(ofCap(cap));
    }
    return number(ofReopen((ReopenLine) line));
  }

  private @Nullable Double ofFill(FillLine line) {
    return switch (this) {
      case PUTS -> line.putsPerSecond();
      case PUT_CPU -> line.cpuMicrosPerPut();
      case GET_CPU -> line.cpuMicrosPerGet();
      case GET_P50 -> line.p50Micros();
      case GETS -> line.getsPerSecond();
      case GETS_OF_2 -> line.getsPerSecondOf2();
      case GET_P99 -> line.p99Micros();
      default -> null;
    };
  }

  private @Nullable Double ofCap(CapLine line) {
    return switch (this) {
      case OPS -> line.opsPerSecond();
      case OP_CPU -> line.cpuMicrosPerOp();
      case HIT_RATIO -> line.hitRatio();
      case LONGEST_PUT_MILLIS -> line.longestPutMillis();
      case DISK_PER_CAP -> line.diskPerCap();
      case WRITTEN_PER_BYTE -> line.writtenPerByte();
      default -> null;
    };
  }

  private @Nullable Double ofReopen(ReopenLine line) {
    return switch (this) {
      case OPEN_SECONDS -> line.seconds();
      case INDEX_BYTES_PER_ENTRY -> line.indexBytesPerEntry();
      default -> null;
    };
  }

  private static double number(@Nullable Double known) {
    return known == null ? Double.NaN : known;
  }

  /** For example {@code gets of 2}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
