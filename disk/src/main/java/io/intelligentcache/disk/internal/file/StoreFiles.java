package io.intelligentcache.disk.internal.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and opens the files of a store. The store creates plain files only. If a directory, a link
 * or a pipe has the name of a store's file, it is not used: opening a pipe would block forever,
 * writing to a link would change another file, and a directory can't be written to.
 */
public final class StoreFiles {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFiles.class);
  private static final Pattern OURS = Pattern.compile("(seg|idx)-\\d{5}|MANIFEST(\\.tmp|\\.old)?");

  private StoreFiles() {}

  /** The files of a directory that match, in the order of their names. */
  public static List<Path> list(Path directory, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(wanted).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Whether a file has a name that the store uses, other than LOCK. */
  public static boolean isOurName(Path file) {
    return OURS.matcher(file.getFileName().toString()).matches();
  }

  /** Whether the path is a plain file; false also if there is no file. */
  static boolean isPlain(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS)
          .isRegularFile();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Returns those of the given files that are plain. */
  public static List<Path> plain(List<Path> files) throws IOException {
    List<Path> plain = new ArrayList<>(files.size());
    for (Path file : files) {
      if (isPlain(file)) {
        plain.add(file);
      }
    }
    return plain;
  }

  /**
   * Opens a file of the store for reading.
   *
   * @throws NoSuchFileException also if the path is not a plain file
   */
  public static FileChannel open(Path file) throws IOException {
    if (!isPlain(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return FileChannel.open(file, READ);
  }

  /**
   * Renames everything that has the name of a store's file but is not a plain file. Destroys
   * nothing.
   */
  public static void setAside(Path directory) throws IOException {
    for (Path file : list(directory, StoreFiles::isOurName)) {
      if (!isPlain(file)) {
        setAside(file, directory);
      }
    }
  }

  /** Renames one such file. */
  public static void setAside(Path file, Path directory) throws IOException {
    String name = file.getFileName() + ".aside";
    Path aside = directory.resolve(name);
    for (int i = 2; Files.exists(aside, NOFOLLOW_LINKS); i++) {
      aside = directory.resolve(name + i);
    }
    Files.move(file, aside);
    LOG.warn(
        "{} has the name of a disk cache's file but is not one; it was renamed to {}", file, aside);
  }

  /** The sum of the sizes of all files of a directory. */
  public static long bytes(Path directory) throws IOException {
    return list(directory, file -> true).stream()
        .mapToLong(file -> file.toFile().length())
        .sum();
  }
}
