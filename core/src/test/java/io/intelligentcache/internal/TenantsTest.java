package io.intelligentcache.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.AsyncTieredCache;
import io.intelligentcache.CacheSpec;
import io.intelligentcache.Effort;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.Update;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.internal.memory.HeapSizes;
import io.intelligentcache.internal.memory.size.UsedHeap;
import io.intelligentcache.internal.stats.CacheCounters;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.TierKey;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tenants in use count in the memory budget, idle ones cost nothing, and users do not notice when a tenant is freed
 * and created again.
 */
@ExtendWith(Effort.class)
final class TenantsTest {
  private static final CacheStats NOTHING = new CacheCounters().snapshot(0);
  private static final int TENANTS = Effort.of(5_000, 100_000, "tenants");

  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private volatile @Nullable CompletableFuture<?> heldBack;
  private TieredCacheManager manager = memoryOnly(10_000_000);

  private static TieredCacheManager memoryOnly(long bytes) {
    return TieredCacheManager.builder()
        .memory(Memory.ofBytes(bytes))
        .multiTenant(true)
        .build();
  }

  private TieredCacheManager withDisk(long bytes) {
    return TieredCacheManager.builder()
        .memory(Memory.ofBytes(bytes))
        .disk(context -> new LateDisk(disk))
        .multiTenant(true)
        .time(time)
        .build();
  }

  /** A disk tier that outlives its manager, as files do. It answers writes later if a test wants that. */
  private final class LateDisk extends ForwardingTier {
    LateDisk(HeapTier tier) {
      super(tier);
    }

