package io.intelligentcache.cli.chaos.traffic;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** The threads that read and write, some for each instance. */
public final class Traffic implements AutoCloseable {
  private static final int READERS = 3;
  private static final int RACES = 3; // at once
  private static final long LONGEST_CALL_SECONDS = 90; // a sweep while Redis is frozen

  private final AtomicBoolean stop = new AtomicBoolean();
  private final LongAdder failedReads = new LongAdder();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> running = new ArrayList<>();

  /**
   * Starts the threads.
   *
   * @param slows whether instances are slowed while they change rows that others load
   */
  public void start(List<Instance> instances, Lanes lanes, boolean slows, SplittableRandom random) {
    var keys = new RestingKeys();
    var contests = new Contests(instances, lanes, keys, random.split(), stop);
    for (int i = 0; i < RACES; i++) {
      running.add(
          threads.submit(new Races(instances, lanes, keys, slows, threads, random.split(), stop)));
    }
    for (Instance instance : instances) {
      for (int i = 0; i < READERS; i++) {
        running.add(threads.submit(new Reader(instance, lanes, failedReads, random.split(), stop)));
      }
      running.add(threads.submit(new Writer(instance, lanes, random.split(), stop)));
      if (instances.size() > 1) {
        running.add(threads.submit(() -> contests.play(instance)));
      }
    }
  }

  /** Reads whose load failed or timed out. */
  public long failedReads() {
    return failedReads.sum();
  }

  /** Ends the threads after their current call. Fails if one of them failed. */
  public void end() {
    stop.set(true);
    try {
      for (Future<?> each : running) {
        each.get(LONGEST_CALL_SECONDS, SECONDS);
      }
    } catch (ExecutionException failure) {
      throw new IllegalStateException("a client failed: " + failure.getCause(), failure);
    } catch (TimeoutException hangs) {
      throw new IllegalStateException("a call hangs for " + LONGEST_CALL_SECONDS + " s", hangs);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupt);
    }
  }

  @Override
  public void close() {
    stop.set(true);
    threads.shutdownNow();
  }
}
