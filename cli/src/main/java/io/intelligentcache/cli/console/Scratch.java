package io.intelligentcache.cli.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary directory that is deleted after the run. */
public final class Scratch implements AutoCloseable {
  private final Path directory;

  /**
   * Creates the directory.
   *
   * @param prefix the beginning of its name
   */
  public Scratch(String prefix) {
    try {
      directory = Files.createTempDirectory(prefix);
    } catch (IOException failure) {
      throw Failure.of("can't make a temporary directory: " + failure, failure);
    }
  }

  /** {@return the directory} */
  public Path directory() {
    return directory;
  }

  /**
   * Deletes the directory and everything in it.
   *
   * @throws Failure if something can't be deleted
   */
  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException failure) {
      throw Failure.of("can't delete " + directory + ": " + failure, failure);
    }
  }
}
