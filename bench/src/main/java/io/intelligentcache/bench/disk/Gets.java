package io.intelligentcache.bench.disk;

import io.intelligentcache.bench.measure.CpuTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/** Reads random entries, all with the same probability, for a time. */
final class Gets {
  /** Reading the clock takes a large part of a fast get, so only one of this many gets is timed. */
  private static final int TIMED_EVERY = 8;

  private static final int DIGITS = 3;
  private static final double HALF = 50;
  private static final double MOST = 99;
  private static final double MICRO = 1e3;
  private static final double SECOND = 1e9;

  private final StoreUnderTest store;
  private final int filled;
  private final Verified verified;
  private final Histogram nanos = new Histogram(DIGITS);
  private double perSecond;
  private double cpuMicros;
  private long done;

  private Gets(StoreUnderTest store, DiskEntries entries, int filled) {
    this.store = store;
    this.filled = filled;
    this.verified = new Verified(entries);
  }

  /** Measures gets of the first {@code filled} entries, on parallel threads. */
  static Gets of(StoreUnderTest store, DiskEntries entries, int filled, int threads, Duration time)
      throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      var cpu = new CpuTime();
      List<Future<Gets>> running = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        var random = new SplittableRandom(thread);
        running.add(pool.submit(() -> new Gets(store, entries, filled).run(random, time)));
      }
      var all = new Gets(store, entries, filled);
      for (Future<Gets> one : running) {
        all.add(one.get());
      }
      all.cpuMicros = cpu.microsPer(all.done);
      return all;
    } catch (ExecutionException failure) {
      throw new IllegalStateException(failure.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private Gets run(SplittableRandom random, Duration time) {
    long begun = System.nanoTime();
    long before = begun;
    while (before - begun < time.toNanos()) {
      verified.get(store, random.nextInt(filled));
      long after = System.nanoTime();
      nanos.recordValue(after - before);
      for (int i = 1; i < TIMED_EVERY; i++) {
        verified.get(store, random.nextInt(filled));
      }
      done += TIMED_EVERY;
      before = System.nanoTime();
    }
    perSecond = done * SECOND / (before - begun);
    return this;
  }

  private void add(Gets other) {
    verified.add(other.verified);
    nanos.add(other.nanos);
    done += other.done;
    perSecond += other.perSecond;
  }

  /** Gets per second, of all threads together. */
  double perSecond() {
    return perSecond;
  }

  /** Processor time per get. */
  double cpuMicros() {
    return cpuMicros;
  }

  double p50Micros() {
    return nanos.getValueAtPercentile(HALF) / MICRO;
  }

  double p99Micros() {
    return nanos.getValueAtPercentile(MOST) / MICRO;
  }

  Verified verified() {
    return verified;
  }
}
