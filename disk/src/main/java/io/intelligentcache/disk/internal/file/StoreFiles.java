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
 * What has the name of a store's file and is none: a directory, a link, a pipe. The store makes plain
 * files only. Opening a pipe would wait for ever, writing to a link would change another file, and a
 * directory can't be written to.
 */
public final class StoreFiles {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFiles.class);
  private static final Pattern OURS = Pattern.compile("(seg|idx)-\\d{5}|MANIFEST(\\.tmp|\\.old)?");

  private StoreFiles() {}

  /** The files of a directory that are wanted, by name. */
  public static List<Path> list(Path directory, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(wanted).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Whether the store gives that name to a file, LOCK apart. */
  public static boolean isOurName(Path file) {
    return OURS.matcher(file.getFileName().toString()).matches();
  }

  /** Whether that is a plain file; false also if there is nothing. */
  static boolean isPlain(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS)
          .isRegularFile();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Those of some files that are plain. */
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
   * @throws NoSuchFileException also if there is something else in its place
   */
  public static FileChannel open(Path file) throws IOException {
    if (!isPlain(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return FileChannel.open(file, READ);
  }

  /** Before the store is opened: gives them other names, and destroys nothing. */
  public static void setAside(Path directory) throws IOException {
    for (Path file : list(directory, StoreFiles::isOurName)) {
      if (!isPlain(file)) {
        setAside(file, directory);
      }
    }
  }

  /** The same for one of them. */
  public static void setAside(Path file, Path directory) throws IOException {
    String name = file.getFileName() + ".aside";
    Path aside = directory.resolve(name);
    for (int i = 2; Files.exists(aside, NOFOLLOW_LINKS); i++) {
      aside = directory.resolve(name + i);
    }
    Files.move(file, aside);
    LOG.warn(
        "{} is in the way of the disk cache and no file of its own; it is now {}", file, aside);
  }

  /** How long all files of a directory are together. */
  public static long bytes(Path directory) throws IOException {
    return list(directory, file -> true).stream()
        .mapToLong(file -> file.toFile().length())
        .sum();
  }
}
