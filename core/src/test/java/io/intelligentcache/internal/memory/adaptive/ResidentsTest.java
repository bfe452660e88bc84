package io.intelligentcache.internal.memory.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ResidentsTest {
  @Test
  void findsTheNextResidentGoingRound() {
    Random random = new Random(1);
    for (int slots : new int[] {1, 63, 64, 65, 4_096, 4_097, 20_000}) {
      Residents residents = new Residents();
      residents.ensureSlots(slots);
      TreeSet<Integer> model = new TreeSet<>();
      assertThat(residents.next(0)).isEqualTo(-1);
      for (int i = 0; i < 2_000; i++) {
        int slot = random.nextInt(slots);
        if (random.nextInt(5) < 2) {
          residents.put(slot, 1L << 9, 0, 1);
          model.add(slot);
        } else {
          residents.unmark(slot);
          model.remove(slot);
        }
        int from = random.nextInt(slots);
        Integer next = model.ceiling(from);
        int expected = next != null ? next : model.isEmpty() ? -1 : model.first();
        assertThat(residents.next(from)).isEqualTo(expected);
        assertThat(residents.count()).isEqualTo(model.size());
      }
    }
  }

  @Test
  void keepsSizesExactlyUpToTwoGigabytesAndNeverRoundsUp() {
    Residents residents = new Residents();
    residents.ensureSlots(1);
    for (long size : new long[] {1, 1_000, Integer.MAX_VALUE}) {
      residents.resize(0, size);
      assertThat(residents.size(0)).isEqualTo(size);
    }
    for (long size : new long[] {1L << 31, (1L << 31) + 1, 1L << 40, (1L << 46) + 12_345}) {
      residents.resize(0, size);
      assertThat(residents.size(0)).isBetween(size - (1 << 16), size);
    }
    residents.resize(0, Long.MAX_VALUE);
    assertThat(residents.size(0)).isPositive();
  }
}
