package io.intelligentcache.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process has written so far, by the operating system's count; nothing where that does not
 * count, which only Linux does.
 *
 * @param byCalls bytes handed over in calls that write
 * @param toDevice bytes of pages that became dirty, each time that they do
 */
public record Written(long byCalls, long toDevice) {
  private static final Path COUNTERS = Path.of("/proc/self/io");

  public static Written now() throws IOException {
    if (!Files.isReadable(COUNTERS)) {
      return new Written(0, 0);
    }
    long calls = 0;
    long device = 0;
    for (String line : Files.readAllLines(COUNTERS)) {
      if (line.startsWith("wchar: ")) {
        calls = number(line);
      } else if (line.startsWith("write_bytes: ")) {
        device = number(line);
      }
    }
    return new Written(calls, device);
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
  }

  /**
   * What has been written since an earlier count.
   *
   * @param mapped whether to count pages rather than calls: who writes a page again and again has it
   *     brought to the device once; who writes files that are reused dirties pages that still are
   */
  public long since(Written before, boolean mapped) {
    return mapped ? toDevice - before.toDevice : byCalls - before.byCalls;
  }

  /** What the operating system calls that count. */
  public static String name(boolean mapped) {
    return mapped ? "write_bytes" : "wchar";
  }
}
