package io.intelligentcache.internal.memory.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AccessHistoryTest {
  private final Random random = new Random(1);

  @Test
  void isNeverTheWordForNothingKnown() {
    assertThat(AccessHistory.first(0)).isNotZero();
    assertThat(AccessHistory.next(AccessHistory.first(0), 0, 1, 0, 0)).isNotZero();
  }

  @Test
  void beginsInTheClassOfKeysSeenOnce() {
    long word = AccessHistory.first(-7);

    assertThat(AccessHistory.classA(word)).isZero();
    assertThat(AccessHistory.classB(word)).isZero();
    assertThat(count(word)).isEqualTo(1);
    assertThat(AccessHistory.last(word)).isEqualTo(-7);
    assertThat(AccessHistory.decayed(word)).isZero();
  }

  @Test
  void countsUpToThirtyOne() {
    assertThat(count(regular(5, 10, 0))).isEqualTo(5);
    assertThat(count(regular(100, 10, 0))).isEqualTo(31);
  }

  @Test
  void tellsTheOctavesOfTheLastGapAndOfTheMeanGap() {
    long word = regular(20, 100, 0);
    int now = AccessHistory.last(word) + 1_000;
    long late = AccessHistory.next(word, now, 1_000, random.nextInt(), 0);

    assertThat(octave(AccessHistory.classA(word), AccessHistory.A_PER_OCTAVE)).isEqualTo(6);
    assertThat(octave(AccessHistory.classB(word), AccessHistory.B_PER_OCTAVE)).isEqualTo(6);
    assertThat(octave(AccessHistory.classA(late), AccessHistory.A_PER_OCTAVE)).isEqualTo(9);
    assertThat(octave(AccessHistory.classB(late), AccessHistory.B_PER_OCTAVE)).isBetween(6, 7);
  }

  @Test
  void staysInTheRangeOfClassesWhateverTheGap() {
    long word = AccessHistory.first(0);
    for (int i = 0; i < 100_000; i++) {
      int gap = Math.max(1, random.nextInt() >>> random.nextInt(1, 32));
      long next =
          AccessHistory.next(word, random.nextInt(), gap, random.nextInt(), random.nextFloat());

      assertThat(AccessHistory.classA(next)).isBetween(1, AccessHistory.CLASSES - 1);
      assertThat(AccessHistory.classB(next)).isBetween(1, AccessHistory.CLASSES - 1);
      word = i % 50 == 0 ? AccessHistory.first(0) : next;
    }
  }

  @Test
  void countsAccessesAndLetsThemFade() {
    double sum = 0;
    for (int i = 0; i < 1_000; i++) {
      sum += number(AccessHistory.decayed(regular(200, 1, 0)));
    }
    long faded = AccessHistory.next(regular(200, 1, 0), 300, 1_000, 0, 1);

    assertThat(sum / 1_000).isCloseTo(200, within(10.0));
    assertThat(AccessHistory.decayed(faded)).isZero();
  }

  private long regular(int accesses, int gap, float decay) {
    long word = AccessHistory.first(0);
    for (int i = 1; i < accesses; i++) {
      word = AccessHistory.next(word, i * gap, gap, random.nextInt(), decay);
    }
    return word;
  }

  private static int count(long word) {
    return ((int) word >>> AccessHistory.COUNT_SHIFT) & AccessHistory.MOST;
  }

  private static int octave(int klass, int perOctave) {
    return (klass - 1) / perOctave;
  }

  private static double number(int decayed) {
    return Math.scalb(1 + (decayed & 3) / 4.0, decayed >> 2);
  }
}
