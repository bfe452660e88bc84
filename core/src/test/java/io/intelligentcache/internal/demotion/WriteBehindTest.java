package io.intelligentcache.internal.demotion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.CodecException;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Entries that are only in memory are written to disk in the background, if the disk tier wants that. */
@Timeout(60)
final class WriteBehindTest {
  private final List<String> offered = new CopyOnWriteArrayList<>();
  private final AtomicReference<Outcome> refusal = new AtomicReference<>();
  private final HeapTier disk = new HeapTier(TimeSource.SYSTEM);
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .memory(Memory.ofMegabytes(10).policy(EvictionPolicy.LRU))
      .disk(context -> new ForwardingTier(disk) {
        @Override
        public Duration writesBehind() {
          return Duration.ofSeconds(1);
        }

        @Override
        public CompletableFuture<Outcome> offer(TierKey key, Item item, boolean read) {
          offered.add(new String(key.bytes(), UTF_8));
          Outcome answer = refusal.get();
          return answer == null ? super.offer(key, item, read) : completedFuture(answer);
        }
      })
      .build();
  private final TieredCache<Integer, String> cache =
      manager.cache("c", Integer.class, String.class);

  @AfterEach
  void close() {
    manager.close();
  }

  /** Waits until rounds have written two markers. Then all entries that were in memory at the call are written. */
  private void awaitRound(int marker) {
    cache.put(marker, "marker");
    await().until(() -> offered.contains(Integer.toString(marker)));
    cache.put(marker + 1, "marker");
    await().until(() -> offered.contains(Integer.toString(marker + 1)));
  }

  @Test
  void whatDoesNotChangeIsWrittenOnceAndStaysInMemory() {
    for (int key = 0; key < 100; key++) {
      cache.put(key, "value");
    }
    awaitRound(1_000);
    awaitRound(2_000);
    assertThat(offered).hasSize(104).doesNotHaveDuplicates();
    assertThat(cache.stats().entries()).isEqualTo(104);
    assertThat(cache.stats().demotions()).isEqualTo(104);
    assertThat(cache.stats().evictions()).isZero();
  }

  @Test
  void whatIsPutAgainIsWrittenAgain() {
    cache.put(1, "old");
    awaitRound(1_000);
    cache.put(1, "new");
    awaitRound(2_000);
    assertThat(offered).filteredOn("1"::equals).hasSize(2);
    manager.close();
    assertThat(offered)
        .filteredOn("1"::equals)
        .as("closing has nothing to write")
        .hasSize(2);
  }

  @Test
  void theHottestIsWrittenFirst() {
    refusal.set(new Outcome.Refused(Reason.DECLINED)); // ends each round
    for (int key = 0; key < 100; key++) {
      cache.put(key, "value");
    }
    cache.get(17);
    offered.clear(); // an earlier round may still offer another one
    await().until(() -> offered.size() >= 4);
    assertThat(offered.subList(1, 4)).as("one each round").containsOnly("17");
  }

  @Test
  void whatTheDiskHasIsNotWrittenWhenItIsEvicted() {
    for (int key = 0; key < 100; key++) {
      cache.put(key, "value");
    }
    awaitRound(1_000);
    int before = offered.size();
    manager.resizeMemory(1);
    assertThat(cache.stats().evictions()).isEqualTo(102);
    assertThat(offered).hasSize(before);
    assertThat(cache.get(1)).isEqualTo("value");
  }

  @Test
  void anAbsenceAndWhatHasExpiredAreNotWritten() {
    cache.put(1, "short", EntryOptions.ttl(Duration.ofMillis(1)));
    awaitRound(1_000);
    awaitRound(2_000);
    assertThat(offered).doesNotContain("1").hasSize(4);
  }

  @Test
  void aValueThatCantBeWrittenIsTriedOnceAndKeepsNothingFromBeingWritten() {
    TieredCache<Integer, String> odd =
        manager.cache("odd", CacheSpec.of(Integer.class, String.class).codec(new Failing()));
    odd.put(-1, "value");
    awaitRound(1_000);
    awaitRound(2_000);
    assertThat(odd.stats().unwritable()).isEqualTo(1);
    assertThat(odd.get(-1)).isEqualTo("value");
  }

  private static final class Failing implements Codec<String> {
    @Override
    public String id() {
      return "failing";
    }

    @Override
    public byte[] encode(String value) {
      throw new CodecException("can't be written", null);
    }

    @Override
    public String decode(byte[] bytes) {
      return "";
    }
  }
}
