package io.intelligentcache.disk.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of a few megabytes in memory, mounted for a test. */
final class SmallFileSystem implements AutoCloseable {
  private final Path root;

  private SmallFileSystem(Path root) {
    this.root = root;
  }

  /** Mounts one over an empty directory; skips the test if mounting is not allowed. */
  static SmallFileSystem mount(Path over, int kilobytes) throws IOException {
    String said = run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", over);
    assumeTrue(said.isEmpty(), "no file system can be mounted here, which takes root: " + said);
    return new SmallFileSystem(over);
  }

  Path root() {
    return root;
  }

  /** Takes every free byte. */
  void fill() throws IOException {
    try (var out = Files.newOutputStream(root.resolve("filler"))) {
      byte[] block = new byte[4096];
      for (int i = 0; i < 1 << 20; i++) {
        out.write(block);
      }
      throw new AssertionError("it has no limit");
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /** Frees the bytes that {@link #fill} took. */
  void free() throws IOException {
    Files.deleteIfExists(root.resolve("filler"));
  }

  /**
   * Makes the file system read-only, also for root. Returns false while a file is open for writing.
   */
  boolean readOnly() throws IOException {
    return run("mount", "-o", "remount,ro", root).isEmpty();
  }

  void writable() throws IOException {
    remount("rw");
  }

  void grow(int kilobytes) throws IOException {
    remount("size=" + kilobytes + "k");
  }

  private void remount(String how) throws IOException {
    String said = run("mount", "-o", "remount," + how, root);
    if (!said.isEmpty()) {
      throw new IOException(said);
    }
  }

  @Override
  public void close() throws IOException {
    String said = run("umount", "-l", root);
    if (!said.isEmpty()) {
      throw new IOException(said);
    }
  }

  /** Runs a command; returns its output, which is empty if it succeeded. */
  private static String run(Object... command) throws IOException {
    String[] words = new String[command.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = command[i].toString();
    }
    Process process;
    try {
      process = new ProcessBuilder(words).redirectErrorStream(true).start();
    } catch (IOException e) {
      return "no command " + words[0];
    }
    try {
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      boolean ended = process.waitFor(30, SECONDS);
      return ended && process.exitValue() == 0 ? "" : "failed: " + said;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
