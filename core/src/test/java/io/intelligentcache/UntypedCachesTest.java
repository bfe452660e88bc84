package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.intelligentcache.codec.KeyCodecs;
import io.intelligentcache.internal.memory.size.RandomShapes;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.HeapTier;
import java.util.AbstractList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Caches whose keys and values are of any type: they stay in memory, as they are. */
final class UntypedCachesTest {
  private static final long BUDGET = 1_000_000;
  private static final CacheSpec<Object, Object> UNTYPED = CacheSpec.of(Object.class, Object.class);

  private final HeapTier below = new HeapTier(new FakeTime());
  private final TieredCacheManager manager = builder().multiTenant(true).build();
  private final TieredCache<Object, Object> cache = manager.cache("c", UNTYPED);

  private static TieredCacheManager.Builder builder() {
    return TieredCacheManager.builder().memory(Memory.ofBytes(BUDGET));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** A key as frameworks make them. */
  private record Arguments(List<Object> all) {}

  /** A list that is loaded at its first use, as those of an entity. The elements that it has are in a field. */
  private static final class LazyList extends AbstractList<Object> {
    private final byte[] loaded;

    private LazyList(int bytes) {
      loaded = new byte[bytes];
    }

    @Override
    public Object get(int index) {
      throw new AssertionError("loaded");
    }

    @Override
    public int size() {
      throw new AssertionError("loaded");
    }

    @Override
    public boolean equals(@Nullable Object other) {
      throw new AssertionError("compared");
    }

    @Override
    public int hashCode() {
      throw new AssertionError("hashed");
    }

    @Override
    public String toString() {
      throw new AssertionError("printed");
    }

    private int bytes() {
      return loaded.length;
    }
  }

  @Test
  void anyObjectComesBackAsTheSameReference() {
    Supplier<String> lambda = () -> "lambda";
    for (Object value : List.of(
        1L << 40,
        new Object(),
        new int[3],
        lambda,
        new AtomicReference<>(lambda),
        Map.of("k", 1L))) {
      Object key = new Arguments(List.of(value.getClass(), 1L, "k"));
      cache.put(key, value);
      assertThat(cache.get(key) == value).as("%s", value.getClass()).isTrue();
      cache.invalidate(key);
      assertThat(cache.get(key, missing -> value) == value).isTrue();
      assertThat(cache.get(new Arguments(List.of(value.getClass(), 1L, "k"))) == value)
          .isTrue();
    }
  }

  @Test
  void keysOfSeveralTypesAreSeparate() {
    cache.put(1, "int");
    cache.put(1L, "long");
    cache.put("1", "text");

    assertThat(cache.getAll(List.of(1, 1L, "1"))).containsValues("int", "long", "text");
  }

  @Test
  void everyOperationWorksWithoutATextOfTheKeys() {
    Object one = List.of("one");
    Object two = new Arguments(List.of(2));
    cache.putAll(Map.of(one, "1", two, "2"));
    assertThat(cache.getAll(List.of(one, two)))
        .containsOnly(Map.entry(one, "1"), Map.entry(two, "2"));
    cache.invalidateAll(List.of(one, two));
    assertThat(cache.getAll(List.of(one, two), key -> key))
        .containsOnly(Map.entry(one, one), Map.entry(two, two));
    assertThat(cache.putIfAbsent(one, "1")).isSameAs(one);
    assertThat(cache.replace(one, one, "1")).isTrue();
    assertThat(cache.getAndPut(one, "11")).isEqualTo("1");
    assertThat(cache.compute(one, (key, value) -> value + "1")).isEqualTo("111");
    assertThat(cache.remove(one, "111")).isTrue();
    assertThat(cache.getAndRemove(two)).isSameAs(two);
    assertThat(cache.lookup(one).state()).isEqualTo(Found.State.ABSENT);
    assertThat(cache.warm(List.of(one, two), key -> key).loaded()).isEqualTo(2);
    assertThat(cache.async().get(two).join()).isSameAs(two);
    cache.clear();
    assertThat(cache.get(two)).isNull();
  }

  @Test
  void measuringAValueRunsNoneOfItsCode() {
    var bare = new LazyList(20_000);
    long before = manager.stats().memoryBytes();

    cache.put("bare", bare);
    cache.put("inside", List.of(new Object[] {bare}, new AtomicReference<>(bare)));

    assertThat(cache.get("bare") == bare).isTrue();
    assertThat(manager.stats().memoryBytes() - before)
        .isBetween(2L * bare.bytes(), 2L * bare.bytes() + 2_000);
  }

  /** Where the fields of the JDK's classes can be read. Elsewhere the elements of such a view are walked. */
  @Test
  void neitherDoesMeasuringAViewOfIt() {
    assumeTrue(RandomShapes.areMeasurable());
    var lazy = new LazyList(20_000);

    cache.put("view", Collections.unmodifiableList(lazy));

    assertThat(cache.get("view")).isNotNull();
  }

  @Test
  void theBudgetHolds() {
    for (int i = 0; i < 1_000; i++) {
      cache.put(new Arguments(List.of(new byte[500], i)), new LazyList(5_000));
    }

    assertThat(manager.stats().memoryBytes()).isBetween(BUDGET / 2, BUDGET + BUDGET / 64);
    assertThat(cache.stats().evictions()).isBetween(500L, 900L);
  }

  @Test
  void aWeigherOfTheUserMeasuresWhatTheLibraryCannot() {
    var thread = new Thread(() -> {});
    cache.put("k", thread);
    assertThat(cache.get("k")).isNull();

    TieredCache<Object, Object> weighed =
        manager.cache("weighed", UNTYPED.weigher((key, value) -> 1_000));
    weighed.put("k", thread);
    assertThat(weighed.get("k")).isSameAs(thread);
  }

  @Test
  void tenantsAreSeparate() {
    var value = new Object();
    var key = new Arguments(List.of(1));
    cache.tenant("a").put(key, value);

    assertThat(cache.tenant("a").get(key)).isSameAs(value);
    assertThat(cache.tenant("b").get(key)).isNull();
    assertThat(cache.get(key)).isNull();
  }

  @Test
  void aTierBelowMemoryRefusesThemAndSaysWhatToDo() {
    for (var tiers : List.of(
        builder().disk(context -> below),
        builder().redis(context -> below),
        builder().disk(context -> below).redis(context -> below))) {
      try (TieredCacheManager lower = tiers.build()) {
        assertThatThrownBy(() -> lower.cache("c", Object.class, Object.class))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll("java.lang.Object", "CacheSpec.keyCodec", "memoryOnly()");
      }
    }
  }

  @Test
  void memoryOnlyKeepsThemAwayFromTheTiersBelow() {
    var value = new Object();
    try (TieredCacheManager lower =
        builder().disk(context -> below).redis(context -> below).build()) {
      TieredCache<Object, Object> things = lower.cache("c", UNTYPED.memoryOnly());
      things.put(List.of("k"), value);
      assertThat(things.get(List.of("k"))).isSameAs(value);
    }
    assertThat(below.stats().writes()).isZero();
  }

  @Test
  void aPatternNeedsATextOfTheKeys() {
    cache.put("k", "v");
    assertThatThrownBy(() -> cache.invalidateMatching(".*"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("CacheSpec.keyCodec");
    assertThat(cache.get("k")).isEqualTo("v");

    TieredCache<Object, Object> texts =
        manager.cache("texts", UNTYPED.keyCodec(KeyCodecs.of(Object::toString, text -> text)));
    texts.put(List.of("k"), "v");
    assertThat(texts.invalidateMatching("\\[k")).isEqualTo(1);
  }
}
