package io.intelligentcache.cli.replay;

import io.intelligentcache.cli.console.Pace;
import io.intelligentcache.cli.console.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Replays a trace with each policy at each size. As many replays run in
 * parallel as there are processors.
 */
final class ReplayCells {
  private final String name;
  private final Trace trace;
  private final Progress progress;
  private final int phases;
  private final TtlMode ttls;
  private final AtomicLong replayed = new AtomicLong();
  private final Pace pace = new Pace(System::nanoTime);

  ReplayCells(String name, Trace trace, int phases, TtlMode ttls, Progress progress) {
    this.name = name;
    this.trace = trace;
    this.phases = phases;
    this.ttls = ttls;
    this.progress = progress;
  }

  /** Runs all replays and passes on their results, ordered by policy, then by size. */
  void run(List<PolicyChoice> policies, List<CacheSize> sizes, Consumer<ReplayCell> outcome) {
    sizes.forEach(size -> size.capacityFor(trace)); // an invalid size fails before the work
    long requests = (long) policies.size() * sizes.size() * trace.requests();
    ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      var cells = new ArrayList<Future<ReplayCell>>();
      for (PolicyChoice policy : policies) {
        for (CacheSize size : sizes) {
          cells.add(workers.submit(() -> cell(policy, size, requests)));
        }
      }
      for (Future<ReplayCell> cell : cells) {
        outcome.accept(join(cell));
      }
    } finally {
      workers.shutdownNow();
      progress.clear();
    }
  }

  private ReplayCell cell(PolicyChoice policy, CacheSize size, long requests) {
    long capacity = size.capacityFor(trace);
    var replay = new Replay(trace, policy, capacity, ttls);
    return ReplayCell.of(name, policy, size, capacity, replay.run(phases, done -> show(requests)));
  }

  private void show(long requests) {
    long done = replayed.addAndGet(Replay.STEP);
    progress.update(() -> "replaying " + name + ": " + pace.at(Math.min(done, requests), requests));
  }

  private static <T> T join(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException failure) {
      throw new IllegalStateException("a replay failed: " + failure.getCause(), failure);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupt);
    }
  }
}
