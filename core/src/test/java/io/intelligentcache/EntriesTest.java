package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.intelligentcache.internal.Insides;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.SharedHeapTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The keys and entries in memory, their number and their bytes. */
final class EntriesTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final FakeTime time = new FakeTime();
  private final TieredCacheManager manager =
      TieredCacheManager.builder().time(time).multiTenant(true).build();
  private final TieredCache<String, String> cache = manager.cache("c", String.class, String.class);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void anEntryHasKeyValueAndTimeLeft() {
    cache.put("a", "1");
    cache.put("b", "2", EntryOptions.ttl(MINUTE));
    time.advance(MINUTE.dividedBy(4));
    assertThat(cache.keys()).containsExactlyInAnyOrder("a", "b");
    List<CacheEntry<String, String>> entries = cache.async().entries().toList();
    assertThat(entries)
        .extracting(CacheEntry::key, CacheEntry::value, CacheEntry::timeLeft)
        .containsExactlyInAnyOrder(
            tuple("a", "1", null), tuple("b", "2", MINUTE.dividedBy(4).multipliedBy(3)));
  }

  @Test
  void expiredAndStaleEntriesAndAbsencesAreNotAmongThem() {
    TieredCache<String, String> stale = manager.cache(
        "s",
        CacheSpec.of(String.class, String.class)
            .ttl(MINUTE)
            .freshness(Freshness.none()
                .failSafe(MINUTE.multipliedBy(2), Duration.ofSeconds(1))
                .absenceTtl(MINUTE.multipliedBy(3))));
    stale.put("a", "1");
    stale.put("b", "2", EntryOptions.ttl(MINUTE.multipliedBy(2)));
    assertThat(stale.get("nothing", key -> null)).isNull();
    time.advance(MINUTE);
    assertThat(stale.keys()).containsExactly("b");
    assertThat(stale.entries()).extracting(CacheEntry::key).containsExactly("b");
    assertThat(stale.get("a", key -> {
          throw new IllegalStateException("database away");
        }))
        .as("is there for those who accept it")
        .isEqualTo("1");
  }

  @Test
  void toListEntriesIsNoReadOfThem() {
    try (var small = TieredCacheManager.builder()
        .memory(Memory.ofBytes(100_000).policy(EvictionPolicy.LRU))
        .time(time)
        .build()) {
      TieredCache<Integer, Integer> numbers = small.cache(
          "n",
          CacheSpec.of(Integer.class, Integer.class)
              .freshness(Freshness.none().timeToIdle(MINUTE)));
      numbers.put(0, 0);
      numbers.put(1, 1);
      List<Integer> order = coldestFirst(small);
      assertThat(numbers.entries().map(CacheEntry::key)).hasSize(2);
      assertThat(numbers.keys()).hasSize(2);
      assertThat(coldestFirst(small)).isEqualTo(order);
      assertThat(numbers.stats().requests()).isZero();
      time.advance(MINUTE.dividedBy(2));
      assertThat(numbers.entries()).hasSize(2);
      time.advance(MINUTE.dividedBy(2));
      assertThat(numbers.keys()).as("nobody has read them for a minute").isEmpty();
    }
  }

  private static List<Integer> coldestFirst(TieredCacheManager manager) {
    var ranked = Insides.of(manager).ranked();
    List<Integer> keys = new ArrayList<>();
    for (int i = 0; i < ranked.size(); i++) {
      var entry = ranked.at(i);
      if (entry != null && entry.key() instanceof Integer key) {
        keys.add(key);
      }
    }
    return keys;
  }

  @Test
  void theStreamIsLazy() {
    for (int i = 0; i < 1_000; i++) {
      cache.put("k" + i, "v");
    }
    Iterator<String> keys = cache.keys().iterator();
    String first = keys.next();
    cache.clear();
    cache.put(first, "again");
    int rest = 0;
    while (keys.hasNext()) {
      keys.next();
      rest++;
    }
    assertThat(rest).as("what was in the first bucket").isLessThan(100);
  }

  @Test
  void aKeyIsThereOnceWhateverChangesMeanwhile() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    int always = 500;
    try {
      for (int round = 0; round < 10; round++) {
        TieredCache<Integer, Integer> growing =
            manager.cache("growing" + round, CacheSpec.of(Integer.class, Integer.class));
        for (int i = 0; i < always; i++) {
          growing.put(i, i);
        }
        var over = new AtomicBoolean();
        var begun = new AtomicInteger();
        Future<?> changing = threads.submit(() -> {
          for (int i = always; !over.get(); i++) {
            growing.put(i, i);
            growing.put(i % always, i);
            if (i % 3 == 0) {
              growing.invalidate(i);
            }
            begun.set(i);
          }
        });
        while (begun.get() < 20_000) {
          Set<Integer> seen = new HashSet<>();
          growing
              .entries()
              .forEach(
                  entry -> assertThat(seen.add(entry.key())).as("%s", entry).isTrue());
          for (int i = 0; i < always; i++) {
            assertThat(seen).contains(i);
          }
        }
        over.set(true);
        changing.get();
        growing.clear();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void sizeAndBytesAreThoseOfTheCacheOrTheTenantAlone() {
    TieredCache<String, String> acme = cache.tenant("acme");
    TieredCache<String, String> idle = cache.tenant("idle");
    cache.put("a", "1");
    acme.put("b", "2");
    acme.put("c", "3".repeat(1_000));
    assertThat(cache.estimatedSize()).isEqualTo(1);
    assertThat(acme.async().estimatedSize()).isEqualTo(2);
    assertThat(idle.estimatedSize()).isZero();
    assertThat(idle.memoryBytes()).isZero();
    assertThat(cache.memoryBytes()).isBetween(100L, 300L);
    assertThat(acme.async().memoryBytes()).isBetween(1_200L, 1_600L);
    assertThat(acme.keys()).containsExactlyInAnyOrder("b", "c");
    assertThat(idle.keys()).isEmpty();
    assertThat(Insides.of(manager).tenantsInUse()).as("idle was only looked at").isEqualTo(1);
    acme.clear();
    assertThat(acme.memoryBytes()).isZero();
    assertThat(acme.estimatedSize()).isZero();
  }

  @Test
  void aClosedManagerListsNothing() {
    manager.close();
    assertThatThrownBy(cache::keys).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(cache::entries).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(cache::estimatedSize).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(cache::memoryBytes).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aCopyThatAnotherInstanceMayHaveChangedIsNoEntryButItsKeyIsThere() {
    Changes[] changes = {Changes.IGNORED};
    try (var shared = TieredCacheManager.builder()
        .redis(context -> {
          changes[0] = context.changes();
          return new SharedHeapTier(new HeapTier(time));
        })
        .time(time)
        .build()) {
      TieredCache<String, String> copies = shared.cache("c", String.class, String.class);
      copies.put("k", "v");
      changes[0].receivedUntil(time.nanos());
      time.advance(Duration.ofMillis(1));
      assertThat(copies.get("k")).isEqualTo("v");
      assertThat(copies.entries()).extracting(CacheEntry::value).containsExactly("v");
      time.advance(Duration.ofMillis(1));
      changes[0].changed(new TierKey(new Space("c", ""), "k".getBytes(StandardCharsets.UTF_8)));
      assertThat(copies.entries()).isEmpty();
      assertThat(copies.keys()).containsExactly("k");
    }
  }
}
