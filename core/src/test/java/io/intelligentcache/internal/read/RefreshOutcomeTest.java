package io.intelligentcache.internal.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.tier.Beginning;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedHeapTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads between the end of the loader of a refresh and the outcome of storing its value in the shared tier. */
final class RefreshOutcomeTest {
  private static final TierKey KEY = new TierKey(new Space("c", ""), "k".getBytes(UTF_8));

  private final FakeTime time = new FakeTime();
  private final HeapTier store = new HeapTier(time);
  private final AtomicLong versions = new AtomicLong();
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final CountDownLatch sharing = new CountDownLatch(1);
  private volatile boolean refusesRemovals;
  private Changes changes = Changes.IGNORED;

  private final TieredCacheManager manager = TieredCacheManager.builder()
      .redis(context -> {
        changes = context.changes();
        changes.receivedUntil(time.nanos());
        return new Slow();
      })
      .time(time)
      .build();
  private final TieredCache<String, String> cache = manager.cache("c", String.class, String.class);

  @AfterEach
  void close() {
    manager.close();
  }

  /** A tier whose outcome of a conditional put comes late. */
  private final class Slow extends SharedHeapTier {
    Slow() {
      super(store);
    }

    @Override
    public CompletableFuture<Outcome> put(Entry entry) {
      Version version = draw();
      store.plant(entry.key(), entry.item().with(version, entry.item().stamp()));
      return completedFuture(new Outcome.Stored(version));
    }

    @Override
    public Beginning begin() {
      return new Beginning(draw(), 0);
    }

    @Override
    public CompletableFuture<Outcome> putIf(Entry entry, Condition condition) {
      sharing.countDown();
      return outcome;
    }

    @Override
    public CompletableFuture<Outcome> remove(TierKey key) {
      return refusesRemovals
          ? completedFuture(new Outcome.Refused(Reason.BROKEN))
          : super.remove(key);
    }
  }

  private Version draw() {
    return new Version(versions.incrementAndGet(), 1);
  }

  private Item stored() {
    return requireNonNull(store.stored(KEY));
  }

  /** Begins a refresh whose value is loaded, and not yet stored in the shared tier. */
  private CompletableFuture<String> refresh() throws InterruptedException {
    cache.put("k", "old");
    CompletableFuture<String> refresh = cache.async().refresh("k", key -> "new");
    assertThat(sharing.await(30, SECONDS)).isTrue();
    return refresh;
  }

  /** Reads until memory has what the shared tier has. A read that began too early is not stored. */
  private void readAgain() {
    await().until(() -> {
      changes.changed(KEY);
      assertThat(cache.get("k")).isEqualTo("old");
      return cache.stats().promotions() > 0;
    });
  }

  @Test
  void aRefreshEndsWhenItIsKnownWhetherItsValueIsStored() throws Exception {
    CompletableFuture<String> refresh = refresh();
    await().during(Duration.ofMillis(100)).until(() -> !refresh.isDone());
    outcome.complete(new Outcome.Stored(draw()));
    assertThat(refresh.join()).isEqualTo("new");
  }

  @Test
  void anOlderValueThatAReadHasBroughtIsRemovedAllTheSame() throws Exception {
    CompletableFuture<String> refresh = refresh();
    readAgain();
    outcome.complete(new Outcome.Refused(Reason.LATE));
    assertThat(refresh.join()).isEqualTo("new");
    assertThat(store.stored(KEY)).isNull();
    assertThat(cache.getIfPresent("k")).isNull();
  }

  /** Then the shared tier reports no change of the key. */
  @Test
  void anOlderValueThatAReadHasBroughtIsRemovedFromMemoryAlsoIfTheRemovalIsRefused()
      throws Exception {
    CompletableFuture<String> refresh = refresh();
    readAgain();
    refusesRemovals = true;
    outcome.complete(new Outcome.Refused(Reason.BROKEN));
    assertThat(refresh.join()).isEqualTo("new");
    assertThat(cache.keys()).isEmpty();
  }

  @Test
  void anOlderValueThatAReadBringsAfterTheRemovalIsNotStored() throws Exception {
    CompletableFuture<String> refresh = refresh();
    readAgain();
    store.holdReads();
    changes.changed(KEY);
    CompletableFuture<String> read = cache.async().get("k");
    refusesRemovals = true;
    outcome.complete(new Outcome.Refused(Reason.BROKEN));
    assertThat(refresh.join()).isEqualTo("new");
    store.release();
    assertThat(read.join()).isEqualTo("old");
    assertThat(cache.keys()).isEmpty();
  }

  @Test
  void aNewerValueThatAReadHasBroughtStays() throws Exception {
    CompletableFuture<String> refresh = refresh();
    store.plant(KEY, stored().with(draw(), stored().stamp()));
    readAgain();
    outcome.complete(Outcome.UNMET);
    assertThat(refresh.join()).isEqualTo("new");
    assertThat(store.stored(KEY)).isNotNull();
    assertThat(cache.keys()).containsExactly("k");
  }
}
