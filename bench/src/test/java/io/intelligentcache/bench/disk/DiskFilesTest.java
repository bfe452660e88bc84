package io.intelligentcache.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.bench.measure.Scratch;
import io.intelligentcache.bench.measure.Written;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The reported figures of files are right, and no files are left. */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class DiskFilesTest {
  private static final int MEGABYTE = 1 << 20;

  @TempDir
  private Path directory = Path.of("");

  @Test
  void countsWhatIsAllocatedNotWhatFilesSeemToHave() throws Exception {
    try (var sparse = new RandomAccessFile(directory.resolve("sparse").toFile(), "rw")) {
      sparse.setLength(100L * MEGABYTE);
    }
    Files.write(directory.resolve("full"), new byte[MEGABYTE]);
    assertThat(DiskUsage.of(directory)).isBetween((long) MEGABYTE, 2L * MEGABYTE);
  }

  @Test
  void theSamplerRemembersTheMost() throws Exception {
    Path file = Files.write(directory.resolve("file"), new byte[4 * MEGABYTE]);
    var sampler = new DiskSampler(directory);
    Files.delete(file);
    sampler.stop();
    assertThat(sampler.most()).isGreaterThanOrEqualTo(4L * MEGABYTE);
    assertThat(sampler.looks()).isPositive();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void countsWhatThisProcessWrites() throws Exception {
    Written before = Written.now();
    Files.write(directory.resolve("file"), new byte[4 * MEGABYTE]);
    assertThat(Written.now().since(before, false)).isBetween(4L * MEGABYTE, 5L * MEGABYTE);
  }

  @Test
  void nothingStaysOfAScratchDirectory() throws Exception {
    try (Scratch scratch = Scratch.in(directory)) {
      Path deep = Files.createDirectories(scratch.empty("work").resolve("deep"));
      Files.write(deep.resolve("file"), new byte[1]);
      assertThat(Files.exists(scratch.empty("work"))).isFalse();
      Files.createDirectories(deep);
    }
    try (var left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }
}
