package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.codec.Codec;
import io.intelligentcache.codec.Codecs;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.internal.tier.ForwardingTier;
import io.intelligentcache.stats.TierUsage;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The keys and the usage of one tier. */
final class TierKeysTest {
  private static final int KEYS = 3 * HeapTier.PAGE - 1;

  /** Runs something before a page is listed. */
  private static final class WatchedTier extends ForwardingTier {
    volatile Runnable before = () -> {};

    WatchedTier(HeapTier tier) {
      super(tier);
    }

    @Override
    public CompletableFuture<Listing> list(Space space, Listing.@Nullable Cursor from) {
      before.run();
      return super.list(space, from);
    }
  }

  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private final WatchedTier watched = new WatchedTier(disk);
  private final TieredCacheManager manager = TieredCacheManager.builder()
      .time(time)
      .multiTenant(true)
      .disk(context -> watched)
      .build();
  private final TieredCache<Integer, String> cache =
      manager.cache("c", Integer.class, String.class);

  @AfterEach
  void close() {
    manager.close();
  }

  /** Puts keys that are on disk only, after the cache was closed and opened again. */
  private TieredCache<Integer, String> onDisk() {
    Map<Integer, String> values = new HashMap<>();
    IntStream.range(0, KEYS).forEach(key -> values.put(key, "v" + key));
    cache.putAll(values);
    cache.close();
    return manager.cache("c", Integer.class, String.class);
  }

  private static List<Integer> all() {
    return IntStream.range(0, KEYS).boxed().toList();
  }

  @Test
  void listsMemoryAndDiskApart() throws Exception {
    TieredCache<Integer, String> again = onDisk();
    assertThat(again.keys(CacheTier.MEMORY)).isEmpty();
    assertThat(again.keys(CacheTier.DISK)).containsExactlyInAnyOrderElementsOf(all());
    assertThat(again.async().keys(CacheTier.DISK)).hasSize(KEYS);
    assertThat(again.stats().requests()).isZero();
    assertThat(disk.reads()).isZero();
    again.put(-1, "v");
    assertThat(again.keys(CacheTier.MEMORY)).containsExactly(-1);
    TierUsage memory = again.usage(CacheTier.MEMORY);
    assertThat(memory.entries()).isEqualTo(1);
    assertThat(memory.bytes()).isEqualTo(again.memoryBytes());
    TierUsage below = again.usage(CacheTier.DISK);
    assertThat(below.entries()).isEqualTo(KEYS);
    assertThat(below.bytes()).isBetween(5L * KEYS, 100L * KEYS);
    assertThat(again.async().usage(CacheTier.DISK).get()).isEqualTo(below);
  }

  @Test
  void isEmptyWhereThereIsNoTier() {
    cache.put(1, "v");
    assertThat(cache.keys(CacheTier.REDIS)).isEmpty();
    assertThat(cache.usage(CacheTier.REDIS).entries()).isZero();
    TieredCache<Object, Object> alone =
        manager.cache("alone", CacheSpec.of(Object.class, Object.class).memoryOnly());
    alone.put(1, "v");
    assertThat(alone.keys(CacheTier.DISK)).isEmpty();
    assertThat(alone.usage(CacheTier.DISK).bytes()).isZero();
    assertThat(alone.keys(CacheTier.MEMORY)).containsExactly(1);
  }

  @Test
  void aPageIsReadWhenItIsNeeded() {
    TieredCache<Integer, String> again = onDisk();
    var keys = again.keys(CacheTier.DISK);
    assertThat(disk.lists()).isZero();
    Iterator<Integer> some = keys.iterator();
    assertThat(some.hasNext()).isTrue();
    assertThat(disk.lists()).isEqualTo(1);
    some.forEachRemaining(key -> {});
    assertThat(disk.lists()).isEqualTo(3);
    assertThat(again.keys(CacheTier.DISK).limit(10)).hasSize(10);
    assertThat(disk.lists()).isEqualTo(4);
  }

  @Test
  void entriesHaveValues() {
    TieredCache<Integer, String> again = onDisk();
    again.put(-1, "memory", EntryOptions.ttl(Duration.ofMinutes(1)));
    time.advance(Duration.ofSeconds(2));
    assertThat(again
            .entries(CacheTier.DISK)
            .collect(Collectors.toMap(CacheEntry::key, CacheEntry::value)))
        .hasSize(KEYS)
        .containsEntry(3, "v3");
    assertThat(again.entries(CacheTier.MEMORY)).singleElement().satisfies(entry -> {
      assertThat(entry.key()).isEqualTo(-1);
      assertThat(entry.value()).isEqualTo("memory");
      assertThat(entry.timeLeft()).isEqualTo(Duration.ofSeconds(58));
    });
    assertThat(again.async().entries(CacheTier.DISK)).hasSize(KEYS);
    assertThat(again.stats().requests()).isZero();
    assertThat(again.estimatedSize()).isEqualTo(1); // nothing is promoted
  }

