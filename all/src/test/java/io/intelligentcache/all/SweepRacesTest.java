package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.TieredCache;
import io.intelligentcache.internal.tier.ForwardingSharedTier;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Space;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Reads at the moment when a clear or a pattern reaches Redis. Values that they promote are
 * gone when the removal returns.
 */
final class SweepRacesTest extends SharedRedis {
  private Runnable before = () -> {};
  private Runnable after = () -> {};

  /** The kind of removal. */
  enum Removal {
    CLEAR,
    PATTERN;

    void make(TieredCache<String, String> cache) {
      if (this == CLEAR) {
        cache.clear();
      } else {
        cache.invalidateMatching("k.*");
      }
    }
  }

  /** Runs an action right before a removal reaches Redis, and another one right after. */
  private final class Hooked extends ForwardingSharedTier {
    Hooked(SharedTier tier) {
      super(tier);
    }

    @Override
    public CompletableFuture<Outcome> clear(Space space) {
      return around(() -> super.clear(space));
    }

    @Override
    public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
      return around(() -> super.removeMatching(space, matching));
    }

    private CompletableFuture<Outcome> around(Supplier<CompletableFuture<Outcome>> removal) {
      before.run();
      CompletableFuture<Outcome> outcome = removal.get();
      after.run();
      return outcome;
    }
  }

  private Instance instance() {
    Instance instance = new Instance(
        server,
        namespace,
        directory.resolve("d" + instances.size()),
        redis -> context -> new Hooked((SharedTier) redis.open(context)));
    instances.add(instance);
    return instance;
  }

  @ParameterizedTest
  @EnumSource
  void whatALoadTookFromRedisRightBeforeIsGone(Removal removal) {
    Instance one = instance();
    instance().cache.put("k", "old");
    one.network.stallFeeds(); // it receives no invalidation
    before = () -> one.cache.get("k", key -> "loaded");
    removal.make(one.cache);
    before = () -> {};
    assertThat(one.cache.get("k")).isNotEqualTo("old");
  }

  @ParameterizedTest
  @EnumSource
  void aLoadTakesNothingFromRedisRightAfter(Removal removal) {
    Instance one = instance();
    instance().cache.put("k", "old");
    after = () -> assertThat(one.cache.get("k", key -> "loaded")).isEqualTo("loaded");
    removal.make(one.cache);
    after = () -> {};
    assertThat(one.cache.get("k")).isNotEqualTo("old");
  }

  @ParameterizedTest
  @EnumSource
  void whatASearchFoundRightBeforeIsGone(Removal removal) {
    Instance one = instance();
    instance().cache.put("k", "old");
    one.network.stallFeeds();
    before = () -> one.cache.get("k");
    removal.make(one.cache);
    before = () -> {};
    assertThat(one.cache.get("k")).isNull();
  }

  /**
   * The change of the operation would survive the removal: it is later, and is
   * computed from a removed value.
   */
  @ParameterizedTest
  @EnumSource
  void anOperationCarriesNothingAcross(Removal removal) {
    Instance one = instance();
    one.cache.put("k", "5");
    var computes = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    CompletableFuture<String> operation = one.cache.async().compute("k", (key, there) -> {
      computes.countDown();
      awaitUninterruptibly(goOn);
      return there == null ? "1" : there + "+1";
    });
    awaitUninterruptibly(computes);
    after = () -> {
      goOn.countDown();
      endsSoon(operation); // it does not end if it waits for the removal, as it should
    };
    removal.make(one.cache);
    after = () -> {};
    assertThat(operation.join()).isEqualTo("1");
    assertThat(one.cache.get("k")).isEqualTo("1");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void endsSoon(CompletableFuture<?> operation) {
    try {
      operation.get(300, MILLISECONDS);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      // the operation waits
    }
  }
}
