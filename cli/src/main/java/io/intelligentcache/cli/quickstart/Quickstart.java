package io.intelligentcache.cli.quickstart;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.cli.console.Numbers;
import io.intelligentcache.cli.console.Progress;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.stats.ManagerStats;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The run: a cold start with traffic, a restart of the manager, and the same kind of traffic again. With
 * Redis, a start with empty memory and disk follows. After each start a short stretch of traffic is
 * counted separately, to show where its first requests are answered.
 */
final class Quickstart {
  /** Small enough that the data exceeds the capacity of each tier. */
  private static final int MEMORY_MEGABYTES = 16;

  private static final int DISK_MEGABYTES = 24;
  private static final int SHOP_DOCUMENTS = 20_000;
  private static final int TENANT_DOCUMENTS = 1_000;
  private static final String TENANT = "acme";

  /** All entries of a run expire in Redis soon, even if the run is killed. */
  private static final Duration DEFAULT_TTL = Duration.ofMinutes(10);

  /** Of this many requests, one belongs to the short stretch after a start. */
  private static final int START_SHARE = 20;

  private final Settings settings;
  private final Progress progress;
  private final Consumer<String> say;
  private final AtomicBoolean stop;
  private final Database shop = new Database("shop", SHOP_DOCUMENTS);
  private final Database tenant = new Database(TENANT, TENANT_DOCUMENTS);
  private final Latencies latencies = new Latencies();
  private final Findings findings = new Findings();
  private final List<Round> rounds = new ArrayList<>();
  private final RedisWatch redisWatch;

  /**
   * Prepares a run.
   *
   * @param say prints a line
   * @param stop ends the traffic early when it is set
   */
  Quickstart(Settings settings, Progress progress, Consumer<String> say, AtomicBoolean stop) {
    this.settings = settings;
    this.progress = progress;
    this.say = say;
    this.stop = stop;
    this.redisWatch = new RedisWatch(line -> {
      progress.clear();
      say.accept(line);
    });
  }

  Summary run(Path directory) {
    long start = System.nanoTime();
    say.accept("memory " + MEMORY_MEGABYTES + " MB (adaptive), disk " + DISK_MEGABYTES + " MB in "
        + directory + (settings.redis() == null ? "" : ", and Redis"));
    Path disk = directory.resolve("disk");
    try (TieredCacheManager caches = open(disk)) {
      traffic(caches, "cold start", "traffic", deadline());
    }
    say.accept(
        "restarted the manager after " + Numbers.count((System.nanoTime() - start) / 1_000_000)
            + " ms: memory was flushed to disk and is empty again");
    ManagerStats last;
    try (TieredCacheManager caches = open(disk)) {
      traffic(caches, "warm restart", "traffic", deadline());
      last = caches.stats();
    }
    if (settings.redis() != null) {
      say.accept("a new machine takes over: memory and disk are empty, Redis is the same");
      try (TieredCacheManager caches = open(directory.resolve("disk of the new machine"))) {
        start(caches, "new machine", clients(caches), deadline());
        clear(caches);
      }
    }
    return new Summary(List.copyOf(rounds), last, latencies, findings, System.nanoTime() - start);
  }

  /** The time at which the traffic between two restarts has to end. Opening and closing take extra time. */
  private long deadline() {
    return System.nanoTime() + settings.time().toNanos() / 2;
  }

  private TieredCacheManager open(Path directory) {
    TieredCacheManager.Builder builder = TieredCacheManager.builder()
        .memory(Memory.ofMegabytes(MEMORY_MEGABYTES).policy(EvictionPolicy.ADAPTIVE))
        .disk(TimedTier.of(
            Disk.at(directory).maximumMegabytes(DISK_MEGABYTES), latencies, latencies.disk()))
        .defaultTtl(DEFAULT_TTL)
        .multiTenant(true);
    if (settings.redis() != null) {
      builder.redis(TimedRedis.of(settings.redis(), latencies, latencies.redis()));
    }
    return builder.build();
  }

  private static TieredCache<String, Document> documents(TieredCacheManager caches) {
    return caches.cache(
        "documents",
        CacheSpec.of(String.class, Document.class)
            .weigher((key, document) -> key.length() + document.heapBytes()));
  }

  private List<Traffic> clients(TieredCacheManager caches) {
    TieredCache<String, Document> documents = documents(caches);
    var checkedShop = new CheckedCache(documents, shop, latencies, findings);
    var checkedTenant = new CheckedCache(documents.tenant(TENANT), tenant, latencies, findings);
    var clients = new ArrayList<Traffic>();
    for (int i = 0; i < Clients.COUNT; i++) {
      long seed = settings.seed() + 1_000L * rounds.size() + i;
      clients.add(new Traffic(seed, checkedShop, checkedTenant));
    }
    return clients;
  }

  /** Runs a short stretch and a long one. */
  private void traffic(TieredCacheManager caches, String first, String then, long deadline) {
    List<Traffic> clients = clients(caches);
    CacheStats early = start(caches, first, clients, deadline);
    long rest = settings.requests() / 2 - few();
    stretch(caches, clients, then, early, Math.max(Clients.COUNT, rest), deadline);
  }

  /** Runs the short stretch after a start. */
  private CacheStats start(
      TieredCacheManager caches, String name, List<Traffic> clients, long deadline) {
    return stretch(caches, clients, name, caches.stats().caches(), few(), deadline);
  }

  private long few() {
    return Math.max(Clients.COUNT, settings.requests() / 2 / START_SHARE);
  }

  private CacheStats stretch(
      TieredCacheManager caches,
      List<Traffic> clients,
      String name,
      CacheStats before,
      long reads,
      long deadline) {
    new Clients(stop).run(clients, reads, deadline, done -> {
      redisWatch.look(caches.stats().redis());
      progress.update(() -> name + ": " + Numbers.count(done) + " of " + Numbers.count(reads));
    });
    progress.clear();
    CacheStats after = caches.stats().caches();
    rounds.add(new Round(name, after.since(before)));
    return after;
  }

  private void clear(TieredCacheManager caches) {
    if (settings.redis() != null) {
      documents(caches).clear();
      documents(caches).tenant(TENANT).clear();
    }
  }
}
