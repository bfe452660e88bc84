package io.intelligentcache.cli.chaos;

import io.intelligentcache.cli.console.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies and deletes whole directories. */
public final class Directories {
  private static final int ATTEMPTS = 100;

  private Directories() {}

  /**
   * Copies the files as they are at this moment, as a killed process would leave them. If a file
   * disappears meanwhile, the copy starts again.
   */
  public static void copy(Path from, Path to) {
    try {
      for (int attempt = 1; !copied(from, to); attempt++) {
        if (attempt == ATTEMPTS) {
          throw Failure.of("can't copy " + from + ": its files change all the time");
        }
        delete(to);
      }
    } catch (IOException failure) {
      throw Failure.of("can't copy " + from + ": " + failure, failure);
    }
  }

  private static boolean copied(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
      return true;
    } catch (NoSuchFileException gone) {
      return false;
    } catch (UncheckedIOException failure) { // thrown by the walk
      if (failure.getCause() instanceof NoSuchFileException) {
        return false;
      }
      throw failure.getCause();
    }
  }

  public static void delete(Path directory) {
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
