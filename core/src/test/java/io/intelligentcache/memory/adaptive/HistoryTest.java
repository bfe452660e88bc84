package io.intelligentcache.memory.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private final Random random = new Random(1);

  @Test
  void isNeverTheWordForNothingKnown() {
    assertThat(History.first(0)).isNotZero();
    assertThat(History.next(History.first(0), 0, 1, 0, 0)).isNotZero();
  }

  @Test
  void beginsInTheClassOfKeysSeenOnce() {
    long word = History.first(-7);

    assertThat(History.classA(word)).isZero();
    assertThat(History.classB(word)).isZero();
    assertThat(History.count(word)).isEqualTo(1);
    assertThat(History.last(word)).isEqualTo(-7);
    assertThat(History.decayed(word)).isZero();
  }

  @Test
  void countsUpToThirtyOne() {
    assertThat(History.count(regular(5, 10, 0))).isEqualTo(5);
    assertThat(History.count(regular(100, 10, 0))).isEqualTo(31);
  }

  @Test
  void tellsTheOctavesOfTheLastGapAndOfTheMeanGap() {
    long word = regular(20, 100, 0);
    int now = History.last(word) + 1_000;
    long late = History.next(word, now, 1_000, random.nextInt(), 0);

    assertThat(octave(History.classA(word), History.A_PER_OCTAVE)).isEqualTo(6);
    assertThat(octave(History.classB(word), History.B_PER_OCTAVE)).isEqualTo(6);
    assertThat(octave(History.classA(late), History.A_PER_OCTAVE)).isEqualTo(9);
    assertThat(octave(History.classB(late), History.B_PER_OCTAVE)).isBetween(6, 7);
  }

  @Test
  void staysInTheRangeOfClassesWhateverTheGap() {
    long word = History.first(0);
    for (int i = 0; i < 100_000; i++) {
      int gap = Math.max(1, random.nextInt() >>> random.nextInt(1, 32));
      long next = History.next(word, random.nextInt(), gap, random.nextInt(), random.nextFloat());

      assertThat(History.classA(next)).isBetween(1, History.CLASSES - 1);
      assertThat(History.classB(next)).isBetween(1, History.CLASSES - 1);
      word = i % 50 == 0 ? History.first(0) : next;
    }
  }

  @Test
  void countsAccessesAndLetsThemFade() {
    double sum = 0;
    for (int i = 0; i < 1_000; i++) {
      sum += number(History.decayed(regular(200, 1, 0)));
    }
    long faded = History.next(regular(200, 1, 0), 300, 1_000, 0, 1);

    assertThat(sum / 1_000).isCloseTo(200, within(10.0));
    assertThat(History.decayed(faded)).isZero();
  }

  private long regular(int accesses, int gap, float decay) {
    long word = History.first(0);
    for (int i = 1; i < accesses; i++) {
      word = History.next(word, i * gap, gap, random.nextInt(), decay);
    }
    return word;
  }

  private static int octave(int klass, int perOctave) {
    return (klass - 1) / perOctave;
  }

  private static double number(int decayed) {
    return Math.scalb(1 + (decayed & 3) / 4.0, decayed >> 2);
  }
}
