package io.intelligentcache.internal.codec.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Finds where two values differ, and where they differ only in the order of a set. */
final class ComparisonTest {
  /** A class without {@code equals}, as users write them. */
  private static final class Plain {
    @SuppressWarnings("UnusedVariable") // compared by reflection
    final int number;

    @SuppressWarnings("UnusedVariable") // compared by reflection
    final @Nullable Plain inside;

    Plain(int number, @Nullable Plain inside) {
      this.number = number;
      this.inside = inside;
    }
  }

  private record Entity(int id, String name) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Entity that && id == that.id;
    }

    @Override
    public int hashCode() {
      return id;
    }
  }

  private static boolean differ(Object one, Object other) {
    return Comparison.between(one, other, type -> true) != null;
  }

  private static Set<Object> plains(int... numbers) {
    Set<Object> plains = new LinkedHashSet<>();
    for (int number : numbers) {
      plains.add(new Plain(number, new Plain(number / 2, null)));
    }
    return plains;
  }

  @Test
  void aSetOfObjectsWithoutEqualsHasNoOrder() {
    assertThat(differ(plains(1, 2, 3, 3), plains(3, 1, 3, 2))).isFalse();
    assertThat(differ(plains(1, 2, 3, 3), plains(3, 1, 2, 2))).isTrue();
    assertThat(differ(plains(1, 2, 3), plains(3, 1, 4))).isTrue();
    assertThat(differ(plains(1, 2), plains(1, 2, 2))).isTrue();
    assertThat(differ(Set.of(new int[] {1}, new int[] {2}), Set.of(new int[] {2}, new int[] {1})))
        .isFalse();
    assertThat(differ(new HashSet<>(plains(1, 2, 3)), new HashSet<>(plains(1, 3, 2))))
        .isFalse();
    assertThat(differ(List.of(plains(1, 2), plains(2)), List.of(plains(2, 1), plains(3))))
        .isTrue();
  }

  @Test
  void keysWithoutEqualsAreFoundByWhatTheyHold() {
    Map<Object, Object> one = new HashMap<>();
    Map<Object, Object> same = new HashMap<>();
    Map<Object, Object> other = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      one.put(new Plain(i, null), "v" + i);
      same.put(new Plain(19 - i, null), "v" + (19 - i));
      other.put(new Plain(i, null), "v" + Math.min(i, 18));
    }
    assertThat(differ(one, same)).isFalse();
    assertThat(differ(one, other)).isTrue();
  }

  @Test
  void anEqualsByIdHidesNoLossInASetOfAnotherOrder() {
    Set<Object> one =
        new LinkedHashSet<>(List.of(new Entity(1, "a"), new Entity(2, "b"), new Entity(3, "c")));
    Set<Object> same =
        new LinkedHashSet<>(List.of(new Entity(3, "c"), new Entity(1, "a"), new Entity(2, "b")));
    Set<Object> other =
        new LinkedHashSet<>(List.of(new Entity(3, "c"), new Entity(1, "x"), new Entity(2, "b")));
    assertThat(differ(one, same)).isFalse();
    assertThat(differ(one, other)).isTrue();
  }

  @Test
  void aSetThatIsTooLargeToBeComparedIsNotRefused() {
    List<Object> many = new ArrayList<>();
    List<Object> same = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      many.add(new Plain(i, null));
      same.add(new Plain(i, null));
    }
    Collections.shuffle(same, new Random(1));
    assertThat(differ(new LinkedHashSet<>(many), new LinkedHashSet<>(same))).isFalse();
  }

  @Test
  void whatIsNotSureAfterTryingSeveralPairsIsSureAgainOnceTheyFit() {
    Set<Object> one = plains(1, 2, 3);
    Set<Object> same = plains(3, 2, 1);
    var difference = Comparison.between(List.of(one, "a"), List.of(same, "b"), type -> false);
    assertThat(difference)
        .isNotNull()
        .extracting(Comparison.Difference::certain)
        .isEqualTo(true);
  }

  @Test
  void aComparatorThatIsLostIsADifference() {
    var noCase = new TreeMap<String, Integer>(String.CASE_INSENSITIVE_ORDER);
    assertThat(differ(noCase, new TreeMap<String, Integer>())).isTrue();
    assertThat(differ(noCase, new HashMap<>())).isTrue();
    assertThat(differ(noCase, new TreeMap<>(noCase))).isFalse();
    assertThat(differ(noCase.navigableKeySet(), new TreeSet<String>())).isTrue();
    assertThat(differ(new TreeMap<>(Comparator.naturalOrder()), new HashMap<>()))
        .isFalse();
  }
}
