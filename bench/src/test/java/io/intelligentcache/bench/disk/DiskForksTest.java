package io.intelligentcache.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.bench.measure.Scratch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every contender does the measured work, in the processes of the benchmark. */
@EnabledOnOs(OS.LINUX)
final class DiskForksTest {
  private static final DiskScale SCALE =
      new DiskScale(DiskScale.FEWEST_ENTRIES, Duration.ofMillis(50));

  @TempDir
  private Path directory = Path.of("");

  @ParameterizedTest
  @EnumSource
  void everybodyHasWhatWasPutAndWritesIt(DiskContender contender) throws Exception {
    var line = (FillLine) measure(DiskWorkload.SMALL, contender);
    assertThat(line.entries()).isEqualTo(SCALE.entries());
    assertThat(line.missing() + line.wrong()).isZero();
    assertThat(line.diskPerByte()).isGreaterThanOrEqualTo(0.99);
    assertThat(line.writtenPerByte()).isGreaterThanOrEqualTo(0.99);
  }

  @ParameterizedTest
  @EnumSource(names = {"OURS", "EHCACHE"})
  void hasItStillForAnotherProcess(DiskContender contender) throws Exception {
    var line = (ReopenLine) measure(DiskWorkload.REOPEN, contender);
    assertThat(line.entries()).isEqualTo(SCALE.entries());
    assertThat(line.missing() + line.wrong()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = "OURS")
  void readingThroughAtACapHitsSome(DiskContender contender) throws Exception {
    var line = (CapLine) measure(DiskWorkload.CAP, contender);
    assertThat(line.hitRatio()).isBetween(0.3, 0.99);
    assertThat(line.wrong()).isZero();
    assertThat(line.looks()).isPositive();
  }

  private DiskLine measure(DiskWorkload workload, DiskContender contender) throws Exception {
    try (Scratch scratch = Scratch.in(directory)) {
      return new DiskForks(SCALE, scratch, List.of()).measure(workload, contender);
    }
  }
}
