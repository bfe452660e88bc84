package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.codec.TypeRef;
import io.intelligentcache.internal.memory.size.UsedHeap;
import io.intelligentcache.stats.ManagerStats;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the memory tier reports is what the heap holds, and stays within the budget. */
@ExtendWith(Effort.class)
final class MemoryBudgetTest {
  private static final long BUDGET = Effort.of(16, 256, "MB of memory") * 1_000_000L;
  private static final long MOST = BUDGET * 105L / 100;
  private static final int DEVIATION = 10; // percent
  private static final int MORE_PUTS = 2; // after the first eviction, as many again

  private final Random random = new Random(7);

  record Order(
      UUID id,
      String customer,
      int quantity,
      BigDecimal price,
      Instant at,
      boolean paid,
      @Nullable String note,
      List<Line> lines) {}

  record Line(String article, long count, double discount) {}

  @Test
  void stringsTakeWhatIsReported() {
    check(new TypeRef<String>() {}, random -> text(random, 200));
  }

  @Test
  void shortStringsTakeWhatIsReported() {
    check(new TypeRef<String>() {}, random -> text(random, 50));
  }

  @Test
  void byteArraysTakeWhatIsReported() {
    check(new TypeRef<byte[]>() {}, random -> new byte[random.nextInt(4_000)]);
  }

  @Test
  void recordsTakeWhatIsReported() {
    check(new TypeRef<Order>() {}, MemoryBudgetTest::order);
  }

  @Test
  void nestedCollectionsTakeWhatIsReported() {
    check(new TypeRef<Map<String, Object>>() {}, random -> nested(random, 3));
  }

  @Test
  void aMixTakesWhatIsReported() {
    check(new TypeRef<Object>() {}, random -> switch (random.nextInt(5)) {
      case 0 -> text(random, 500);
      case 1 -> new byte[random.nextInt(2_000)];
      case 2 -> order(random);
      case 3 -> random.nextLong();
      default -> nested(random, 2);
    });
  }

  @Test
  void largeCollectionsThatAreSampledTakeWhatIsReported() {
    check(new TypeRef<Object>() {}, random -> {
      int size = 2_000 + random.nextInt(20_000);
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        list.add(random.nextInt(10) == 0 ? text(random, 300) : new Line("a" + i, i, 0.5));
      }
      return list;
    });
  }

  private <V> void check(TypeRef<V> type, Function<Random, V> values) {
    Filled filled = filled(type, values);
    long heap = filled.heapWith() - UsedHeap.bytes();
    for (int more = 0; more < 5 && isFarFrom(filled, heap); more++) { // other tests' garbage
      filled = filled(type, values);
      heap = filled.heapWith() - UsedHeap.bytes();
    }
    assertThat(heap)
        .as("heap of %d entries", filled.stats().caches().entries())
        .isCloseTo(filled.stats().memoryBytes(), Percentage.withPercentage(DEVIATION))
        .isLessThanOrEqualTo(MOST);
  }

  private static boolean isFarFrom(Filled filled, long heap) {
    long reported = filled.stats().memoryBytes();
    return Math.abs(heap - reported) > reported / 100 * DEVIATION || heap > MOST;
  }

  private record Filled(long heapWith, ManagerStats stats) {}

  private <V> Filled filled(TypeRef<V> type, Function<Random, V> values) {
    try (var caches =
        TieredCacheManager.builder().memory(Memory.ofBytes(BUDGET)).build()) {
      TieredCache<String, V> cache = caches.cache("values", CacheSpec.of(String.class, type));
      fill(caches, cache, values);
      return new Filled(UsedHeap.bytes(), caches.stats());
    }
  }

  private <V> void fill(
      TieredCacheManager caches, TieredCache<String, V> cache, Function<Random, V> values) {
    int puts = 0;
    int enough = Integer.MAX_VALUE;
    while (puts < enough) {
      cache.put("key:" + puts++, values.apply(random));
      if (enough == Integer.MAX_VALUE && caches.stats().caches().evictions() > 0) {
        enough = puts * MORE_PUTS;
      }
    }
  }

  private static String text(Random random, int mean) {
    int length = 1 + random.nextInt(mean * 2);
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    if (random.nextInt(4) == 0) {
      text.setCharAt(length - 1, '\u20ac');
    }
    return text.toString();
  }

  private static Order order(Random random) {
    List<Line> lines = new ArrayList<>();
    for (int i = random.nextInt(8); i >= 0; i--) {
      lines.add(new Line(text(random, 12), random.nextInt(100), random.nextDouble()));
    }
    return new Order(
        new UUID(random.nextLong(), random.nextLong()),
        text(random, 20),
        random.nextInt(1_000),
        BigDecimal.valueOf(random.nextInt(100_000), 2),
        Instant.ofEpochSecond(random.nextInt()),
        random.nextBoolean(),
        random.nextBoolean() ? text(random, 60) : null,
        lines);
  }

  private static Map<String, Object> nested(Random random, int depth) {
    Map<String, Object> map = random.nextBoolean() ? new HashMap<>() : new LinkedHashMap<>();
    for (int i = random.nextInt(10); i >= 0; i--) {
      map.put("field" + i + depth, depth > 0 ? inner(random, depth - 1) : random.nextLong());
    }
    return map;
  }

  private static Object inner(Random random, int depth) {
    return switch (random.nextInt(4)) {
      case 0 -> nested(random, depth);
      case 1 -> List.of(text(random, 10), text(random, 20), random.nextDouble());
      case 2 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
          list.add(random.nextBoolean() ? text(random, 15) : random.nextDouble());
        }
        yield list;
      }
      default -> text(random, 30);
    };
  }
}
