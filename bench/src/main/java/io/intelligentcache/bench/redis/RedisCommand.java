package io.intelligentcache.bench.redis;

import io.intelligentcache.bench.measure.CommandOutput;
import io.intelligentcache.bench.measure.Progress;
import io.intelligentcache.bench.memory.Forks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icm bench redis}. */
@Command(
    name = "redis",
    description = "Compare the Redis tier and coherence with other clients and caches.",
    mixinStandardHelpOptions = true)
public final class RedisCommand implements Callable<Integer> {
  private static final int SECONDS = 3;
  private static final int FAILED = 1;

  @Mixin
  private final CommandOutput output = new CommandOutput();

  @Option(
      names = "--workload",
      split = ",",
      paramLabel = "WORKLOAD",
      description = "${COMPLETION-CANDIDATES}. Default: all.")
  private Set<RedisWorkload> workloads = EnumSet.allOf(RedisWorkload.class);

  @Option(
      names = {"--contender", "--only"},
      split = ",",
      paramLabel = "CONTENDER",
      description = "${COMPLETION-CANDIDATES}. Default: all.")
  private Set<RedisContender> contenders = EnumSet.allOf(RedisContender.class);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long each contender is measured in each workload. Default: 3.")
  private int seconds = SECONDS;

  @Option(
      names = "--redis-server",
      paramLabel = "PATH",
      description = "The server to start. Default: redis-server from PATH.")
  private @Nullable Path redisServer;

  @Option(
      names = "--quick",
      description =
          "Measure only briefly, to check that everything works. The figures mean nothing.")
  private boolean quick;

  @Override
  public Integer call() throws IOException, InterruptedException {
    RedisScale scale;
    Path binary;
    try {
      scale = quick ? RedisScale.quick() : RedisScale.ofSeconds(seconds);
      binary = RedisProcess.find(redisServer, System.getenv().getOrDefault("PATH", ""));
    } catch (IllegalArgumentException impossible) {
      throw output.misused(String.valueOf(impossible.getMessage()));
    }
    List<Duration> planned = RedisBench.planned(scale, workloads, contenders);
    if (planned.isEmpty()) {
      throw output.misused("none of the given contenders takes part in the given workloads");
    }
    Forks.endWithThisProcess();
    PrintWriter err = output.err();
    PrintWriter out = output.out();
    RedisReport report = output.json() ? new RedisJson(out) : new RedisTables(out);
    try (RedisProcess server = RedisProcess.start(binary);
        var work = new RedisWork(server.url(), scale)) {
      var progress = new Progress(planned, err, System::nanoTime);
      var bench = new RedisBench(scale, work, progress, err);
      report.judged(RedisGoal.of(bench.run(workloads, contenders, report::measured)));
      return bench.failures() == 0 ? 0 : FAILED;
    }
  }
}
