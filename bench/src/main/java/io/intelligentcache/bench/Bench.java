package io.intelligentcache.bench;

import io.intelligentcache.bench.disk.DiskCommand;
import io.intelligentcache.bench.disk.DiskContender;
import io.intelligentcache.bench.disk.DiskWorkload;
import io.intelligentcache.bench.disk.KillCommand;
import io.intelligentcache.bench.disk.KillWorkload;
import io.intelligentcache.bench.measure.Choice;
import io.intelligentcache.bench.memory.Contender;
import io.intelligentcache.bench.memory.FailedStepException;
import io.intelligentcache.bench.memory.MemoryCommand;
import io.intelligentcache.bench.memory.Workload;
import io.intelligentcache.bench.redis.RedisCommand;
import io.intelligentcache.bench.redis.RedisContender;
import io.intelligentcache.bench.redis.RedisWorkload;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** {@code icm bench}. Exit code 0 is success, 1 a failure, 2 wrong usage. */
@Command(
    name = "icm bench",
    description = "Compare with other caches and stores, in one run on this machine.",
    subcommands = {MemoryCommand.class, DiskCommand.class, RedisCommand.class, KillCommand.class},
    mixinStandardHelpOptions = true)
public final class Bench {
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private Bench() {}

  /**
   * Runs the command, then ends the process with its exit code.
   *
   * @param args the command line, without {@code bench}
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  public static CommandLine commandLine() {
    return new CommandLine(new Bench())
        .registerConverter(Contender.class, Choice.of(Contender.class))
        .registerConverter(Workload.class, Choice.of(Workload.class))
        .registerConverter(DiskContender.class, Choice.of(DiskContender.class))
        .registerConverter(DiskWorkload.class, Choice.of(DiskWorkload.class))
        .registerConverter(RedisContender.class, Choice.of(RedisContender.class))
        .registerConverter(RedisWorkload.class, Choice.of(RedisWorkload.class))
        .registerConverter(KillWorkload.class, Choice.of(KillWorkload.class))
        .setExecutionExceptionHandler((failure, at, parsed) -> failed(failure, at))
        .setParameterExceptionHandler((failure, args) -> misused(failure));
  }

  private static int failed(Exception failure, CommandLine at) {
    PrintWriter err = at.getErr();
    err.println("icm: "
        + (failure instanceof FailedStepException
            ? failure.getMessage() + " (--verbose shows more)"
            : failure.toString()));
    err.flush();
    return FAILED;
  }

  private static int misused(ParameterException failure) {
    CommandLine at = failure.getCommandLine();
    PrintWriter err = at.getErr();
    err.println("icm: " + failure.getMessage() + " (see " + at.getCommandSpec().qualifiedName()
        + " --help)");
    err.flush();
    return USAGE;
  }
}
