package io.intelligentcache.internal.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Found;
import io.intelligentcache.Freshness;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.Update;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedHeapTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Expiry in updates of two instances that share a tier. */
final class SharedUpdateTest {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final FakeTime time = new FakeTime();
  private final HeapTier store = new HeapTier(time);
  private final AtomicLong versions = new AtomicLong();
  private final List<TieredCacheManager> managers = new ArrayList<>();
  private final TieredCache<String, Integer> one = instance(Freshness.none());
  private final TieredCache<String, Integer> other = instance(Freshness.none());

  @AfterEach
  void close() {
    managers.forEach(TieredCacheManager::close);
  }

  private TieredCache<String, Integer> instance(Freshness freshness) {
    TieredCacheManager manager = TieredCacheManager.builder()
        .redis(context -> {
          context.changes().receivedUntil(time.nanos());
          return new Versioned();
        })
        .time(time)
        .build();
    managers.add(manager);
    return manager.cache(
        "c", CacheSpec.of(String.class, Integer.class).ttl(WINDOW).freshness(freshness));
  }

  /** Gives each write a version, and changes a key only under the condition of the caller. */
  private final class Versioned extends SharedHeapTier {
    Versioned() {
      super(store);
    }

    private Outcome stored(Entry entry) {
      var version = new Version(versions.incrementAndGet(), 1);
      store.plant(entry.key(), entry.item().with(version, entry.item().stamp()));
      return new Outcome.Stored(version);
    }

    private boolean holds(TierKey key, Condition condition) {
      Item there = store.stored(key);
      return condition instanceof Condition.Unchanged unchanged
          ? there != null && there.version().equals(unchanged.version())
          : there == null || there.expired(time.epochMillis());
    }

    @Override
    public CompletableFuture<Outcome> put(Entry entry) {
      return completedFuture(stored(entry));
    }

    @Override
    public CompletableFuture<Outcome> putIf(Entry entry, Condition condition) {
      return completedFuture(holds(entry.key(), condition) ? stored(entry) : Outcome.UNMET);
    }

    @Override
    public CompletableFuture<Outcome> removeIf(TierKey key, Condition condition) {
      return holds(key, condition) ? remove(key) : completedFuture(Outcome.UNMET);
    }
  }

  private static Update<Integer> count(String key, Found<Integer> there) {
    Integer before = there.value();
    return Update.putKeepingExpiry(before == null ? 1 : before + 1);
  }

  private Duration left() {
    Item item = requireNonNull(store.stored(new TierKey(new Space("c", ""), "k".getBytes(UTF_8))));
    return Duration.ofMillis(item.expiresAtMillis() - time.epochMillis());
  }

  @Test
  void howeverOftenACounterIsIncrementedAndByWhichInstanceItKeepsTheEndOfItsWindow() {
    for (int i = 1; i <= 1_000; i += 2) {
      assertThat(one.update("k", SharedUpdateTest::count)).isEqualTo(i);
      assertThat(other.update("k", SharedUpdateTest::count)).isEqualTo(i + 1);
    }
    assertThat(left()).isEqualTo(WINDOW);
    assertThat(other.lookup("k").timeLeft()).isEqualTo(WINDOW.minusMillis(1));
    time.advance(WINDOW);
    assertThat(one.update("k", SharedUpdateTest::count)).as("the next window").isEqualTo(1);
    assertThat(left()).isEqualTo(WINDOW);
  }

  @Test
  void theFunctionSeesTheTimeLeftOfWhatTheOtherInstanceStored() {
    other.put("k", 1, EntryOptions.ttl(Duration.ofSeconds(10)));
    time.advance(Duration.ofSeconds(4));
    List<Found<Integer>> seen = new ArrayList<>();
    one.update("k", (key, there) -> {
      seen.add(there);
      return Update.put(2, EntryOptions.ttl(Duration.ofSeconds(3)));
    });
    assertThat(seen)
        .containsExactly(
            Answers.known(Found.Origin.REDIS, 1, Duration.ofSeconds(6).minusMillis(1)));
    assertThat(left()).isEqualTo(Duration.ofSeconds(3));
    one.put("k", 3, EntryOptions.noExpiry());
    other.update("k", (key, there) -> {
      seen.add(there);
      return count(key, there);
    });
    assertThat(seen.get(1).timeLeft()).isNull();
    assertThat(one.lookup("k").timeLeft()).isNull();
  }

  @Test
  void optionsOfAtomicOperationsHoldForTheOtherInstance() {
    Duration ttl = Duration.ofSeconds(10);
    EntryOptions options = EntryOptions.ttl(ttl);
    assertThat(one.putIfAbsent("k", 1, options)).isNull();
    assertThat(left()).isEqualTo(ttl);
    time.advance(ttl);
    assertThat(other.get("k")).isNull();
    other.put("k", 1);
    assertThat(one.replace("k", 2, options)).isEqualTo(1);
    assertThat(left()).isEqualTo(ttl);
    time.advance(Duration.ofSeconds(5));
    assertThat(one.replace("k", 2, 3, options)).isTrue();
    assertThat(left()).isEqualTo(ttl);
    time.advance(Duration.ofSeconds(5));
    assertThat(one.getAndPut("k", 4, options)).isEqualTo(3);
    assertThat(left()).isEqualTo(ttl);
    time.advance(ttl.minusMillis(2));
    assertThat(other.get("k")).isEqualTo(4);
    time.advance(Duration.ofMillis(2));
    assertThat(other.get("k")).isNull();
    assertThat(one.get("k")).isNull();
  }

  @Test
  void anExpiryThatIsKeptEndsWithTheTimeToIdle() {
    Duration idle = Duration.ofSeconds(16);
    TieredCache<String, Integer> sessions = instance(Freshness.none().timeToIdle(idle));
    sessions.put("k", 1);
    assertThat(left()).isEqualTo(idle);
    time.advance(Duration.ofSeconds(4));
    assertThat(sessions.update("k", SharedUpdateTest::count)).isEqualTo(2);
    assertThat(left()).isEqualTo(Duration.ofSeconds(12));
  }
}
