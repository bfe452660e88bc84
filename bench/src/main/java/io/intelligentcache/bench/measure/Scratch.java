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
 * A directory for the stores, which is deleted when it is closed or the process ends, after the
 * processes that write to it have been ended.
 */
public final class Scratch implements AutoCloseable {
  private static final String PREFIX = "icm-bench-";
  private static final long END_SECONDS = 20;

  private final Path directory;
  private final Thread hook = new Thread(this::endAll, "icm-bench-end");

  private Scratch(Path directory) {
    this.directory = directory;
  }

  /** Of a fresh name, in {@code parent}. */
  public static Scratch in(Path parent) throws IOException {
    var scratch = new Scratch(Files.createTempDirectory(parent, PREFIX));
    Runtime.getRuntime().addShutdownHook(scratch.hook);
    return scratch;
  }

  /** A directory in it that does not exist, or no longer does. */
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

  /** Deletes a file or directory with all that is in it, if there is one. */
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
