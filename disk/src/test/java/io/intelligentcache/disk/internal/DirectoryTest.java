package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.internal.FaultyFiles.Access;
import io.intelligentcache.tier.TierContexts;
import io.intelligentcache.tier.TierException;
import io.intelligentcache.tier.TimeSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DirectoryTest {
  @TempDir
  Path directory;

  @Test
  void makesTheDirectoryWithItsParents() {
    Path deep = directory.resolve("a/b/c");
    try (DiskTier tier = open(deep)) {
      put(tier, "k", "v");
    }
    assertThat(deep).isDirectory();
  }

  @Test
  void refusesAPathThatIsAFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertRefused(file, "is a file");
    assertThat(file).hasContent("x");
  }

  @Test
  void refusesAPathBelowAFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertRefused(file.resolve("below"), "can't be made");
  }

  @Test
  void refusesADirectoryThatCannotBeWrittenTo() throws IOException {
    Path closed = Files.createDirectory(
        directory.resolve("closed"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
    assumeFalse(Files.isWritable(closed), "this user may write everywhere");
    assertRefused(closed, "can't be used");
  }

  @Test
  void refusesADirectoryWhoseLockCannotBeMade() throws IOException {
    Files.createDirectory(directory.resolve("LOCK"));
    assertRefused(directory, "can't be used");
    Files.delete(directory.resolve("LOCK"));
    open(directory).close();
  }

  @Test
  void refusesASecondTierInThisProcessAndLeavesTheFirstAlone() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("real"));
    try (DiskTier first = open(directory.resolve("real"))) {
      put(first, "k", "v");
      String pid = Long.toString(ProcessHandle.current().pid());
      assertRefused(directory.resolve("real"), "already open in this process (PID " + pid);
      assertRefused(link, "already open in this process (PID " + pid);
      assertThat(get(first, "k")).isEqualTo("v");
      assertThat(holder(directory.resolve("real")).lines).contains(pid);
    }
    try (DiskTier again = open(link)) {
      assertThat(get(again, "k")).isEqualTo("v");
    }
  }

  @Test
  void refusesASecondProcessWithThePidOfTheFirst() throws IOException, InterruptedException {
    Holder holder = holder(directory);
    try {
      assertThat(holder.lines).isEqualTo("open");
      assertRefused(directory, "in use by the process with PID " + holder.process.pid());
    } finally {
      holder.process.destroyForcibly();
      assertThat(holder.process.waitFor(30, SECONDS)).isTrue();
    }
    open(directory).close();
  }

  @Test
  void aFailedOpeningLeavesNothingOpen() throws IOException {
    try (DiskTier tier = open(directory)) {
      put(tier, "k", "v");
    }
    var files = new FaultyFiles(directory);
    files.fault((access, file) -> {
      if (access == Access.READ && file.endsWith("MANIFEST")) {
        throw new IOException("made to fail");
      }
    });
    assertThatThrownBy(() -> open(files.path(directory)))
        .isInstanceOf(TierException.class)
        .hasMessageContaining(directory.toString());
    try (DiskTier tier = open(directory)) {
      assertThat(get(tier, "k")).isEqualTo("v");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 3, Long.MAX_VALUE})
  void refusesAMaximumThatCannotWork(long megabytes) {
    assertThatThrownBy(() -> Disk.at(directory).maximumMegabytes(megabytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Long.toString(megabytes))
        .hasMessageContaining("4MB to 4TiB");
    assertThatThrownBy(() -> Disk.at(directory).maximumBytes(Math.min(megabytes, 3_999_999)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4MB to 4TiB");
  }

  @Test
  void defaultsToAThousandMegabytes() {
    Disk disk = Disk.at(directory);
    assertThat(disk.maximumBytes()).isEqualTo(1_000_000_000);
    assertThat(disk.maximumMegabytes(8).maximumBytes()).isEqualTo(8_000_000);
    assertThat(disk.maximumBytes()).isEqualTo(1_000_000_000);
    assertThat(disk.directory()).isEqualTo(directory);
  }

  private static void assertRefused(Path path, String why) {
    assertThatThrownBy(() -> Disk.at(path).open(TierContexts.of(TimeSource.SYSTEM)))
        .isInstanceOf(TierException.class)
        .hasMessageContaining(why)
        .hasMessageContaining(path.getFileName().toString().equals("link") ? "" : path.toString());
  }

  /** Another process that has a directory open. */
  static Process hold(Path directory) throws IOException {
    Holder holder = holder(directory);
    assertThat(holder.lines).isEqualTo("open");
    return holder.process;
  }

  private record Holder(Process process, String lines) {}

  private static Holder holder(Path directory) throws IOException {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+DisplayVMOutputToStderr",
            "-cp",
            System.getProperty("java.class.path"),
            DirectoryHolder.class.getName(),
            directory.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    return new Holder(process, out.readLine());
  }
}