    @Override
    public CompletableFuture<Outcome> offer(TierKey key, Item item, Worth worth, boolean last) {
      CompletableFuture<Outcome> outcome = super.offer(key, item, worth, last);
      CompletableFuture<?> held = heldBack;
      return held == null ? outcome : held.thenCompose(now -> outcome);
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private TieredCache<String, String> cache() {
    return manager.cache("c", String.class, String.class);
  }

  private void reopen(TieredCacheManager other) {
    manager.close();
    manager = other;
  }

  private Insides insides() {
    return Insides.of(manager);
  }

  /** Frees idle tenants. It needs two checks: at the first one, a tenant was used since the check before. */
  private void freeIdle() {
    insides().freeIdleTenants();
    insides().freeIdleTenants();
  }

  private void awaitNothingLeft() {
    await().untilAsserted(() -> {
      System.gc();
      assertThat(insides().tenantsLeft()).isZero();
    });
  }

  @Test
  void tenantsThatWereUsedOnceLeaveNothing() {
    for (int i = 0; i < TENANTS; i++) {
      TieredCache<String, String> tenant = cache().tenant("t" + i);
      tenant.put("k", "v");
      tenant.invalidate("k");
    }
    freeIdle();
    assertThat(insides().tenantsInUse()).isZero();
    assertThat(manager.stats().memoryBytes()).isZero();
    awaitNothingLeft();
  }

  @Test
  void whatTenantsTakeStaysWithinTheBudget() {
    long budget = TENANTS * 400L; // a fifth of them fits
    reopen(memoryOnly(budget));
    cache().tenant("first").put("k", "v");
    long before = UsedHeap.bytes();
    for (int i = 0; i < TENANTS; i++) {
      cache().tenant("t" + i).put("k", "v".repeat(100));
    }
    await().untilAsserted(() -> {
      long heap = UsedHeap.bytes() - before;
      assertThat(heap)
          .isLessThan(budget * 11 / 10 + 1_000_000)
          .isLessThan(manager.stats().memoryBytes() * 11 / 10 + 1_000_000);
    });
    assertThat(manager.stats().memoryBytes()).isBetween(budget * 9 / 10, budget);
    long entries = manager.stats().caches().entries();
    assertThat(entries).as("idle tenants take no room").isGreaterThan(TENANTS / 7);
    assertThat(insides().tenantsInUse()).isEqualTo(entries);
    insides().audit();
  }

  @Test
  void tenantsThatTheApplicationKeepsAreCountedWithWhatTheyTake() {
    reopen(memoryOnly(1_000_000_000));
    cache().tenant("first").get("k", key -> "v");
    List<TieredCache<String, String>> kept = new ArrayList<>();
    long before = UsedHeap.bytes();
    long usedBefore = manager.stats().memoryBytes();
    int tenants = 20_000; // so many that nothing else in the process matters
    for (int i = 0; i < tenants; i++) {
      TieredCache<String, String> tenant = cache().tenant("t" + i);
      tenant.get("k", key -> "v");
      kept.add(tenant);
    }
    long used = manager.stats().memoryBytes() - usedBefore;
    await()
        .untilAsserted(
            () -> { // again while other threads in the process still end
              long heap = UsedHeap.bytes() - before;
              assertThat(heap).isBetween(used * 8 / 10, used * 104 / 100);
            });
    assertThat(kept).allMatch(tenant -> tenant.stats().entries() == 1);
  }

  @Test
  void entriesLeaveForTenantsAndComeBackWhenThoseAreIdle() {
    long room = 40 * HeapSizes.TENANT_BYTES;
    reopen(memoryOnly(room));
    for (int i = 0; i < 1_000; i++) {
      cache().put("k" + i, "v".repeat(100));
    }
    List<TieredCache<String, String>> busy = new ArrayList<>();
    List<CompletableFuture<?>> loads = new ArrayList<>();
    CountDownLatch end = new CountDownLatch(1);
    for (int i = 0; i < 30; i++) {
      TieredCache<String, String> tenant = cache().tenant("t" + i);
      loads.add(tenant.async().get("k", key -> {
        end.await();
        return null;
      }));
      busy.add(tenant);
    }
    long entries = cache().stats().entries();
    assertThat(entries * 250).isLessThan(room - 30 * HeapSizes.TENANT_BYTES);
    assertThat(manager.stats().memoryBytes()).isLessThanOrEqualTo(room);
    end.countDown();
    loads.forEach(CompletableFuture::join);
    await().untilAsserted(() -> {
      freeIdle();
      assertThat(insides().tenantsInUse()).isZero();
    });
    for (int i = 0; i < 1_000; i++) {
      cache().put("k" + i, "v".repeat(100));
    }
    assertThat(cache().stats().entries()).isGreaterThan(2 * entries);
    assertThat(busy.get(0)).isSameAs(cache().tenant("t0"));
    insides().audit();
  }

  @Test
  void moreTenantsInUseThanTheBudgetHoldsLeaveNoRoomForEntriesAndNothingHangs() {
    reopen(memoryOnly(5 * HeapSizes.TENANT_BYTES));
    CountDownLatch end = new CountDownLatch(1);
    List<CompletableFuture<?>> loads = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      loads.add(cache().tenant("t" + i).async().get("k", key -> {
        end.await();
        return "v";
      }));
    }
    cache().put("k", "v");
    assertThat(cache().get("k")).isNull();
    manager.resizeMemory(3 * HeapSizes.TENANT_BYTES);
    assertThat(manager.stats().memoryBytes()).isGreaterThanOrEqualTo(10 * HeapSizes.TENANT_BYTES);
    end.countDown();
    loads.forEach(CompletableFuture::join);
    await().untilAsserted(() -> {
      freeIdle();
      cache().put("k", "v");
      assertThat(cache().get("k")).isEqualTo("v");
    });
    insides().audit();
  }

