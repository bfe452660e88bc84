package io.intelligentcache;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.tier.FakeTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Loader classes of an application, which override more than {@link Loader#load}. */
final class OwnLoaderTest {
  private static final Duration TTL = Duration.ofMinutes(9);

  private final TieredCacheManager manager =
      TieredCacheManager.builder().time(new FakeTime()).build();
  private final TieredCache<String, String> cache = manager.cache("c", String.class, String.class);

  @AfterEach
  void close() {
    manager.close();
  }

  /** Loads one key or many, and says how long to keep what it loads. */
  private static class Database implements Loader<String, String> {
    final ConcurrentLinkedQueue<Set<String>> asked = new ConcurrentLinkedQueue<>();

    @Override
    public String load(String key) {
      throw new AssertionError("fetch is called in its place");
    }

    @Override
    public CompletionStage<Loaded<String>> fetch(String key) {
      asked.add(Set.of(key));
      return CompletableFuture.supplyAsync(() -> Loaded.of("one " + key).ttl(TTL));
    }

    @Override
    public boolean isBulk() {
      return true;
    }

    @Override
    public Map<String, Loaded<String>> fetchAll(Set<String> keys) {
      asked.add(keys);
      Map<String, Loaded<String>> all = new HashMap<>();
      keys.forEach(key -> all.put(key, Loaded.of("many " + key).ttl(TTL)));
      return all;
    }
  }

  @Test
  void isAskedForOneKeyOrForManyAndItsTtlCounts() {
    var database = new Database();
    assertThat(cache.get("a", database)).isEqualTo("one a");
    assertThat(cache.getAll(List.of("a", "b", "c"), database))
        .isEqualTo(Map.of("a", "one a", "b", "many b", "c", "many c"));
    assertThat(database.asked).containsExactly(Set.of("a"), Set.of("b", "c"));
    assertThat(cache.lookup("a").timeLeft()).isEqualTo(TTL);
    assertThat(cache.lookup("b").timeLeft()).isEqualTo(TTL);
  }

  @Test
  void isAskedForEachKeyUnlessItIsBulk() {
    var database = new Database() {
      @Override
      public boolean isBulk() {
        return false;
      }
    };
    assertThat(cache.getAll(List.of("a", "b"), database))
        .isEqualTo(Map.of("a", "one a", "b", "one b"));
  }

  @Test
  void whatItReturnsInPlaceOfAResultIsAClearErrorAndCachesNothing() {
    var noStage = new Database() {
      @Override
      @SuppressWarnings("NullAway") // what an application without NullAway may do
      public CompletionStage<Loaded<String>> fetch(String key) {
        return null;
      }
    };
    var noResult = new Database() {
      @Override
      public CompletionStage<Loaded<String>> fetch(String key) {
        return CompletableFuture.completedFuture(null);
      }
    };
    var later = new Database() {
      @Override
      public CompletionStage<Loaded<String>> fetch(String key) {
        return CompletableFuture.supplyAsync(() -> null);
      }
    };
    var noMap = new Database() {
      @Override
      @SuppressWarnings("NullAway")
      public Map<String, Loaded<String>> fetchAll(Set<String> keys) {
        return null;
      }
    };
    assertThatThrownBy(() -> cache.get("k", noStage))
        .hasRootCauseMessage("an asynchronous loader returned null");
    for (Database each : List.of(noResult, later)) {
      assertThatThrownBy(() -> cache.get("k", each))
          .hasRootCauseMessage("a loader returned null in place of Loaded.absent()");
    }
    assertThatThrownBy(() -> cache.getAll(List.of("k", "l"), noMap))
        .hasRootCauseMessage("a bulk loader returned null in place of a map");
    assertThat(cache.get("k", key -> "loaded")).isEqualTo("loaded");
  }

  @Test
  void anErrorWhereItSaysWhetherItIsBulkReachesTheCallerAndLeavesNoLoadBehind() {
    var broken = new Database() {
      @Override
      public boolean isBulk() {
        throw new IllegalStateException("not today");
      }
    };
    assertThatThrownBy(() -> cache.getAll(List.of("a", "b"), broken))
        .hasStackTraceContaining("not today");
    assertThat(cache.getAll(List.of("a", "b"), new Database())).hasSize(2);
  }

  @Test
  void loadsManyKeysOneByOneByDefault() throws Exception {
    Loader<String, String> plain = key -> key.equals("none") ? null : "v " + key;
    assertThat(plain.isBulk()).isFalse();
    Map<String, Loaded<String>> all = plain.fetchAll(Set.of("a", "none"));
    assertThat(all).containsOnlyKeys("a", "none");
    assertThat(requireNonNull(all.get("a")).value()).isEqualTo("v a");
    assertThat(requireNonNull(all.get("none")).value()).isNull();
    assertThat(plain.fetch("a").toCompletableFuture().join().value()).isEqualTo("v a");
  }
}
