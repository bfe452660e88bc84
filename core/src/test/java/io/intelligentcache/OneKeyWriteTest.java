package io.intelligentcache;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.internal.tier.NoTier;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.TierKey;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writes of one key are handed to the tiers without lists. */
final class OneKeyWriteTest {
  private static final int KEYS = 1_000;

  private final Single disk = new Single();
  private final Single redis = new Single();
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .memory(Memory.ofMegabytes(10))
      .disk(context -> disk)
      .redis(context -> redis)
      .build();
  private final TieredCache<Integer, Integer> cache =
      manager.cache("c", Integer.class, Integer.class);

  @AfterEach
  void close() {
    manager.close();
  }

  /** A tier that stores nothing, and counts the calls for one key and the calls for many. */
  private static final class Single extends ForwardingTier {
    private static final CompletableFuture<Outcome> DONE =
        CompletableFuture.completedFuture(Outcome.DONE);

    private @Nullable Entry last;
    private int puts;
    private int removals;
    private int lists;

    Single() {
      super(NoTier.INSTANCE);
    }

    @Override
    public CompletableFuture<Outcome> put(Entry entry) {
      last = entry;
      puts++;
      return DONE;
    }

    @Override
    public CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
      lists++;
      return super.putAll(entries);
    }

    @Override
    public CompletableFuture<Outcome> remove(TierKey key) {
      removals++;
      return DONE;
    }

    @Override
    public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
      lists++;
      return super.removeAll(keys);
    }
  }

  private void assertCalls(int puts, int removalsInRedis, int removalsOnDisk) {
    assertThat(redis.puts).isEqualTo(puts);
    assertThat(redis.removals).isEqualTo(removalsInRedis);
    assertThat(disk.removals).isEqualTo(removalsOnDisk);
    assertThat(disk.puts).isZero();
    assertThat(redis.lists + disk.lists).isZero();
  }

  @Test
  void aPutWritesThroughAndForgetsOnDisk() {
    cache.put(1, 1);
    cache.put(1, 2, EntryOptions.ttl(Duration.ofMinutes(1)));
    assertCalls(2, 0, 2);
  }

  @Test
  void aPutSaysForHowLongCopiesAreKeptPastTheExpiry() {
    Duration stale = Duration.ofHours(2);
    cache.put(
        1,
        1,
        EntryOptions.ttl(Duration.ofMinutes(1))
            .with(Freshness.none().failSafe(stale, Duration.ofSeconds(1))));
    assertThat(requireNonNull(redis.last).graceMillis()).isEqualTo(stale.toMillis());
  }

  @Test
  void anInvalidationRemovesInBoth() {
    cache.invalidate(1);
    assertCalls(0, 1, 1);
  }

  @Test
  void anAtomicOperationWritesThroughOrRemovesInBoth() {
    assertThat(cache.getAndPut(1, 1)).isNull();
    assertThat(cache.getAndRemove(1)).isEqualTo(1);
    assertCalls(1, 1, 2);
  }

  @Test
  void aPutOfOneKeyAllocatesAThirdLessThanOneOfAMap() {
    for (int warmUp = 0; warmUp < 10; warmUp++) {
      puts();
      maps();
    }
    assertThat(puts()).isLessThan(maps() * 2 / 3);
  }

  private long puts() {
    long before = allocated();
    for (int i = 0; i < KEYS; i++) {
      cache.put(i, i);
    }
    return allocated() - before;
  }

  private long maps() {
    long before = allocated();
    for (int i = 0; i < KEYS; i++) {
      cache.putAll(Map.of(i, i));
    }
    return allocated() - before;
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
