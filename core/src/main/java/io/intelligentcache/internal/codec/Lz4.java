package io.intelligentcache.internal.codec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4Factory;

/**
 * The LZ4 library. Its native part lies in a temporary file, which it deletes when the process ends. Where the system lets go of the
 * name of a file that is in use, that is done here at once, so that a process that is killed leaves none, and an
 * application that is deployed anew does not add one each time.
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
      // It is deleted at the end of the process.
    }
  }
}
