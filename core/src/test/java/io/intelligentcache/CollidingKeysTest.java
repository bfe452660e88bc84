package io.intelligentcache;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.codec.KeyCodecs;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Keys whose hash codes are the same are slower; none is lost. */
final class CollidingKeysTest {
  /** Its hash code is 31 times the one and the other: of many such keys dozens have the same. */
  private record Cell(int row, int column) {
    static Cell parse(String text) {
      String[] parts = text.split("/", -1);
      return new Cell(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }
  }

  private record Same(int id) {
    @Override
    public int hashCode() {
      return 7;
    }
  }

  private static final CacheSpec<Cell, Integer> CELLS = CacheSpec.of(Cell.class, Integer.class)
      .keyCodec(KeyCodecs.of(cell -> cell.row() + "/" + cell.column(), Cell::parse));

  private static final CacheSpec<Same, Integer> SAMES = CacheSpec.of(Same.class, Integer.class)
      .keyCodec(KeyCodecs.of(
          same -> Integer.toString(same.id()), text -> new Same(Integer.parseInt(text))));

  @Test
  void allCompositeKeysThatFitAreKept() {
    int side = 400;
    try (var manager = TieredCacheManager.builder().build()) {
      TieredCache<Cell, Integer> cache = manager.cache("cells", CELLS);
      for (int i = 0; i < side * side; i++) {
        cache.put(new Cell(i / side, i % side), i);
      }
      for (int i = 0; i < side * side; i++) {
        assertThat(cache.get(new Cell(i / side, i % side))).isEqualTo(i);
      }
      assertThat(cache.stats().evictions()).isZero();
      assertThat(cache.stats().entries()).isEqualTo((long) side * side);
    }
  }

  @Test
  void whatLeavesForRoomIsCountedAndToldLikeAnyOther() {
    int puts = 3_000;
    var told = new AtomicInteger();
    var listener = new CacheListener<Same, Integer>() {
      @Override
      public void removed(Same key, Integer value, Cause cause) {
        assertThat(cause).isEqualTo(Cause.EVICTED);
        told.incrementAndGet();
      }
    };
    try (var manager =
        TieredCacheManager.builder().memory(Memory.ofBytes(100_000)).build()) {
      TieredCache<Same, Integer> cache = manager.cache("same", SAMES.listener(listener));
      for (int id = 0; id < puts; id++) {
        cache.put(new Same(id), id);
      }
      long entries = cache.stats().entries();
      assertThat(entries).isPositive();
      assertThat(cache.stats().evictions()).isEqualTo(puts - entries);
      await()
          .atMost(10, SECONDS)
          .untilAsserted(() -> assertThat(told).hasValue((int) (puts - entries)));
    }
  }
}
