package io.intelligentcache.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole runs against a real server. {@code -Dchaos.seed=} repeats one, {@code -Dchaos.seconds=} makes
 * them longer.
 */
final class ChaosTest {
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime() % 1_000_000_000);
  private static final int SECONDS = Integer.getInteger("chaos.seconds", 6);
  private static final int CLUSTER_SECONDS = Integer.getInteger("chaos.seconds", 6);

  @TempDir
  Path directory;

  private final AtomicBoolean stop = new AtomicBoolean();

  private Report run(Mode mode, int seconds, Set<FaultKind> faults, boolean redisOnly, Keys keys) {
    var settings = new Settings(
        RedisBinaryPath.find(),
        mode,
        SEED,
        Duration.ofSeconds(seconds),
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

  private static void assertNothingWrong(Report report, int seconds) {
    assertThat(report.passed())
        .as(() -> "seed " + SEED + "\n" + String.join("\n", report.lines()))
        .isTrue();
    assertThat(report.reads()).isGreaterThan(100L * seconds);
    assertThat(report.acknowledgedWrites()).isGreaterThan(10L * seconds);
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
    assertNothingWrong(run(Mode.SERVER, SECONDS, faults(), false, Keys.of(32, 16)), SECONDS);
  }

  @Test
  void whatIsReadFromRedisIsNeverOlderThanTheBound() {
    assertNothingWrong(run(Mode.SERVER, SECONDS, faults(), true, Keys.of(32, 16)), SECONDS);
  }

  @Test
  void noWriteLosesToAnEarlierOneWhenRequestsAreSlow() {
    assertNothingWrong(
        run(Mode.SERVER, SECONDS, EnumSet.of(FaultKind.SLOW), true, Keys.of(48, 0)), SECONDS);
  }

  @Test
  void noReadIsOlderThanTheBoundWhateverHappensToACluster() {
    assertNothingWrong(
        run(Mode.CLUSTER, CLUSTER_SECONDS, FaultKind.in(Mode.CLUSTER), false, Keys.of(32, 16)),
        CLUSTER_SECONDS);
  }

  @Test
  void endsSoonWhenToldTo() {
    stop.set(true);

    Report report = run(Mode.SERVER, 3_600, FaultKind.in(Mode.SERVER), false, Keys.of(4, 4));

    assertThat(report.millis()).isLessThan(60_000);
    assertThat(ProcessHandle.current().children())
        .noneMatch(child -> child.info().commandLine().orElse("").contains(directory.toString()));
  }
}
