package io.intelligentcache.cli.chaos;

import io.intelligentcache.cli.chaos.fault.FaultKind;
import io.intelligentcache.cli.chaos.fault.Mode;
import io.intelligentcache.cli.chaos.fault.Spans;
import io.intelligentcache.cli.chaos.server.ServerBinary;
import io.intelligentcache.cli.chaos.traffic.Keys;
import io.intelligentcache.cli.console.Failure;
import io.intelligentcache.cli.console.Json;
import io.intelligentcache.cli.console.Progress;
import io.intelligentcache.cli.console.Scratch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code icm chaos}: starts several instances that share a real Redis, injects
 * faults, and judges every read.
 */
@Command(
    name = "chaos",
    description = {
      "Inject faults into instances that share a Redis server, and judge every read.",
      "Starts the server and several instances of the cache, and reads and writes through all of them "
          + "while connections are cut, Redis is frozen and instances are killed. A read must not return "
          + "an older value too long after a newer one was acknowledged, nor a value older than the "
          + "instance's own last write, nor a value that was never written."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:no violation, and all instances agree in the end",
      "1:a violation, or no run at all",
      "2:wrong usage"
    },
    mixinStandardHelpOptions = true)
public final class ChaosCommand implements Callable<Integer> {
  private static final int VIOLATED = 1;
  private static final int KEYS = 48;
  private static final int MOST_DRAWN_SEED = 1_000_000_000;
  private static final long CLEAN_UP_SECONDS = 30;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--seconds",
      defaultValue = "30",
      description = "How long faults are injected. Default: ${DEFAULT-VALUE}.")
  private long seconds;

  @Option(
      names = "--instances",
      defaultValue = "3",
      description = "How many caches share the server. Default: ${DEFAULT-VALUE}.")
  private int instances;

  @Option(
      names = "--seed",
      description = "The same seed draws the same faults and operations. Default: any.")
  private @Nullable Long seed;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--redis-server",
      paramLabel = "PATH",
      description = "The server to start. Default: redis-server in the folders of PATH.")
  private @Nullable Path binary;

  @Option(
      names = "--bound",
      paramLabel = "TIME",
      defaultValue = "2s",
      description = "How long after an acknowledged write an older value may be read: 500ms, 2s."
          + " Default: ${DEFAULT-VALUE}.")
  private String bound = "";

  @Option(
      names = "--faults",
      paramLabel = "LIST",
      split = ",",
      description = "The faults, separated by commas: cut, stall-requests, stall-replies,"
          + " stall-data, partition, hang-up, slow, slow-data, refuse, freeze, crash, flush,"
          + " script-flush, restart, abandon, clock-ahead, clock-behind, server-clock-ahead,"
          + " server-clock-behind. With --cluster also handover, failover and move-slots, but no"
          + " server-clock faults. The word none stands for no faults. Default: all.")
  private @Nullable List<String> faults;

  @Option(
      names = "--cluster",
      description = "Start a cluster of three primaries with a replica each. Network faults then"
          + " affect the connections of all instances to one primary.")
  private boolean cluster;

  @Option(
      names = "--bounded",
      paramLabel = "TIME",
      defaultValue = "5s",
      description = "How long the bounded caches return copies that can't be confirmed, while Redis"
          + " is unavailable: 500ms, 5s. Default: ${DEFAULT-VALUE}.")
  private String bounded = "";

  @Option(
      names = "--maxmemory",
      paramLabel = "SIZE",
      defaultValue = "",
      description = "Redis evicts keys (allkeys-lru) beyond this size: 1500kb, 2mb. An empty server"
          + " takes about 1mb. Default: no limit.")
  private String maximumMemory = "";

  @Option(
      names = "--redis-only",
      description = "Keep nothing in memory or on disk, so that every read asks Redis.")
  private boolean redisOnly;

  @Option(
      names = "--rows",
      defaultValue = "16",
      description = "How many of the " + KEYS + " keys of each cache are rows of a database behind"
          + " the cache, read through a loader. Default: ${DEFAULT-VALUE}.")
  private int rows;

  /** Called by picocli. */
  public ChaosCommand() {}

  /** {@return the exit code: 0, or 1 if a promise was broken} */
  @Override
  public Integer call() {
    Settings settings = settings();
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.println(settings.instances() + " instances over " + (cluster ? "a cluster of " : "")
          + settings.binary() + ", seed " + settings.seed());
      out.flush();
    }
    Report report = run(settings);
    if (json) {
      out.println(Json.line(report));
    } else {
      report.lines().forEach(out::println);
    }
    out.flush();
    return report.passed() ? 0 : VIOLATED;
  }

  private Settings settings() {
    Mode mode = cluster ? Mode.CLUSTER : Mode.SERVER;
    Set<FaultKind> kinds = faults == null ? FaultKind.in(mode) : FaultKind.named(faults);
    if (rows < 0 || rows > KEYS) {
      throw Failure.usage("--rows must be 0 to " + KEYS + ": " + rows);
    }
    Duration allowed = Spans.parse("--bound", bound);
    return new Settings(
        ServerBinary.find(binary, System.getenv().getOrDefault("PATH", "")),
        mode,
        seed != null ? seed : ThreadLocalRandom.current().nextInt(MOST_DRAWN_SEED),
        Duration.ofSeconds(seconds),
        instances,
        Spans.parse("--bounded", bounded),
        maximumMemory,
        allowed,
        kinds,
        redisOnly,
        Keys.of(KEYS - rows, rows));
  }

  private Report run(Settings settings) {
    var stop = new AtomicBoolean();
    var cleanedUp = new CountDownLatch(1);
    // On Ctrl-C the run ends. The process waits until all servers are
    // stopped and all files are deleted.
    var hook = new Thread(() -> {
      stop.set(true);
      await(cleanedUp);
    });
    Runtime.getRuntime().addShutdownHook(hook);
    try (var scratch = new Scratch("icm-chaos-")) {
      var progress = new Progress(spec.commandLine().getErr());
      return new Chaos(settings, progress, stop).run(scratch.directory());
    } finally {
      cleanedUp.countDown();
      if (!stop.get()) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  private static void await(CountDownLatch cleanedUp) {
    try {
      if (!cleanedUp.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("icm: could not clean up in time");
        ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
      }
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }
}
