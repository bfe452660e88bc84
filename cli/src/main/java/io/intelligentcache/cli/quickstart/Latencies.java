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
 * The response times of each tier. Thread-safe.
 *
 * <p>A read counts as a memory read if its thread asked no lower tier. A read that shared the search of
 * another thread counts, too; such reads are too rare to matter.
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

  /** Records the time of a search if the tier found something. */
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
