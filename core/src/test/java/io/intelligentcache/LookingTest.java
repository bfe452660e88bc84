package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.Found.Origin;
import io.intelligentcache.Found.State;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads that never load, and looks that have no effect. */
final class LookingTest {
  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private final TieredCacheManager inMemory =
      TieredCacheManager.builder().time(time).build();
  private final TieredCacheManager onDisk = TieredCacheManager.builder()
      .memory(Memory.ofBytes(2_000))
      .disk(context -> disk)
      .time(time)
      .build();

  @AfterEach
  void close() {
    inMemory.close();
    onDisk.close();
  }

  private static TieredCache<String, String> cache(
      TieredCacheManager manager, UnaryOperator<CacheSpec<String, String>> settings) {
    return manager.cache("c", settings.apply(CacheSpec.of(String.class, String.class)));
  }

  /** Puts a key, and others until it is on disk only. */
  private static void evict(TieredCache<String, String> cache, String key) {
    for (int i = 0; cache.peek(key).origin() == Origin.MEMORY; i++) {
      cache.put("other" + i, "x".repeat(100));
    }
  }

  @Test
  void getIfPresentNeverLoads() {
    TieredCache<String, String> cache =
        cache(inMemory, spec -> spec.loader(key -> "loaded " + key));
    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.async().getIfPresent("k")).isCompletedWithValue(null);
    assertThat(cache.stats().absent()).as("they count as requests").isEqualTo(2);
    assertThat(cache.get("k")).isEqualTo("loaded k");
    assertThat(cache.getIfPresent("k")).isEqualTo("loaded k");
    assertThat(cache.stats().loads()).isEqualTo(1);
    assertThat(cache.stats().memoryHits()).isEqualTo(1);
  }

  @Test
  void getIfPresentFindsWhatIsOnDisk() {
    TieredCache<String, String> cache = cache(onDisk, spec -> spec.loader(key -> "loaded " + key));
    cache.put("k", "v");
    evict(cache, "k");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
    assertThat(cache.stats().diskHits()).isEqualTo(1);
    assertThat(cache.peek("k").origin()).as("promoted").isEqualTo(Origin.MEMORY);
  }

  @Test
  void aLookIsNoRequestAndLoadsNothing() {
    TieredCache<String, String> cache =
        cache(inMemory, spec -> spec.loader(key -> "loaded " + key));
    cache.put("k", "v");
    CacheStats before = cache.stats();
    assertThat(cache.peek("k").value()).isEqualTo("v");
    assertThat(cache.peek("k").origin()).isEqualTo(Origin.MEMORY);
    assertThat(cache.peek("absent").state()).isEqualTo(State.ABSENT);
    assertThat(cache.containsKey("k")).isTrue();
    assertThat(cache.containsKey("absent")).isFalse();
    assertThat(cache.async().peek("k").join().value()).isEqualTo("v");
    assertThat(cache.async().containsKey("absent")).isCompletedWithValue(false);
    assertThat(cache.stats()).isEqualTo(before);
  }

  @Test
  void aLookDoesNotProlongIdleTime() {
    TieredCache<String, String> cache = cache(
        inMemory, spec -> spec.freshness(Freshness.none().timeToIdle(Duration.ofMinutes(16))));
    cache.put("k", "v");
    for (int i = 0; i < 15; i++) {
      time.advance(Duration.ofMinutes(1));
      assertThat(cache.containsKey("k")).isTrue();
    }
    time.advance(Duration.ofMinutes(1));
    assertThat(cache.containsKey("k")).isFalse();
  }

  @Test
  void aLookFindsWhatIsOnDiskAndLeavesItThere() {
    TieredCache<String, String> cache = cache(onDisk, spec -> spec);
    cache.put("k", "v", EntryOptions.ttl(Duration.ofMinutes(1)));
    evict(cache, "k");
    CacheStats before = cache.stats();
    for (int i = 0; i < 3; i++) {
      assertThat(cache.peek("k").value()).isEqualTo("v");
      assertThat(cache.peek("k").origin()).isEqualTo(Origin.DISK);
      assertThat(cache.async().containsKey("k").join()).isTrue();
    }
    assertThat(cache.stats()).isEqualTo(before);
    time.advance(Duration.ofMinutes(1));
    assertThat(cache.containsKey("k")).as("expired").isFalse();
  }

  @Test
  void aCachedAbsenceIsNoValue() {
    TieredCache<String, String> cache =
        cache(inMemory, spec -> spec.freshness(Freshness.none().absenceTtl(Duration.ofMinutes(1))));
    assertThat(cache.get("k", key -> null)).isNull();
    assertThat(cache.peek("k").state()).isEqualTo(State.KNOWN_ABSENT);
    assertThat(cache.containsKey("k")).isFalse();
  }

  @Test
  void aStaleValueIsNoneForALook() {
    TieredCache<String, String> cache = cache(
        inMemory,
        spec -> spec.ttl(Duration.ofMinutes(1))
            .freshness(Freshness.none().failSafe(Duration.ofHours(1), Duration.ofSeconds(1))));
    cache.put("k", "v");
    time.advance(Duration.ofMinutes(1));
    assertThat(cache.containsKey("k")).isFalse();
    assertThat(cache.peek("k").value()).isNull();
  }

  @Test
  void afterCloseEachIsRefused() {
    TieredCache<String, String> cache = cache(inMemory, spec -> spec);
    inMemory.close();
    assertThatThrownBy(() -> cache.peek("k")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cache.containsKey("k")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cache.getIfPresent("k")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cache.refresh("k", key -> "v"))
        .isInstanceOf(IllegalStateException.class);
  }
}
