package io.intelligentcache.all;

import static org.awaitility.Awaitility.await;

import io.intelligentcache.Memory;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.internal.tier.ForwardingSharedTier;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.stats.ManagerStats;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Simulates one of several processes. The test knows which of its changes Redis has acknowledged. */
final class SteeredInstance implements AutoCloseable {
  /** A time that even a machine that pauses for a moment does not exceed. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The change that this thread is about to make. */
  private static final ThreadLocal<History.Change> MAKING = new ThreadLocal<>();

  final SteeredLine line;
  final TieredCacheManager manager;

  private final Map<String, History.Change> sweeps = new ConcurrentHashMap<>(); // by cache

  SteeredInstance(
      RedisServerProcess server,
      String namespace,
      Duration bound,
      Duration loadTimeout,
      Duration delay) {
    line = SteeredLine.before(server.port());
    line.delay(delay, delay);
    manager = TieredCacheManager.builder()
        .memory(Memory.ofBytes(1_000_000))
        .stalenessBound(bound)
        .loadTimeout(loadTimeout)
        .redis(context -> new Watched((SharedTier)
            Redis.at(line.url()).namespace(namespace).commandTimeout(PATIENCE).open(context)))
        .build();
    awaitHealthy();
  }

  /** Records which changes are acknowledged. */
  private final class Watched extends ForwardingSharedTier {
    Watched(SharedTier tier) {
      super(tier);
    }

    private <T> CompletableFuture<T> watch(
        CompletableFuture<T> answer, History.Change change, Predicate<T> acknowledged) {
      if (change != null) {
        var unused = answer.thenAccept(outcome -> {
          if (acknowledged.test(outcome)) {
            change.acknowledged();
          }
        });
      }
      return answer;
    }

    private static boolean took(Outcome outcome) {
      return outcome instanceof Outcome.Stored || outcome instanceof Outcome.Done;
    }

    @Override
    public CompletableFuture<Outcome> put(TierKey key, Item item) {
      return watch(super.put(key, item), MAKING.get(), Watched::took);
    }

    @Override
    public CompletableFuture<Outcome> put(Entry entry) {
      return watch(super.put(entry), MAKING.get(), Watched::took);
    }

    @Override
    public CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
      return watch(
          super.putAll(entries), MAKING.get(), all -> all.stream().allMatch(Watched::took));
    }

    @Override
    public CompletableFuture<Outcome> remove(TierKey key) {
      return watch(super.remove(key), MAKING.get(), Watched::took);
    }

    @Override
    public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
      return watch(
          super.removeAll(keys), MAKING.get(), all -> all.stream().allMatch(Watched::took));
    }

    @Override
    public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
      return watch(super.removeMatching(space, matching), sweeps.get(space.cache()), Watched::took);
    }

    @Override
    public CompletableFuture<Outcome> clear(Space space) {
      return watch(super.clear(space), sweeps.get(space.cache()), Watched::took);
    }
  }

  /** Makes a change, on this thread. */
  <T> CompletableFuture<T> make(History.Change change, Supplier<CompletableFuture<T>> call) {
    MAKING.set(change);
    try {
      return call.get().whenComplete((done, failure) -> change.returned());
    } finally {
      MAKING.remove();
    }
  }

  /** Sweeps a cache. One sweep of a cache may run at a time. */
  <T> CompletableFuture<T> sweep(
      String cache, History.Change change, Supplier<CompletableFuture<T>> call) {
    sweeps.put(cache, change);
    return call.get().whenComplete((done, failure) -> change.returned());
  }

  /** Waits until Redis is available to it, it receives invalidations, and no lost write needs a repair. */
  void awaitHealthy() {
    await().pollInterval(Duration.ofMillis(2)).atMost(PATIENCE).until(() -> {
      ManagerStats stats = manager.stats();
      return stats.redis().available()
          && stats.shared().listening() == 1
          && stats.shared().unsettledKeys() == 0;
    });
  }

  /** Breaks its connections, and waits until it has new ones. */
  void reconnect() {
    line.cut();
    awaitHealthy();
  }

  @Override
  public void close() {
    line.heal();
    manager.close();
    line.close();
  }
}
