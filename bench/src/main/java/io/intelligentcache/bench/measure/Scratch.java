package io.intelligentcache.bench.measure;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A directory for the stores. It is deleted when it is closed or when the process ends. At the end of
 * the process, the processes that write to it are killed first.
 */
public final class Scratch implements AutoCloseable {
  private static final String PREFIX = "icm-bench-";
  private static final long END_SECONDS = 20;

  private final Path directory;
  private final Thread hook = new Thread(this::endAll, "icm-bench-end");

  private Scratch(Path directory) {
    this.directory = directory;
  }

  /** Creates a directory with a unique name in {@code parent}. */
  public static Scratch in(Path parent) throws IOException {
    var scratch = new Scratch(Files.createTempDirectory(parent, PREFIX));
    Runtime.getRuntime().addShutdownHook(scratch.hook);
    return scratch;
  }

  /** The path of a directory in it that does not exist. If the directory exists, it is deleted. */
  public Path empty(String name) throws IOException {
    Path path = directory.resolve(name);
    delete(path);
    return path;
  }

  private void endAll() {
    List<ProcessHandle> started = ProcessHandle.current().descendants().toList();
    started.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle process : started) {
      try {
        process.onExit().get(END_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException | ExecutionException | TimeoutException stillThere) {
        System.err.println("icm: process " + process.pid() + " does not end");
      }
    }
    try {
      delete(directory);
    } catch (IOException failure) {
      System.err.println("icm: " + directory + " can't be deleted: " + failure);
    }
  }

  @Override
  public void close() throws IOException {
    delete(directory);
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  /** Deletes a file, or a directory with everything in it, if it exists. */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    Files.walkFileTree(path, new SimpleFileVisitor<Path>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.deleteIfExists(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
          return FileVisitResult.CONTINUE;
        }
        throw failure;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
          throws IOException {
        Files.deleteIfExists(directory);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