  @Test
  void aTraversalOfEntriesReadsSomeValuesAtATime() {
    TieredCache<Integer, String> again = onDisk();
    var entries = again.entries(CacheTier.DISK);
    assertThat(disk.lists()).isZero();
    assertThat(entries.limit(10)).hasSize(10);
    assertThat(disk.lists()).isEqualTo(1);
    assertThat(disk.reads()).isBetween(10L, 100L);
    Iterator<CacheEntry<Integer, String>> rest = again.entries(CacheTier.DISK).iterator();
    rest.next();
    again.close();
    assertThatThrownBy(() -> rest.forEachRemaining(entry -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cache c is closed");
  }

  @Test
  void anEntryWhoseValueCanNotBeDecodedIsLeftOut() {
    onDisk().close();
    Codec<String> odd = new Codec<>() {
      @Override
      public String id() {
        return Codecs.string().id(); // of the values that it does not decode
      }

      @Override
      public byte[] encode(String value) {
        return value.getBytes(UTF_8);
      }

      @Override
      public String decode(byte[] bytes) {
        String value = new String(bytes, UTF_8);
        if (value.contains("7")) {
          throw new IllegalArgumentException("made to fail");
        }
        return value;
      }
    };
    TieredCache<Integer, String> other =
        manager.cache("c", CacheSpec.of(Integer.class, String.class).codec(odd));
    assertThat(other.entries(CacheTier.DISK))
        .extracting(CacheEntry::key)
        .containsExactlyInAnyOrderElementsOf(
            all().stream().filter(key -> !("" + key).contains("7")).toList());
    assertThat(other.keys(CacheTier.DISK)).hasSize(KEYS);
  }

  @Test
  void aTenantIsListedWithoutAnyOther() {
    TieredCache<Integer, String> acme = cache.tenant("acme");
    acme.put(1, "acme's");
    cache.tenant("globex").put(2, "v");
    cache.put(3, "v");
    cache.close(); // closes its tenants, too
    TieredCache<Integer, String> again = manager.cache("c", Integer.class, String.class);
    assertThat(again.keys(CacheTier.DISK)).containsExactly(3);
    TieredCache<Integer, String> idle = again.tenant("acme"); // has no key space of its own
    assertThat(idle.keys(CacheTier.DISK)).containsExactly(1);
    assertThat(idle.usage(CacheTier.DISK).entries()).isEqualTo(1);
    assertThat(again.tenant("globex").async().keys(CacheTier.DISK)).containsExactly(2);
    idle.close();
    assertThatThrownBy(() -> idle.keys(CacheTier.DISK))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("acme");
  }

  @Test
  void aKeyThatCanNotBeDecodedIsCountedAndNotListed() {
    onDisk().close();
    KeyCodec<Integer> odd = new KeyCodec<>() {
      @Override
      public String encode(Integer key) {
        return String.valueOf(key);
      }

      @Override
      public Integer decode(String text) {
        if (text.endsWith("7")) {
          throw new NumberFormatException("made to fail");
        }
        return Integer.valueOf(text);
      }
    };
    TieredCache<Integer, String> other =
        manager.cache("c", CacheSpec.of(Integer.class, String.class).keyCodec(odd));
    assertThat(other.keys(CacheTier.DISK))
        .containsExactlyInAnyOrderElementsOf(
            all().stream().filter(key -> key % 10 != 7).toList());
    assertThat(other.usage(CacheTier.DISK).entries()).isEqualTo(KEYS);
  }

  @Test
  void aRefusedPageEndsTheListingWithTheTierAndTheReason() {
    TieredCache<Integer, String> again = onDisk();
    Iterator<Integer> keys = again.keys(CacheTier.DISK).iterator();
    keys.next();
    disk.refuse(Reason.LATE);
    assertThatThrownBy(() -> keys.forEachRemaining(key -> {}))
        .isInstanceOf(ListingException.class)
        .hasMessage("the entries of cache c in the disk tier can't be listed: it did not answer a"
            + " page within its deadline; try again later (LATE): made to refuse");
    assertThatThrownBy(() -> again.usage(CacheTier.DISK)).isInstanceOf(ListingException.class);
    assertThatThrownBy(() -> again.async().usage(CacheTier.DISK).get())
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(ListingException.class);
    assertThatThrownBy(() -> again.tenant("t").keys(CacheTier.DISK).forEach(key -> {}))
        .isInstanceOf(ListingException.class)
        .hasMessageContaining("tenant \"t\" of cache c");
    assertThatThrownBy(() -> again.entries(CacheTier.DISK).forEach(entry -> {}))
        .isInstanceOf(ListingException.class);
    disk.refuse(null);
    assertThat(again.keys(CacheTier.DISK)).hasSize(KEYS);
  }

  @Test
  void aCacheThatIsClosedDuringAListingEndsItClearly() {
    TieredCache<Integer, String> again = onDisk();
    Iterator<Integer> keys = again.keys(CacheTier.DISK).iterator();
    keys.next();
    again.close();
    assertThatThrownBy(() -> keys.forEachRemaining(key -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cache c is closed");
    TieredCache<Integer, String> third = manager.cache("c", Integer.class, String.class);
    long before = disk.lists();
    watched.before = () -> {
      if (disk.lists() == before + 2) { // at the last page
        third.close();
      }
    };
    assertThatThrownBy(() -> third.usage(CacheTier.DISK))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cache c is closed");
    assertThatThrownBy(() -> third.usage(CacheTier.DISK)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aManagerThatIsClosedDuringAListingEndsItClearly() {
    TieredCache<Integer, String> again = onDisk();
    Iterator<Integer> keys = again.keys(CacheTier.DISK).iterator();
    keys.next();
    manager.close();
    assertThatThrownBy(() -> keys.forEachRemaining(key -> {}))
        .isInstanceOf(IllegalStateException.class);
  }
}
