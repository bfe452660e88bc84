package io.intelligentcache.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.Weigher;
import io.intelligentcache.internal.memory.HeapSizes;
import io.intelligentcache.internal.memory.size.ObjectGraph;
import io.intelligentcache.tier.Space;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EntryWeigherTest {
  private static final String KEY = "key";
  private static final long BUDGET = 1_000_000;
  private static final long ENTRY =
      HeapSizes.ENTRY_BYTES + ObjectGraph.measure(KEY, BUDGET).bytes();

  /** An object that may refer to anything, so that it can't be measured. */
  private static final Object UNBOUNDED = new Thread(() -> {});

  private static EntryWeigher<Object, Object> sizer(@Nullable Weigher<Object, Object> weigher) {
    return new EntryWeigher<>(
        weigher, () -> BUDGET, new FailureLog(new Space("cache", ""), new HashSet<>()));
  }

  @Test
  void whatCanBeMeasuredIsMeasured() {
    List<String> value = List.of("one", "two", "three");
    assertThat(sizer(null).weigh(KEY, value))
        .isEqualTo(ENTRY + ObjectGraph.measure(value, BUDGET).bytes());
  }

  @Test
  void whatCannotBeMeasuredWeighsMoreThanAnyBudgetAndNeverOverflows() {
    assertThat(sizer(null).weigh(KEY, UNBOUNDED)).isGreaterThan(Long.MAX_VALUE / 8);
    assertThat(sizer(null).weigh(UNBOUNDED, "value")).isGreaterThan(Long.MAX_VALUE / 8);
    assertThat(sizer(null).weigh(UNBOUNDED, UNBOUNDED) + HeapSizes.AGEING_BYTES)
        .isGreaterThan(Long.MAX_VALUE / 8);
    assertThat(sizer(null).weighAlone(UNBOUNDED)).isGreaterThan(Long.MAX_VALUE / 8);
  }

  @Test
  void whatIsLargerThanTheBudgetIsNotMeasuredToTheEnd() {
    var looked = new Object[2_000][];
    for (int i = 0; i < looked.length; i++) {
      looked[i] = new Object[] {new byte[10_000]};
    }
    assertThat(sizer(null).weigh(KEY, looked)).isBetween(BUDGET, 2 * BUDGET);
  }

  @Test
  void aWeigherHasTheLastWord() {
    assertThat(sizer((key, value) -> 17).weigh(KEY, UNBOUNDED))
        .isEqualTo(HeapSizes.ENTRY_BYTES + 17);
  }

  @Test
  void aWeightBeyondAllBoundsDoesNotOverflow() {
    assertThat(sizer((key, value) -> Long.MAX_VALUE).weigh(KEY, "value"))
        .isGreaterThan(Long.MAX_VALUE / 8);
  }

  @Test
  void aNegativeWeightIsRefusedByName() {
    assertThatThrownBy(() -> sizer((key, value) -> -5).weigh(KEY, "value"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-5");
  }
}
