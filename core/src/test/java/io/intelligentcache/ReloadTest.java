package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code refresh}: a value is loaded anew because a caller says so. */
final class ReloadTest {
  private final FakeTime time = new FakeTime();
  private final HeapTier disk = new HeapTier(time);
  private final TieredCacheManager manager =
      TieredCacheManager.builder().disk(context -> disk).time(time).build();
  private final AtomicReference<String> database = new AtomicReference<>("1");
  private final AtomicInteger loads = new AtomicInteger();
  private final CountDownLatch loading = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final TieredCache<String, String> cache =
      manager.cache("c", CacheSpec.of(String.class, String.class).loader(key -> {
        loads.incrementAndGet();
        return database.get();
      }));

  @AfterEach
  void close() {
    mayEnd.countDown();
    manager.close();
  }

  private String slowly(String value) throws InterruptedException {
    loading.countDown();
    mayEnd.await();
    return value;
  }

  @Test
  void aFreshValueIsReplaced() {
    assertThat(cache.get("k")).isEqualTo("1");
    database.set("2");
    assertThat(cache.get("k")).isEqualTo("1");
    assertThat(cache.refresh("k")).isEqualTo("2");
    assertThat(cache.get("k")).isEqualTo("2");
    database.set("3");
    assertThat(cache.async().refresh("k").join()).isEqualTo("3");
    assertThat(cache.get("k")).isEqualTo("3");
    assertThat(loads).hasValue(3);
    assertThat(cache.stats().loads()).isEqualTo(1);
    assertThat(cache.stats().freshness().refreshes()).isEqualTo(2);
  }

  @Test
  void aKeyWithoutValueIsLoaded() {
    assertThat(cache.refresh("k")).isEqualTo("1");
    assertThat(cache.getIfPresent("k")).isEqualTo("1");
    assertThat(cache.refresh("other", key -> "given")).isEqualTo("given");
    assertThat(cache.getIfPresent("other")).isEqualTo("given");
  }

  @Test
  void meanwhileOthersGetTheValueFromBefore() throws Exception {
    cache.put("k", "before");
    CompletableFuture<String> refresh = cache.async().refresh("k", key -> slowly("after"));
    loading.await();
    assertThat(cache.get("k")).isEqualTo("before");
    mayEnd.countDown();
    assertThat(refresh.join()).isEqualTo("after");
    assertThat(cache.get("k")).isEqualTo("after");
  }

  @Test
  void aLoadThatWasRunningIsNotShared() throws Exception {
    CompletableFuture<String> early = cache.async().get("k", key -> slowly("old"));
    loading.await();
    assertThat(cache.refresh("k", key -> "new")).isEqualTo("new");
    mayEnd.countDown();
    assertThat(early.join()).isEqualTo("old");
    assertThat(cache.get("k")).as("the early load stores nothing").isEqualTo("new");
  }

  @Test
  void whatIsWrittenMeanwhileStays() throws Exception {
    CompletableFuture<String> refresh = cache.async().refresh("k", key -> slowly("loaded"));
    loading.await();
    cache.put("k", "put");
    mayEnd.countDown();
    assertThat(refresh.join()).isEqualTo("loaded");
    assertThat(cache.get("k")).isEqualTo("put");
  }

  @Test
  void whatIsRemovedMeanwhileStaysRemoved() throws Exception {
    cache.put("k", "before");
    CompletableFuture<String> refresh = cache.async().refresh("k", key -> slowly("loaded"));
    loading.await();
    cache.invalidate("k");
    mayEnd.countDown();
    assertThat(refresh.join()).isEqualTo("loaded");
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void aFailureLeavesTheValueFromBefore() {
    cache.put("k", "before");
    assertThatThrownBy(() -> cache.refresh("k", key -> {
          throw new IOException("database away");
        }))
        .isInstanceOf(LoadException.class)
        .hasRootCauseMessage("database away");
    assertThat(cache.get("k")).isEqualTo("before");
    assertThat(cache.stats().freshness().refreshFailures()).isEqualTo(1);
  }

  @Test
  void aLoaderWithoutValueRemovesTheKey() {
    cache.put("k", "before");
    assertThat(cache.refresh("k", key -> null)).isNull();
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void aCacheWithoutLoaderSaysSo() {
    TieredCache<String, String> plain = manager.cache("plain", String.class, String.class);
    assertThatThrownBy(() -> plain.refresh("k"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cache plain has no loader of its own; refresh(key, loader) takes one");
    assertThatThrownBy(() -> plain.async().refresh("k")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aLoaderThatRefreshesItsOwnKeyIsRefused() {
    assertThatThrownBy(() -> cache.get("k", key -> cache.refresh(key)))
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }
}
