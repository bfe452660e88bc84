package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier.Worth;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The disk is told what it should know to decide whether an entry is worth a write. */
final class OfferTest {
  private final Map<String, Worth> offers = new HashMap<>();

  private TieredCacheManager manager(Outcome answer) {
    return TieredCacheManager.builder()
        .memory(Memory.ofBytes(10_000).policy(EvictionPolicy.LRU))
        .disk(context -> new ForwardingTier(new HeapTier(TimeSource.SYSTEM)) {
          @Override
          public CompletableFuture<Outcome> offer(
              TierKey key, Item item, Worth worth, boolean last) {
            offers.put(new String(key.bytes(), UTF_8), worth);
            return CompletableFuture.completedFuture(answer);
          }
        })
        .build();
  }

  @Test
  void whetherItWasReadWhileItWasInMemory() {
    try (TieredCacheManager manager = manager(Outcome.DONE)) {
      var cache = manager.cache("numbers", Integer.class, Integer.class);
      for (int i = 0; i < 1_000; i++) {
        cache.put(i, i);
        if (i % 2 == 0) {
          cache.get(i);
        }
      }
      assertThat(offers).hasSizeGreaterThan(500);
      offers.forEach((key, worth) ->
          assertThat(worth).isEqualTo(Integer.parseInt(key) % 2 == 0 ? Worth.READ : Worth.UNREAD));
    }
    assertThat(offers).hasSize(1_000).containsEntry("999", Worth.REQUIRED);
  }

  @Test
  void whatIsDeclinedIsEvictedAndNotDemoted() {
    try (TieredCacheManager manager = manager(new Outcome.Refused(Reason.DECLINED))) {
      var cache = manager.cache("numbers", Integer.class, Integer.class);
      for (int i = 0; i < 1_000; i++) {
        cache.put(i, i);
      }
      assertThat(cache.stats().evictions()).isPositive();
      assertThat(cache.stats().demotions()).isZero();
      assertThat(cache.get(0)).isNull();
    }
  }
}
