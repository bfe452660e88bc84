package io.intelligentcache.cli.quickstart;

import io.intelligentcache.tier.Lookup;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How long each tier took to answer. Thread-safe.
 *
 * <p>A read counts as memory's if no tier below was asked on its thread. One that shared another
 * thread's search counts too; there are too few of them to matter.
 */
final class Latencies {
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int DIGITS = 2;

  private final Histogram memory = histogram();
  private final Histogram disk = histogram();
  private final Histogram redis = histogram();
  private final Histogram loader = histogram();
  private final ThreadLocal<long[]> searchesBelow = ThreadLocal.withInitial(() -> new long[1]);

  Histogram memory() {
    return memory;
  }

  Histogram disk() {
    return disk;
  }

  Histogram redis() {
    return redis;
  }

  Histogram loader() {
    return loader;
  }

  @Nullable
  Document ofRead(Supplier<@Nullable Document> read) {
    long[] searches = searchesBelow.get();
    long before = searches[0];
    long start = System.nanoTime();
    Document document = read.get();
    long end = System.nanoTime();
    if (document != null && searches[0] == before) {
      record(memory, end - start);
    }
    return document;
  }

  Document ofLoad(Supplier<Document> load) {
    long start = System.nanoTime();
    Document document = load.get();
    record(loader, System.nanoTime() - start);
    return document;
  }

  /** Records the answer of a tier if it found something. */
  CompletableFuture<List<Lookup>> ofSearch(
      Histogram tier, Supplier<CompletableFuture<List<Lookup>>> search) {
    searchesBelow.get()[0]++;
    long start = System.nanoTime();
    return search.get().whenComplete((answers, failure) -> {
      if (answers != null && answers.stream().anyMatch(Lookup.Hit.class::isInstance)) {
        record(tier, System.nanoTime() - start);
      }
    });
  }

  private static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.max(0, Math.min(nanos, LONGEST_NANOS)));
  }

  private static Histogram histogram() {
    return new ConcurrentHistogram(LONGEST_NANOS, DIGITS);
  }
}
