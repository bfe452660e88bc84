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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whatever shape values have: the heap that they take stays within the budget, or they are not kept.
 * The usual effort checks a part of the shapes, another one in each run: to measure the heap takes
 * some collections for each shape.
 */
@ExtendWith(Effort.class)
@Timeout(7_200)
final class MemoryShapesTest {
  private static final long BUDGET = 4_000_000;
  private static final long MOST = BUDGET * 110L / 100;
  private static final int STRIDE = Effort.of(8, 1, "shapes from one that is checked to the next");
  private static final int RANDOM = Effort.of(10, 200, "random shapes");
  private static final int MOST_PUTS = 15_000;

  @RegisterExtension
  private final Seed seed = new Seed();

  /** The heap is all that the JVM has. */
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

  private void check(List<Shape> shapes) {
    List<String> wrong = new ArrayList<>();
    long empty = UsedHeap.bytes();
    for (int i = seed.random().nextInt(STRIDE); i < shapes.size(); i += STRIDE) {
      Shape shape = shapes.get(i);
      Filled filled = fill(shape);
      for (int more = 0; more < 8 && filled.heap() - empty > MOST; more++) {
        empty = UsedHeap.bytes(); // what else runs takes some
        filled = fill(shape);
      }
      if (filled.heap() - empty > MOST) {
        wrong.add(shape.name() + ": " + filled + ", " + empty + " without it");
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static Filled fill(Shape shape) {
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