  @Test
  void aViewStaysTheSameAndWorksWhateverBecomesOfItsTenant() {
    TieredCache<String, String> acme = cache().tenant("acme");
    AsyncTieredCache<String, String> async = acme.async();
    acme.put("k", "v");
    acme.invalidate("k");
    freeIdle();
    assertThat(insides().tenantsInUse()).isZero();
    System.gc();
    assertThat(cache().tenant("acme")).isSameAs(acme);
    assertThat(cache().async().tenant("acme")).isSameAs(async);
    assertThat(acme.get("k")).isNull();
    async.put("k", "w").join();
    assertThat(acme.get("k")).isEqualTo("w");
    assertThat(insides().tenantsInUse()).isOne();
    freeIdle();
    assertThat(acme.get("k")).as("an entry keeps its tenant in use").isEqualTo("w");
  }

  @Test
  void entriesKeepTheirTenantThoughNobodyHasItsView() {
    cache().tenant("acme").put("k", "v");
    var view = new WeakReference<>(cache().tenant("acme"));
    await().untilAsserted(() -> {
      System.gc();
      assertThat(view.get()).isNull();
    });
    freeIdle();
    assertThat(cache().tenant("acme").get("k")).isEqualTo("v");
    assertThat(cache().tenant("acme").stats().memoryHits()).isOne();
  }

  @Test
  void everyOperationFindsATenantThatWasFreed() {
    TieredCache<String, String> acme = cache().tenant("acme");
    List<Runnable> operations = List.of(
        () -> acme.get("k"),
        () -> acme.get("k", key -> null),
        () -> acme.lookup("k"),
        () -> acme.getAll(List.of("k")),
        () -> acme.getAll(List.of("k"), key -> null),
        () -> acme.invalidate("k"),
        () -> acme.invalidateAll(List.of("k")),
        () -> acme.invalidateMatching("k.*"),
        acme::clear,
        () -> acme.remove("k", "v"),
        () -> acme.replace("k", "v", "w"),
        () -> acme.getAndRemove("k"),
        () -> acme.compute("k", (key, value) -> null),
        () -> acme.update("k", (key, found) -> Update.remove()),
        () -> acme.warm(List.of("k"), key -> null),
        () -> acme.async().get("k").join(),
        () -> acme.async().lookup("k").join(),
        () -> acme.async().getAll(List.of("k")).join(),
        () -> acme.async().remove("k", "v").join(),
        () -> acme.async().compute("k", (key, value) -> null).join(),
        () -> acme.async().clear().join());
    for (Runnable operation : operations) {
      operation.run();
      assertThat(insides().tenantsInUse()).isOne();
      await().untilAsserted(() -> {
        freeIdle();
        assertThat(insides().tenantsInUse()).isZero();
      });
      System.gc();
    }
    acme.putIfAbsent("k", "v");
    assertThat(acme.get("k")).isEqualTo("v");
  }

  @Test
  void whatIsUnderWayKeepsATenantInUse() {
    var loading = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    var load = cache().tenant("acme").async().get("k", key -> {
      loading.countDown();
      end.await();
      return "old";
    });
    await().until(() -> loading.getCount() == 0);
    freeIdle();
    System.gc();
    freeIdle();
    cache().tenant("acme").put("k", "new");
    end.countDown();
    assertThat(load.join()).isEqualTo("old");
    assertThat(cache().tenant("acme").get("k")).isEqualTo("new");
  }

  /** A key whose {@code hashCode} stops the first thread that begins to load the key. */
  private static final class StoppingKey {
    final CountDownLatch stopped = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public int hashCode() {
      boolean loads = StackWalker.getInstance()
          .walk(frames -> frames.anyMatch(frame -> frame.getClassName().endsWith(".LoadPath")));
      if (loads && stopped.getCount() > 0) {
        stopped.countDown();
        awaitQuietly(goOn);
      }
      return 1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other == this;
    }
  }

