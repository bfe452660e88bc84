package io.intelligentcache.cli.chaos;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.cli.chaos.fault.FaultKind;
import io.intelligentcache.cli.chaos.fault.Injector;
import io.intelligentcache.cli.chaos.fault.Schedule;
import io.intelligentcache.cli.chaos.fault.World;
import io.intelligentcache.cli.chaos.judge.Ledger;
import io.intelligentcache.cli.chaos.server.Deployment;
import io.intelligentcache.cli.chaos.traffic.FinalCheck;
import io.intelligentcache.cli.chaos.traffic.Instance;
import io.intelligentcache.cli.chaos.traffic.Lanes;
import io.intelligentcache.cli.chaos.traffic.Traffic;
import io.intelligentcache.cli.console.Numbers;
import io.intelligentcache.cli.console.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * One run: starts Redis and the instances, runs traffic with faults, heals all faults,
 * and at last checks every key.
 */
final class Chaos {
  private static final long LOOK_NANOS = MILLISECONDS.toNanos(50);

  private final Settings settings;
  private final Progress progress;
  private final AtomicBoolean stop;
  private final Lanes lanes;

  /**
   * Prepares a run.
   *
   * @param stop ends the run early when it is set
   */
  Chaos(Settings settings, Progress progress, AtomicBoolean stop) {
    this.settings = settings;
    this.progress = progress;
    this.stop = stop;
    this.lanes = Lanes.of(settings);
  }

  /**
   * Runs, and reports the result.
   *
   * @param directory for all files of the run; the caller deletes it
   */
  Report run(Path directory) {
    List<Instance> instances = new ArrayList<>();
    try (Deployment deployment = Deployment.launch(settings, directory)) {
      try {
        open(instances, directory, deployment);
        return run(new World(List.copyOf(instances), deployment, lanes));
      } finally {
        instances.forEach(Instance::close);
        progress.clear();
      }
    }
  }

  private void open(List<Instance> instances, Path directory, Deployment deployment) {
    var lives = new AtomicInteger();
    for (int i = 0; i < settings.instances(); i++) {
      var instance = new Instance(i, directory, deployment, settings, lives::getAndIncrement);
      instances.add(instance);
      instance.open();
    }
  }

  private Report run(World world) {
    if (!settings.maximumMemory().isEmpty()) {
      lanes.all().forEach(lane -> lane.ledger().serverForgets());
    }
    lanes.all().forEach(lane -> lane.changes().fillDatabase(lane.keys().inDatabase()));
    var random = new SplittableRandom(settings.seed());
    Set<FaultKind> leftOut = new HashSet<>(world.deployment().impossible());
    leftOut.retainAll(settings.faults());
    Set<FaultKind> faults = new HashSet<>(settings.faults());
    faults.removeAll(leftOut);
    var schedule = new Schedule(random.nextLong(), faults, world.instances().size());
    long start = System.nanoTime();
    try (var traffic = new Traffic();
        var injector = new Injector(world, schedule)) {
      traffic.start(world.instances(), lanes, faults.contains(FaultKind.SLOW_DATA), random);
      injector.start();
      watch(start, injector);
      injector.end();
      long millis = (System.nanoTime() - start) / 1_000_000;
      traffic.end();
      var finalCheck = new FinalCheck(world.instances(), lanes);
      if (injector.failure() != null) {
        throw new IllegalStateException(
            "a fault could not be injected: " + injector.failure(), injector.failure());
      }
      if (!stop.get()) {
        progress.update(() -> "waiting for quiescence");
        finalCheck.awaitQuiescence(settings.bound().toNanos());
        finalCheck.check();
      }
      return Report.of(
          settings, lanes, millis, traffic.failedReads(), injector, leftOut, finalCheck);
    }
  }

  private void watch(long start, Injector injector) {
    long end = start + settings.time().toNanos();
    while (System.nanoTime() - end < 0 && !stop.get() && injector.failure() == null) {
      LockSupport.parkNanos(LOOK_NANOS);
      progress.update(() -> (System.nanoTime() - start) / 1_000_000_000 + " of "
          + settings.time().toSeconds() + " s: " + Numbers.count(lanes.sum(Ledger::reads))
          + " reads, "
          + Numbers.count(lanes.sum(Ledger::writes)) + " writes, " + injector.total() + " faults, "
          + Numbers.count(lanes.sum(Ledger::violations)) + " violations");
    }
  }
}
