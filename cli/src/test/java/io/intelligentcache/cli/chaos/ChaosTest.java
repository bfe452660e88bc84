package io.intelligentcache.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.Seed;
import io.intelligentcache.cli.chaos.fault.FaultKind;
import io.intelligentcache.cli.chaos.fault.Mode;
import io.intelligentcache.cli.chaos.traffic.Keys;
import io.intelligentcache.cli.console.Progress;
import io.intelligentcache.redis.RedisBinaryPath;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whole runs against a real server. They are run side by side: most of their time they wait for quiescence. */
@ExtendWith(Effort.class)
@Execution(ExecutionMode.CONCURRENT)
final class ChaosTest {
  private static final Duration TIME = Effort.of(Duration.ofSeconds(4), Duration.ofSeconds(60));

  @RegisterExtension
  private final Seed seed = new Seed();

  @TempDir
  Path directory;

  private final AtomicBoolean stop = new AtomicBoolean();

  private Report run(
      Mode mode, Duration time, Set<FaultKind> faults, boolean redisOnly, Keys keys) {
    var settings = new Settings(
        RedisBinaryPath.find(),
        mode,
        seed.value() & Long.MAX_VALUE,
        time,
        3,
        Duration.ofSeconds(5),
        "",
        Duration.ofSeconds(2),
        faults,
        redisOnly,
        keys);
    var progress = new Progress(new PrintWriter(new StringWriter()));
    return new Chaos(settings, progress, stop).run(directory);
  }

  private static void assertNothingWrong(Report report) {
    assertThat(report.passed()).as(() -> String.join("\n", report.lines())).isTrue();
    assertThat(report.reads()).isGreaterThan(100);
    assertThat(report.acknowledgedWrites()).isGreaterThan(10);
    assertThat(report.faults()).isNotEmpty();
  }

  /** All faults except jumps of the server's clock, for which there are separate schedules. */
  private static Set<FaultKind> faults() {
    Set<FaultKind> faults = EnumSet.copyOf(FaultKind.in(Mode.SERVER));
    faults.remove(FaultKind.SERVER_CLOCK_AHEAD);
    faults.remove(FaultKind.SERVER_CLOCK_BEHIND);
    return faults;
  }

  @Test
  void noReadIsOlderThanTheBoundWhateverHappens() {
    assertNothingWrong(run(Mode.SERVER, TIME, faults(), false, Keys.of(32, 16)));
  }

  @Test
  void whatIsReadFromRedisIsNeverOlderThanTheBound() {
    assertNothingWrong(run(Mode.SERVER, TIME, faults(), true, Keys.of(32, 16)));
  }

  @Test
  void noWriteLosesToAnEarlierOneWhenRequestsAreSlow() {
    assertNothingWrong(run(Mode.SERVER, TIME, EnumSet.of(FaultKind.SLOW), true, Keys.of(48, 0)));
  }

  @Test
  void noReadIsOlderThanTheBoundWhateverHappensToACluster() {
    assertNothingWrong(run(Mode.CLUSTER, TIME, FaultKind.in(Mode.CLUSTER), false, Keys.of(32, 16)));
  }

  @Test
  void endsSoonWhenToldTo() {
    stop.set(true);

    Report report =
        run(Mode.SERVER, Duration.ofHours(1), FaultKind.in(Mode.SERVER), false, Keys.of(4, 4));

    assertThat(report.millis()).isLessThan(60_000);
    assertThat(ProcessHandle.current().children())
        .noneMatch(child -> child.info().commandLine().orElse("").contains(directory.toString()));
  }
}
