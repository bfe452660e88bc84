package io.intelligentcache.internal.demotion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.runAsync;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.codec.KeyCodecs;
import io.intelligentcache.internal.Insides;
import io.intelligentcache.internal.memory.EvictionHandler.Saved;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An entry whose write is refused because the disk is busy waits without its key's lock. */
final class BusyDiskTest {
  private static final int TRIES = 9;

  /** The values that were offered, in order. */
  private final List<String> offered = new CopyOnWriteArrayList<>();

  /** Which of these offers were the last ones. */
  private final List<Boolean> last = new CopyOnWriteArrayList<>();

  /** How many offers are refused. */
  private final AtomicInteger busy = new AtomicInteger();

  /** Runs in the thread of the first refused offer, when that thread holds no lock. */
  private Runnable betweenTries = () -> {};

  private boolean armed;

  private final TieredCacheManager manager = TieredCacheManager.builder()
      .memory(Memory.ofMegabytes(1))
      .disk(context -> new ForwardingTier(new HeapTier(TimeSource.SYSTEM)) {
        @Override
        public CompletableFuture<Outcome> offer(TierKey key, Item item, Worth worth, boolean end) {
          offered.add(new String(item.payload(), UTF_8));
          last.add(end);
          if (busy.getAndDecrement() <= 0) {
            return super.offer(key, item, worth, end);
          }
          armed = true;
          return completedFuture(new Outcome.Refused(Reason.BUSY));
        }
      })
      .build();

  private final TieredCache<Key, String> cache = manager.cache(
      "c",
      CacheSpec.of(Key.class, String.class)
          .keyCodec(KeyCodecs.of(key -> "k", text -> new Key(() -> {}))));

  @AfterEach
  void close() {
    manager.close();
  }

  /** A key that equals all others. The cache needs its hash code before it takes the key's lock. */
  private record Key(Runnable onHash) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key;
    }

    @Override
    public int hashCode() {
      onHash.run();
      return 7;
    }
  }

  private final Key victim = new Key(() -> {
    if (armed) {
      armed = false;
      betweenTries.run();
    }
  });
  private final Key same = new Key(() -> {});

  private void putOld() {
    cache.put(victim, "old");
    assertThat(offered).isEmpty();
  }

  /** Runs an operation in another thread, which ends before the next try. */
  private void between(Runnable operation) {
    betweenTries = () -> runAsync(operation).orTimeout(10, SECONDS).join();
  }

  private void evictAll() {
    manager.resizeMemory(1);
    manager.resizeMemory(1_000_000);
  }

  @Test
  void anotherThreadReadsAndChangesTheKeyMeanwhile() {
    List<String> read = new ArrayList<>();
    putOld();
    busy.set(1);
    between(() -> {
      read.add(cache.peek(same).value());
      manager.resizeMemory(1_000_000);
      cache.put(same, "new");
    });
    evictAll();
    assertThat(read).containsExactly("old");
    assertThat(offered).as("the older value is not written").containsOnlyOnce("old");
    assertThat(cache.get(same)).isEqualTo("new");
  }

  @Test
  void whatIsInvalidatedMeanwhileIsNotWritten() {
    putOld();
    busy.set(1);
    between(() -> cache.invalidate(same));
    evictAll();
    assertThat(offered).containsExactly("old");
    assertThat(cache.get(same)).isNull();
  }

  @Test
  void whatIsInvalidatedWhileItIsSavedIsNotWritten() {
    putOld();
    busy.set(1);
    between(() -> cache.invalidate(same));
    assertThat(save()).isEqualTo(Saved.NOTHING);
    assertThat(offered).containsExactly("old");
  }

  /** Saves the entry, without more patience than an eviction has. */
  private Saved save() {
    return requireNonNull(Insides.of(manager).ranked().at(0)).save(() -> false).join();
  }

  @Test
  void aSaveIsAsPatientAsAnEviction() {
    putOld();
    busy.set(TRIES - 1);
    assertThat(save()).isEqualTo(Saved.WRITTEN);
    assertThat(offered).hasSize(TRIES);
    assertThat(cache.getIfPresent(same)).isEqualTo("old");
    assertThat(cache.stats().demotions()).isEqualTo(1);
  }

  @Test
  void theWaitOfASaveEndsAndTheEntryStays() {
    putOld();
    busy.set(TRIES);
    assertThat(save()).isEqualTo(Saved.REFUSED);
    assertThat(offered).hasSize(TRIES);
    assertThat(last.indexOf(true)).isEqualTo(TRIES - 1);
    assertThat(cache.getIfPresent(same)).isEqualTo("old");
  }

  @Test
  void theEntryIsWrittenWhenTheDiskHasRoom() {
    putOld();
    busy.set(TRIES - 1);
    evictAll();
    assertThat(offered).hasSize(TRIES);
    assertThat(cache.stats().demotions()).isEqualTo(1);
    assertThat(cache.get(same)).isEqualTo("old");
  }

  @Test
  void theWaitEndsAndTheTierIsToldWhichTryIsTheLast() {
    putOld();
    busy.set(Integer.MAX_VALUE);
    evictAll();
    assertThat(offered).hasSize(TRIES);
    assertThat(last.subList(0, TRIES - 1)).containsOnly(false);
    assertThat(last.get(TRIES - 1)).isTrue();
    assertThat(cache.stats().evictions()).isEqualTo(1);
    assertThat(cache.stats().demotions()).isZero();
    assertThat(cache.get(same)).isNull();
  }
}
