package io.intelligentcache.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.bench.Bench;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** {@code icm bench kill} kills processes and reports what they left on disk. */
final class KillBenchTest {
  @Test
  void printsOneLineForEachMode() {
    var out = new StringWriter();
    int exitCode = Bench.commandLine()
        .setOut(new PrintWriter(out))
        .execute(
            "kill", "--workload=evict", "--behind=off,PT1S", "--seconds=1", "--rounds=1", "--json");
    assertThat(exitCode).isZero();
    assertThat(out.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.contains("\"workload\":\"evict\""));
  }
}
