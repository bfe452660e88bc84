package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.intelligentcache.codec.TypeRef;
import io.intelligentcache.internal.memory.size.RandomShapes;
import io.intelligentcache.internal.memory.size.RandomShapes.Shape;
import io.intelligentcache.internal.memory.size.UsedHeap;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Whatever shape values have: the heap that they take stays within the budget, or they are not kept.
 * How many random shapes may be set: {@code -Dshapes=200}; {@code -Dshapes.print=true} prints what each
 * took.
 */
final class MemoryShapesTest {
  private static final long BUDGET = 4_000_000;
  private static final long MOST = BUDGET * 110L / 100;
  private static final int RANDOM = Integer.getInteger("shapes", 10);
  private static final int MOST_PUTS = 15_000;

  private record Filled(long heap, long reported, long entries, int puts) {}

  @BeforeAll
  static void whereFieldsCanBeRead() {
    assumeTrue(RandomShapes.areMeasurable());
  }

  @Test
  void everyShapeStaysWithinTheBudget() {
    check(RandomShapes.each());
  }

  @Test
  void randomShapesStayWithinTheBudget() {
    check(IntStream.range(0, RANDOM).mapToObj(RandomShapes::of).toList());
  }

  private static void check(List<Shape> shapes) {
    List<String> wrong = new ArrayList<>();
    for (Shape shape : shapes) {
      Filled filled = fill(shape);
      for (int more = 0; more < 8 && filled.heap() > MOST; more++) { // what else runs takes some
        filled = fill(shape);
      }
      if (Boolean.getBoolean("shapes.print")) {
        System.out.println(shape.name() + ": " + filled);
      }
      if (filled.heap() > MOST) {
        wrong.add(shape.name() + ": " + filled);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static Filled fill(Shape shape) {
    Filled filled = filled(shape);
    return new Filled(
        filled.heap() - UsedHeap.bytes(), filled.reported(), filled.entries(), filled.puts());
  }

  /** With all that is on the heap. */
  private static Filled filled(Shape shape) {
    var random = new Random(5);
    var spec = CacheSpec.of(String.class, new TypeRef<Object>() {});
    try (var manager =
        TieredCacheManager.builder().memory(Memory.ofBytes(BUDGET)).build()) {
      TieredCache<String, Object> cache = manager.cache("shapes", spec);
      int puts = 0;
      int enough = MOST_PUTS;
      while (puts < enough) {
        cache.put("key:" + puts++, shape.make().apply(random));
        if (enough == MOST_PUTS && manager.stats().caches().evictions() > 2) {
          enough = Math.min(puts * 2, puts + 3_000);
        }
      }
      return new Filled(
          UsedHeap.bytes(), manager.stats().memoryBytes(), cache.stats().entries(), puts);
    }
  }
}
