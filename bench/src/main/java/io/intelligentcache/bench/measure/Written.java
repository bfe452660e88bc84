package io.intelligentcache.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much this process has written so far, by the counters of the operating system. Zero on systems
 * other than Linux, which have no such counters.
 *
 * @param byCalls bytes passed to write calls
 * @param toDevice bytes of pages that became dirty, counted each time they do
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
   * How much was written since an earlier count.
   *
   * @param mapped whether to count dirty pages instead of write calls. Pages are right for a store
   *     that changes the same page many times, because the device receives it once. Calls are
   *     right for a store that reuses files: it may write to pages that are still dirty, and these
   *     would not be counted again
   */
  public long since(Written before, boolean mapped) {
    return mapped ? toDevice - before.toDevice : byCalls - before.byCalls;
  }

  /** The name of that counter in the operating system. */
  public static String name(boolean mapped) {
    return mapped ? "write_bytes" : "wchar";
  }
}
