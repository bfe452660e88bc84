package io.intelligentcache.internal.codec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4Factory;

/**
 * The LZ4 library. Its native part is in a temporary file, which the library deletes when the process ends.
 * Where the system can delete a file that is in use, this class deletes it at once. So a killed process leaves
 * no file, and an application does not add one with each deployment.
 */
final class Lz4 {
  private static final Path IN_USE = Path.of("/proc/self/maps");
  private static final String NAME = "/liblz4-java-";

  static final LZ4Factory FACTORY = LZ4Factory.fastestInstance();

  static {
    deleteLoaded();
  }

  private Lz4() {}

  private static void deleteLoaded() {
    if (!Files.isReadable(IN_USE)) {
      return;
    }
    try (Stream<String> lines = Files.lines(IN_USE)) {
      for (String line : (Iterable<String>) lines::iterator) {
        int path = line.indexOf('/');
        if (path >= 0 && line.indexOf(NAME, path) >= 0 && line.endsWith(".so")) {
          boolean unused = Files.deleteIfExists(Path.of(line.substring(path)));
        }
      }
    } catch (IOException | RuntimeException e) {
      // The library deletes the file at the end of the process.
    }
  }
}
