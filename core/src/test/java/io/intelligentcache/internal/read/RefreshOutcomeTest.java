package io.intelligentcache.internal.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.CompletableFuture.completedFuture;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads between the end of a refresh and the outcome of storing its value in the shared tier. */
final class RefreshOutcomeTest {
  private static final TierKey KEY = new TierKey(new Space("c", ""), "k".getBytes(UTF_8));

  private final FakeTime time = new FakeTime();
  private final HeapTier store = new HeapTier(time);
  private final AtomicLong versions = new AtomicLong();
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
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
      return outcome;
    }
  }

  private Version draw() {
    return new Version(versions.incrementAndGet(), 1);
  }

  private Item stored() {
    return requireNonNull(store.stored(KEY));
  }

  private void refresh() {
    cache.put("k", "old");
    assertThat(cache.refresh("k", key -> "new")).isEqualTo("new");
  }

  private void readAgain() {
    changes.changed(KEY);
    assertThat(cache.get("k")).isEqualTo("old");
  }

  @Test
  void anOlderValueThatAReadHasBroughtIsRemovedAllTheSame() {
    refresh();
    readAgain();
    outcome.complete(new Outcome.Refused(Reason.LATE));
    await().until(() -> store.stored(KEY) == null);
  }

  @Test
  void aNewerValueThatAReadHasBroughtStays() {
    refresh();
    store.plant(KEY, stored().with(draw(), stored().stamp()));
    readAgain();
    outcome.complete(Outcome.UNMET);
    manager.close();
    assertThat(store.stored(KEY)).isNotNull();
  }
}