  @Test
  void aLoadThatBeginsInATenantThatWasFreedMeanwhileStoresNothingOld() throws Exception {
    var redis = new HeapTier(time);
    var key = new StoppingKey();
    KeyCodec<StoppingKey> keys = new KeyCodec<>() {
      @Override
      public String encode(StoppingKey one) {
        return "k";
      }

      @Override
      public StoppingKey decode(String text) {
        return key;
      }
    };
    var spec = CacheSpec.of(StoppingKey.class, String.class).keyCodec(keys);
    reopen(TieredCacheManager.builder()
        .redis(context -> redis)
        .multiTenant(true)
        .time(time)
        .build());
    TieredCache<StoppingKey, String> cache = manager.cache("c", spec);
    var loading = new CountDownLatch(1);
    var loaded = new CountDownLatch(1);
    var reader = CompletableFuture.supplyAsync(() -> cache.tenant("acme").get(key, same -> {
      loading.countDown();
      loaded.await();
      return "old";
    }));
    key.stopped.await();
    freeIdle();
    assertThat(insides().tenantsInUse()).as("freed under the reader's hands").isZero();
    System.gc();
    key.goOn.countDown();
    loading.await();
    cache.tenant("acme").put(key, "new");
    loaded.countDown();
    assertThat(reader.join()).isEqualTo("old");
    assertThat(cache.tenant("acme").get(key)).isEqualTo("new");
    try (var other = TieredCacheManager.builder()
        .redis(context -> redis)
        .multiTenant(true)
        .time(time)
        .build()) {
      assertThat(other.cache("c", spec).tenant("acme").get(key)).isEqualTo("new");
    }
    insides().audit();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void statisticsOfAViewThatIsKeptGoOn() {
    TieredCache<String, String> acme = cache().tenant("acme");
    for (int round = 1; round <= 3; round++) {
      acme.put("k", "v");
      acme.get("k");
      acme.get("absent");
      acme.invalidate("k");
      CacheStats stats = acme.stats();
      assertThat(stats.puts()).isEqualTo(round);
      assertThat(stats.memoryHits()).isEqualTo(round);
      assertThat(stats.absent()).isEqualTo(round);
      freeIdle();
      System.gc();
      assertThat(acme.stats()).isEqualTo(stats);
    }
  }

  @Test
  void askingForStatisticsTakesNoTenantIntoUse() {
    TieredCache<String, String> acme = cache().tenant("acme");
    assertThat(acme.stats()).isEqualTo(NOTHING);
    assertThat(acme.name()).isEqualTo("c");
    assertThat(insides().tenantsInUse()).isZero();
    assertThat(manager.stats().memoryBytes()).isZero();
  }

  @Test
  void theSumOverAllTenantsKeepsWhatThoseCountedThatAreGone() {
    for (int i = 0; i < 1_000; i++) {
      TieredCache<String, String> tenant = cache().tenant("t" + i);
      tenant.put("k", "v");
      tenant.get("k");
      tenant.invalidate("k");
      if (i % 100 == 0) {
        freeIdle();
      }
      assertThat(manager.stats().caches().puts()).isEqualTo(i + 1);
    }
    freeIdle();
    awaitNothingLeft();
    CacheStats sum = manager.stats().caches();
    assertThat(sum.puts()).isEqualTo(1_000);
    assertThat(sum.memoryHits()).isEqualTo(1_000);
    assertThat(sum.invalidations()).isEqualTo(1_000);
    assertThat(sum.entries()).isZero();
    assertThat(cache().tenant("t1").stats()).as("begins anew").isEqualTo(NOTHING);
    assertThat(cache().stats()).as("of none of the tenants").isEqualTo(NOTHING);
  }

  @Test
  void whatIsCountedAfterATenantWasFreedIsInTheSum() {
    var answers = new CompletableFuture<Void>();
    heldBack = answers;
    reopen(withDisk(3 * HeapSizes.TENANT_BYTES));
    for (int i = 0; i < 100; i++) {
      cache().tenant("t" + i).put("k", "v");
    }
    long evictions = manager.stats().caches().evictions();
    assertThat(evictions).isGreaterThan(90);
    assertThat(insides().tenantsInUse()).isEqualTo(100 - evictions);
    answers.complete(null);
    assertThat(manager.stats().caches().demotions()).isEqualTo(evictions);
  }

  @Test
  void aTenantOnDiskIsFoundAgainClearedAndKeptApart() {
    reopen(withDisk(3 * HeapSizes.TENANT_BYTES));
    for (int i = 0; i < 200; i++) {
      cache().tenant("t" + i).put("k", "v" + i);
    }
    freeIdle();
    assertThat(insides().tenantsInUse()).isLessThan(4);
    System.gc();
    for (int i = 0; i < 200; i += 2) {
      cache().tenant("t" + i).clear();
    }
    for (int i = 0; i < 200; i++) {
      assertThat(cache().tenant("t" + i).get("k")).isEqualTo(i % 2 == 0 ? null : "v" + i);
    }
    insides().audit();
  }

  @Test
  void closingWithManyTenantsLosesNone() {
    reopen(withDisk(100_000_000));
    for (int i = 0; i < 2_000; i++) {
      cache().tenant("t" + i).put("k", "v" + i);
    }
    reopen(withDisk(100_000_000));
    for (int i = 0; i < 2_000; i++) {
      assertThat(cache().tenant("t" + i).get("k")).isEqualTo("v" + i);
    }
    assertThat(manager.stats().caches().diskHits()).isEqualTo(2_000);
    TieredCache<String, String> acme = cache().tenant("acme");
    manager.close();
    assertThatThrownBy(() -> acme.get("k")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> acme.put("k", "v")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatExpiresLeavesItsTenantIdle() {
    cache().tenant("acme").put("k", "v", EntryOptions.ttl(Duration.ofMillis(1)));
    await().untilAsserted(() -> assertThat(insides().tenantsInUse()).isZero());
    awaitNothingLeft();
    assertThat(manager.stats().memoryBytes()).isZero();
    assertThat(manager.stats().caches().expirations()).isOne();
  }

  @Test
  void anIdleTenantGoesThoughNobodyUsesTheCache() {
    var scheduler = new FakeScheduler();
    reopen(TieredCacheManager.builder().multiTenant(true).time(time, scheduler).build());
    cache().tenant("acme").put("k", "v");
    cache().tenant("acme").invalidate("k");
    await().until(() -> {
      scheduler.advance(Duration.ofSeconds(1));
      return insides().tenantsInUse() == 0;
    });
    await().until(() -> {
      System.gc();
      scheduler.advance(Duration.ofSeconds(1));
      return insides().tenantsLeft() == 0;
    });
  }

  @Test
  void cachesWithoutEndCountInTheBudget() {
    for (int i = 0; i < 1_100; i++) {
      manager.cache("c" + i, String.class, String.class);
      if (i == 99) {
        assertThat(manager.stats().memoryBytes()).as("a hundred count nothing").isZero();
      }
    }
    assertThat(manager.stats().memoryBytes()).isEqualTo(1_000 * HeapSizes.CACHE_BYTES);
    manager.cache("c1", String.class, String.class);
    assertThat(manager.stats().memoryBytes()).isEqualTo(1_000 * HeapSizes.CACHE_BYTES);
    insides().audit();
  }

  @Test
  void aCacheTakesWhatIsCounted() {
    reopen(memoryOnly(1_000_000_000));
    for (int i = 0; i < 100; i++) {
      manager.cache("first" + i, String.class, String.class);
    }
    long before = UsedHeap.bytes();
    for (int i = 0; i < 5_000; i++) {
      manager.cache("c" + i, String.class, String.class);
    }
    long counted = 5_000 * HeapSizes.CACHE_BYTES;
    await() // again while other threads in the process still end
        .untilAsserted(() ->
            assertThat(UsedHeap.bytes() - before).isBetween(counted * 7 / 10, counted * 104 / 100));
  }
}
