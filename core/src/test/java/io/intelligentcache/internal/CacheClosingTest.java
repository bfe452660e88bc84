package io.intelligentcache.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheListener;
import io.intelligentcache.CacheSpec;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Freshness;
import io.intelligentcache.Logged;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.codec.Codec;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One cache or tenant is closed or destroyed, and its manager stays open. */
@Timeout(60)
final class CacheClosingTest {
  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private final HeapTier redis = new HeapTier(time);
  private final CountDownLatch go = new CountDownLatch(1);
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .disk(context -> disk)
      .redis(context -> redis)
      .multiTenant(true)
      .time(time)
      .build();
  private final TieredCacheManager local =
      TieredCacheManager.builder().multiTenant(true).time(time).build();

  @AfterEach
  void close() {
    go.countDown();
    for (TieredCacheManager one : List.of(manager, local)) {
      Insides.of(one).audit();
      one.close();
    }
  }

  /** A tier whose sweeps wait until they may go on. */
  private static final class HeldSweeps extends ForwardingTier {
    private final CompletableFuture<@Nullable Void> mayGoOn = new CompletableFuture<>();
    private final CountDownLatch begun = new CountDownLatch(1);

    HeldSweeps(Tier tier) {
      super(tier);
    }

    @Override
    public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
      begun.countDown();
      return mayGoOn.thenCompose(go -> super.removeMatching(space, matching));
    }

