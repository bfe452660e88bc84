package io.intelligentcache.bench.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The disk space of files: the blocks that are allocated for them, as {@code du} counts them. */
final class DiskUsage {
  private static final long KIB = 1024;

  private DiskUsage() {}

  /**
   * Bytes of all files under a directory. Files that are created or deleted
   * meanwhile may be counted or not.
   */
  static long of(Path directory) throws IOException {
    Process du = new ProcessBuilder("du", "-sk", directory.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD) // errors about deleted files
        .start();
    try (InputStream out = du.getInputStream()) {
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      return KIB * Long.parseLong(said.substring(0, said.indexOf('\t')));
    } catch (IndexOutOfBoundsException | NumberFormatException failure) {
      throw new IOException("du does not tell what " + directory + " takes", failure);
    }
  }
}
