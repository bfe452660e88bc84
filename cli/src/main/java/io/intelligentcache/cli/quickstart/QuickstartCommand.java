package io.intelligentcache.cli.quickstart;

import io.intelligentcache.cli.console.Failure;
import io.intelligentcache.cli.console.Progress;
import io.intelligentcache.cli.console.Scratch;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.tier.TierException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code icm quickstart}: runs traffic through the tiers and checks every value. */
@Command(
    name = "quickstart",
    description = {
      "Run mixed traffic through the tiers and print what each tier did.",
      "Uses memory, disk and, if given, Redis. Restarts in the middle. Checks every value. A wrong value "
          + "leads to exit code 1."
    },
    mixinStandardHelpOptions = true)
public final class QuickstartCommand implements Callable<Integer> {
  private static final long CLEAN_UP_SECONDS = 10;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--redis",
      paramLabel = "URL",
      description = "A Redis server to use as third tier: redis://host:port.")
  private @Nullable String redisUrl;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same seed draws the same requests. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "The longest time that the traffic takes. Default: ${DEFAULT-VALUE}.")
  private long seconds;

  @Option(
      names = "--requests",
      defaultValue = "100000",
      description = "The highest number of requests. Default: ${DEFAULT-VALUE}.")
  private long requests;

  /** Called by picocli. */
  public QuickstartCommand() {}

  /** {@return the exit code: 0, or 1 if a value was wrong} */
  @Override
  public Integer call() {
    var settings = new Settings(seed, requests, Duration.ofSeconds(seconds), redis());
    PrintWriter out = spec.commandLine().getOut();
    var stop = new AtomicBoolean();
    var cleanedUp = new CountDownLatch(1);
    // On Ctrl-C the traffic ends. The process waits until all files are deleted.
    var hook = new Thread(() -> {
      stop.set(true);
      await(cleanedUp);
    });
    Runtime.getRuntime().addShutdownHook(hook);
    try (var scratch = new Scratch("icm-quickstart-")) {
      var progress = new Progress(spec.commandLine().getErr());
      Summary summary =
          new Quickstart(settings, progress, line -> say(out, line), stop).run(scratch.directory());
      summary.lines().forEach(line -> say(out, line));
      String wrong = summary.findings().first();
      if (wrong != null) {
        throw Failure.of(wrong);
      }
      return 0;
    } catch (TierException failure) {
      throw Failure.of(String.valueOf(failure.getMessage()), failure);
    } finally {
      cleanedUp.countDown();
      if (!stop.get()) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  private @Nullable Redis redis() {
    if (redisUrl == null) {
      return null;
    }
    try {
      String run = UUID.randomUUID().toString();
      return Redis.at(redisUrl).namespace("icm-quickstart-" + run);
    } catch (IllegalArgumentException refused) {
      throw Failure.usage("--redis: " + refused.getMessage(), refused);
    }
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private static void await(CountDownLatch cleanedUp) {
    try {
      if (!cleanedUp.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("icm: could not clean up in time");
      }
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }
}