    @Override
    public CompletableFuture<Outcome> clear(Space space) {
      return mayGoOn.thenCompose(go -> super.clear(space));
    }
  }

  @Test
  void theNameIsFreeWhenARunningSweepHasEnded() throws Exception {
    var held = new HeldSweeps(new HeapTier(TimeSource.SYSTEM));
    try (var local = TieredCacheManager.builder().disk(context -> held).build()) {
      TieredCache<String, String> cache = opened(local);
      cache.put("k", "old");
      cache.close();
      TieredCache<String, String> again = opened(local); // "old" is on disk
      CompletableFuture<Long> sweep = again.async().invalidateMatching("k");
      held.begun.await();
      CompletableFuture<?> closing = again.async().close();
      assertThatThrownBy(() -> opened(local)).isInstanceOf(IllegalStateException.class);
      held.mayGoOn.complete(null);
      closing.join();
      sweep.join();
      assertThat(opened(local).get("k")).isNull();
    }
  }

  @Test
  void theNameIsFreeWhenItsTenantsAreDestroyed() {
    var held = new HeldSweeps(new HeapTier(TimeSource.SYSTEM));
    try (var local =
        TieredCacheManager.builder().redis(context -> held).multiTenant(true).build()) {
      TieredCache<String, String> cache = opened(local);
      cache.tenant("t").put("k", "old");
      CompletableFuture<?> destroying = cache.tenant("t").async().destroy();
      CompletableFuture<?> closing = cache.async().close();
      assertThatThrownBy(() -> opened(local)).isInstanceOf(IllegalStateException.class);
      held.mayGoOn.complete(null);
      closing.join();
      destroying.join();
      assertThat(opened(local).tenant("t").get("k")).isNull();
    }
  }

  private static TieredCache<String, String> opened(TieredCacheManager manager) {
    return manager.cache("c", String.class, String.class);
  }

  private static TierKey below(String tenant, String key) {
    return new TierKey(new Space("c", tenant), key.getBytes(UTF_8));
  }

  private static List<Consumer<TieredCache<String, String>>> everyOperation() {
    return List.of(
        cache -> cache.get("k"),
        cache -> cache.get("k", key -> "loaded"),
        cache -> cache.lookup("k"),
        cache -> cache.getAll(List.of("k", "l")),
        cache -> cache.put("k", "v"),
        cache -> cache.put("k", "v", EntryOptions.defaults()),
        cache -> cache.putAll(Map.of("k", "v")),
        cache -> cache.putIfAbsent("k", "v"),
        cache -> cache.replace("k", "v", "w"),
        cache -> cache.remove("k", "v"),
        cache -> cache.getAndPut("k", "v"),
        cache -> cache.getAndRemove("k"),
        cache -> cache.compute("k", (key, value) -> "v"),
        cache -> cache.invalidate("k"),
        cache -> cache.invalidateAll(List.of("k")),
        cache -> cache.invalidateMatching("k"),
        TieredCache::clear,
        cache -> cache.warm(List.of("k"), key -> "v"),
        TieredCache::keys,
        TieredCache::entries,
        TieredCache::estimatedSize,
        TieredCache::memoryBytes,
        TieredCache::destroy,
        cache -> cache.tenant("t"));
  }

  private static void refusesEverything(TieredCache<String, String> cache) {
    for (var operation : everyOperation()) {
      assertThatThrownBy(() -> operation.accept(cache)).isInstanceOf(IllegalStateException.class);
    }
    cache.close();
    assertThat(cache.name()).isEqualTo("c");
  }

  @Test
  void aClosedCacheRefusesEveryCallAndGivesItsMemoryBack() {
    for (TieredCacheManager here : List.of(local, manager)) {
      TieredCache<String, String> cache = opened(here);
      TieredCache<String, String> kept = here.cache("kept", String.class, String.class);
      TieredCache<String, String> tenant = cache.tenant("t");
      TieredCache<String, String> idle = cache.tenant("idle");
      kept.put("k", "v");
      long before = Insides.of(here).memory().used();
      cache.put("k", "v");
      tenant.put("k", "v");
      cache.close();
      assertThat(Insides.of(here).memory().used()).isEqualTo(before);
      assertThat(here.cacheNames()).containsExactly("kept");
      assertThatThrownBy(() -> cache.get("k"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cache c is closed");
      refusesEverything(cache);
      refusesEverything(tenant);
      refusesEverything(idle);
      assertThat(kept.get("k")).isEqualTo("v");
      assertThat(cache.stats().puts()).isEqualTo(1);
      assertThat(here.stats().caches().puts())
          .as("those of closed caches count")
          .isEqualTo(3);
    }
  }

  @Test
  void aClosedTenantRefusesEveryCallAndAnotherOneOfItsIdHasNothingInMemory() {
    TieredCache<String, String> cache = opened(local);
    TieredCache<String, String> tenant = cache.tenant("t");
    cache.put("k", "v");
    long before = Insides.of(local).memory().used();
    tenant.put("k", "v");
    tenant.close();
    assertThat(Insides.of(local).memory().used()).isEqualTo(before);
    assertThat(Insides.of(local).tenantsLeft()).isZero();
    refusesEverything(tenant);
    assertThatThrownBy(() -> tenant.get("k"))
        .hasMessageContaining("tenant \"t\" of cache c is closed");
    TieredCache<String, String> again = cache.tenant("t");
    assertThat(again).isNotSameAs(tenant);
    assertThat(again.get("k")).isNull();
    again.put("k", "new");
    assertThat(again.get("k")).isEqualTo("new");
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(local.stats().caches().puts()).isEqualTo(3);
    assertThat(local.stats().caches().requests()).isEqualTo(3);
    assertThat(tenant.stats().puts()).isEqualTo(1);
  }

  @Test
  void whatAClosedCacheHadIsReadFromDiskWhenItIsOpenedAgain() {
    try (var onDisk = TieredCacheManager.builder()
        .disk(context -> disk)
        .multiTenant(true)
        .time(time)
        .build()) {
      TieredCache<String, String> cache = opened(onDisk);
      cache.put("k", "v");
      cache.tenant("t").put("k", "of t");
      cache.tenant("u").put("k", "of u");
      cache.tenant("u").close();
      assertThat(disk.stored(below("u", "k"))).isNotNull();
      assertThat(cache.tenant("u").get("k")).isEqualTo("of u");
      assertThat(disk.stored(below("", "k"))).isNull();
      cache.close();
      TieredCache<String, String> again = opened(onDisk);
      assertThat(again.get("k")).isEqualTo("v");
      assertThat(again.stats().diskHits()).isEqualTo(1);
      assertThat(again.tenant("t").get("k")).isEqualTo("of t");
      Insides.of(onDisk).audit();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatADestroyedCacheHadIsInNoTier(boolean whole) {
    TieredCache<String, String> cache = opened(manager);
    TieredCache<String, String> tenant = cache.tenant("t");
    cache.put("k", "v");
    tenant.put("k", "v");
    cache.put("l", "v");
    Item item = requireNonNull(redis.stored(below("", "k")));
    disk.plant(below("", "d"), item);
    disk.plant(below("t", "d"), item);
    long writes = disk.writes();
    (whole ? cache : tenant).destroy();
    assertThat(disk.writes())
        .as("only the tenant of a cache is kept")
        .isEqualTo(whole ? writes + 1 : writes);
    String gone = whole ? "" : "t";
    String left = whole ? "t" : "";
    assertThat(redis.stored(below(gone, "k"))).isNull();
    assertThat(disk.stored(below(gone, "d"))).isNull();
    assertThat(disk.stored(below(gone, "k"))).isNull();
    assertThat(redis.stored(below(left, "k"))).isNotNull();
    assertThat(disk.stored(below(left, "d"))).isNotNull();
    TieredCache<String, String> again = opened(manager);
    assertThat((whole ? again : again.tenant("t")).get("k")).isNull();
    assertThat((whole ? again.tenant("t") : again).get("k")).isEqualTo("v");
  }

  @Test
  void aTenantThatIsIdleCanBeDestroyedToo() {
    TieredCache<String, String> tenant = opened(manager).tenant("t");
    tenant.put("k", "v");
    opened(manager).tenant("u").put("k", "v");
    Insides.of(manager).freeIdleTenants();
    tenant.close();
    TieredCache<String, String> idle = opened(manager).tenant("t");
    idle.destroy();
    assertThat(redis.stored(below("t", "k"))).isNull();
    assertThat(disk.stored(below("t", "k"))).isNull();
    assertThat(redis.stored(below("u", "k"))).isNotNull();
    refusesEverything(idle);
  }

  /** What an earlier type stored is a miss; nothing of it can be read as a wrong value. */
  @Test
  void aCacheCanBeOpenedAgainWithOtherTypesAndThenItsOldValuesAreAbsent() {
    TieredCache<String, String> cache = opened(manager);
    cache.put("1", "v");
    cache.put("2", "v");
    assertThatThrownBy(() -> manager.cache("c", Integer.class, Long.class))
        .isInstanceOf(IllegalArgumentException.class);
    cache.close();
    assertThat(disk.stored(below("", "1"))).isNotNull();
    TieredCache<Integer, Long> numbers = manager.cache("c", Integer.class, Long.class);
    assertThat(numbers.get(1)).isNull();
    assertThat(numbers.get(2, Long::valueOf)).isEqualTo(2L);
    assertThat(numbers.stats().unreadable()).isPositive();
    numbers.put(1, 1L);
    numbers.close();
    assertThat(opened(manager).get("1")).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLoadThatEndsLaterIsAnsweredAndNotStored(boolean destroyed) throws Exception {
    for (boolean ofTenant : new boolean[] {false, true}) {
      TieredCache<String, String> cache = opened(manager);
      TieredCache<String, String> here = ofTenant ? cache.tenant("t") : cache;
      var loading = new CountDownLatch(1);
      var end = new CountDownLatch(1);
      CompletableFuture<String> load = here.async().get("k", key -> {
        loading.countDown();
        end.await();
        return "late";
      });
      loading.await();
      if (destroyed) {
        here.destroy();
      } else {
        here.close();
      }
      end.countDown();
      assertThat(load.get()).isEqualTo("late");
      String tenant = ofTenant ? "t" : "";
      assertThat(redis.stored(below(tenant, "k"))).isNull();
      assertThat(disk.stored(below(tenant, "k"))).isNull();
      TieredCache<String, String> again = opened(manager);
      assertThat((ofTenant ? again.tenant("t") : again).get("k")).isNull();
      Insides.of(manager).audit();
    }
  }

  @Test
  void aSearchThatEndsLaterStoresNothing() {
    TieredCache<String, String> cache = opened(manager);
    cache.put("k", "v");
    cache.close();
    TieredCache<String, String> again = opened(manager);
    disk.holdReads();
    CompletableFuture<String> read = again.async().get("k");
    await().until(() -> disk.reads() > 0);
    again.close();
    disk.release();
    assertThat(read.join()).isEqualTo("v");
    Insides.of(manager).audit();
    assertThat(Insides.of(manager).memory().used()).isZero();
  }

  @Test
  void aRefreshThatEndsLaterIsNotStored() throws Exception {
    var loading = new CountDownLatch(1);
    TieredCache<String, String> cache = local.cache(
        "r",
        CacheSpec.of(String.class, String.class)
            .ttl(Duration.ofMinutes(1))
            .freshness(Freshness.none().refreshAhead(Duration.ofSeconds(30))));
    cache.put("k", "old");
    time.advance(Duration.ofSeconds(40));
    var refreshed = new CompletableFuture<Void>();
    assertThat(cache.get("k", key -> {
          loading.countDown();
          go.await();
          refreshed.complete(null);
          return "late";
        }))
        .isEqualTo("old");
    loading.await();
    cache.close();
    go.countDown();
    refreshed.join();
    await().until(() -> Insides.openFlights(cache).isEmpty());
    assertThat(Insides.of(local).memory().used()).isZero();
  }

  @Test
  void itsNameIsTakenUntilTheLastEntryIsWritten() throws Exception {
    var asked = new CountDownLatch(1);
    var mayWrite = new CountDownLatch(1);
    var tier = new ForwardingTier(disk) {
      @Override
      public CompletableFuture<Outcome> offer(TierKey key, Item item, Worth worth, boolean last) {
        asked.countDown();
        try {
          mayWrite.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        return super.offer(key, item, worth, last);
      }
    };
    try (var onDisk = TieredCacheManager.builder()
        .disk(context -> tier)
        .multiTenant(true)
        .time(time)
        .build()) {
      TieredCache<String, String> cache = opened(onDisk);
      TieredCache<String, String> tenant = cache.tenant("t");
      cache.put("k", "v");
      tenant.put("k", "v");
      CompletableFuture<Void> closingTenant = tenant.async().close();
      asked.await();
      assertThatThrownBy(() -> cache.tenant("t")).isInstanceOf(IllegalStateException.class);
      CompletableFuture<Void> closing = cache.async().close();
      assertThatThrownBy(() -> opened(onDisk))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is being closed");
      assertThat(closing).isNotDone();
      mayWrite.countDown();
      closing.get();
      closingTenant.get();
      assertThat(opened(onDisk).get("k")).isEqualTo("v");
      assertThat(opened(onDisk).tenant("t").get("k")).isEqualTo("v");
      Insides.of(onDisk).audit();
    }
  }

  @Test
  void aDiskThatRefusesIsNoReasonToKeepTheMemory() {
    try (var onDisk =
        TieredCacheManager.builder().disk(context -> disk).time(time).build()) {
      TieredCache<String, String> cache = opened(onDisk);
      cache.put("k", "v");
      cache.put("l", "v");
      disk.refuse(Reason.BROKEN);
      assertThat(Logged.during(cache::close)).contains("2 of the 2 entries in memory");
      assertThat(Insides.of(onDisk).memory().used()).isZero();
      disk.refuse(null);
      assertThat(opened(onDisk).get("k")).isNull();
    }
  }

  @Test
  void theListenerHearsOfNoRemovalWhenItsCacheIsClosed() {
    List<String> removed = new CopyOnWriteArrayList<>();
    var listener = new CacheListener<String, String>() {
      @Override
      public void removed(String key, String value, Cause cause) {
        removed.add(key);
      }
    };
    TieredCache<String, String> cache =
        local.cache("l", CacheSpec.of(String.class, String.class).listener(listener));
    cache.put("a", "1");
    cache.put("b", "2");
    cache.invalidate("a");
    cache.close();
    await().until(() -> removed.contains("a"));
    assertThat(removed).containsExactly("a");
  }

  @Test
  void aCodecThatClosesItsCacheDoesNotWaitForItself() {
    List<TieredCache<String, String>> self = new CopyOnWriteArrayList<>();
    var codec = new Codec<String>() {
      @Override
      public String id() {
        return "closing";
      }

      @Override
      public byte[] encode(String value) {
        if (Thread.currentThread().getName().startsWith("icm-step-")) {
          self.get(0).close();
        }
        return value.getBytes(UTF_8);
      }

      @Override
      public String decode(byte[] bytes) {
        return new String(bytes, UTF_8);
      }
    };
    try (var onDisk =
        TieredCacheManager.builder().disk(context -> disk).time(time).build()) {
      TieredCache<String, String> cache =
          onDisk.cache("c", CacheSpec.of(String.class, String.class).codec(codec));
      self.add(cache);
      cache.put("k", "v");
      cache.close();
      assertThat(onDisk.cacheNames()).isEmpty();
      assertThat(disk.stored(below("", "k"))).isNotNull();
    }
  }

  @Test
  void cachesThatComeAndGoLeaveNothingInTheBudget() {
    List<TieredCache<String, String>> open = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 150; i++) {
        open.add(local.cache("cache " + i, String.class, String.class));
      }
      assertThat(Insides.of(local).memory().used()).as("the 101st and later").isPositive();
      open.forEach(TieredCache::close);
      open.clear();
      assertThat(Insides.of(local).memory().used()).isZero();
      assertThat(local.cacheNames()).isEmpty();
    }
  }

  @Test
  void closingAfterTheManagerIsNothing() {
    TieredCache<String, String> cache = opened(local);
    TieredCache<String, String> tenant = cache.tenant("t");
    local.close();
    cache.close();
    tenant.close();
    assertThatThrownBy(cache::destroy).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(tenant.async()::destroy).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDestructionThatTheManagersCloseOvertookFails() {
    TieredCache<String, String> cache = opened(manager);
    cache.put("k", "v");
    redis.refuse(Reason.CLOSED);
    assertThatThrownBy(() -> cache.async().destroy().join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
    redis.refuse(null);
    assertThat(manager.cacheNames()).isEmpty();
  }
}
