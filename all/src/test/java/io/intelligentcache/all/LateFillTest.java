package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Freshness;
import io.intelligentcache.TieredCache;
import io.intelligentcache.all.SteeredLine.Way;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A load that began before a change must not be returned after it, even if the change arrives later. */
final class LateFillTest extends DirectedSchedules {
  private SteeredInstance one;
  private SteeredInstance other;

  @BeforeEach
  void open() {
    one = instance();
    other = instance();
  }

  private static CompletableFuture<?> put(TieredCache<String, String> cache) {
    return cache.async().put("k", "new");
  }

  private static CompletableFuture<?> remove(TieredCache<String, String> cache) {
    return cache.async().invalidate("k");
  }

  @Test
  void aPutThatArrivesAfterTheFillIsNotLost() throws Exception {
    arrivesAfterTheFill(LateFillTest::put, beginLoad(cache(other), "k"));
  }

  @Test
  void aRemovalThatArrivesAfterTheFillIsNotLost() throws Exception {
    arrivesAfterTheFill(LateFillTest::remove, beginLoad(cache(other), "k"));
  }

  @Test
  void aPutThatArrivesAfterARefreshIsNotLost() throws Exception {
    arrivesAfterTheFill(LateFillTest::put, beginRefresh());
  }

  @Test
  void aRemovalThatArrivesAfterARefreshIsNotLost() throws Exception {
    arrivesAfterTheFill(LateFillTest::remove, beginRefresh());
  }

  /** Begins a refresh. If the machine pauses, the value may have expired; then this begins a load. */
  private CompletableFuture<String> beginRefresh() throws InterruptedException {
    TieredCache<String, String> refreshing = other.manager.cache(
        "c",
        STRICT
            .ttl(Duration.ofMillis(600))
            .freshness(Freshness.none().refreshAhead(Duration.ofMillis(300)))
            .loader(k -> k.equals("k") ? held() : null));
    refreshing.put("k", "old");
    CompletableFuture<?>[] read = {CompletableFuture.completedFuture(null)};
    await().until(() -> {
      if (read[0].isDone()) {
        read[0] = refreshing.async().get("k");
      }
      return isLoading();
    });
    return CompletableFuture.completedFuture("old");
  }

  private void arrivesAfterTheFill(
      Function<TieredCache<String, String>, CompletableFuture<?>> change,
      CompletableFuture<String> load) {
    // Without this wait the order of load and change is uncertain, and neither value is kept.
    letClocksPass();
    one.line.hold(Way.REQUESTS);
    database.set("new");
    CompletableFuture<?> changed = change.apply(cache(one));
    awaitHeld(one, "k");
    letClocksPass();
    endLoad(other, load);
    one.line.release(Way.REQUESTS);
    join(changed);
    nobodyReadsTheOldOne();
  }

  @Test
  void aClearThatArrivesAfterTheFillIsNotLost() throws Exception {
    sweepArrivesAfterTheFill(cache -> cache.async().clear());
  }

  @Test
  void aRemovalByPatternThatArrivesAfterTheFillIsNotLost() throws Exception {
    sweepArrivesAfterTheFill(cache -> cache.async().invalidateMatching("k.*"));
  }

  private void sweepArrivesAfterTheFill(
      Function<TieredCache<String, String>, CompletableFuture<?>> sweep) throws Exception {
    CompletableFuture<String> load = beginLoad(cache(other), "k");
    one.line.hold(Way.REQUESTS);
    database.set("new");
    CompletableFuture<?> swept = sweep.apply(cache(one));
    letClocksPass();
    endLoad(other, load);
    one.line.release(Way.REQUESTS);
    join(swept);
    nobodyReadsTheOldOne();
  }

  @Test
  void aClearThatIsOverBeforeTheFillIsNotUndone() throws Exception {
    CompletableFuture<String> load = beginLoad(cache(other), "k");
    database.set("new");
    cache(one).clear();
    endLoad(other, load);
    nobodyReadsTheOldOne();
  }

  @Test
  void aPutThatWasLostWithItsConnectionIsMadeUpForInSpiteOfTheFill() throws Exception {
    lostWithItsConnection(LateFillTest::put);
  }

  @Test
  void aRemovalThatWasLostWithItsConnectionIsMadeUpForInSpiteOfTheFill() throws Exception {
    lostWithItsConnection(LateFillTest::remove);
  }

  private void lostWithItsConnection(
      Function<TieredCache<String, String>, CompletableFuture<?>> change) throws Exception {
    CompletableFuture<String> load = beginLoad(cache(other), "k");
    one.line.refuse();
    one.line.cut();
    database.set("new");
    join(change.apply(cache(one)));
    letClocksPass();
    endLoad(other, load);
    one.line.heal();
    one.awaitHealthy();
    nobodyReadsTheOldOne();
  }

  private void nobodyReadsTheOldOne() {
    assertThat(cache(one).get("k", k -> database.get()))
        .as("where it was changed")
        .isEqualTo("new");
    assertThat(cache(other).get("k", k -> database.get()))
        .as("where it was loaded")
        .isEqualTo("new");
  }
}
