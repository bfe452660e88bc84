package io.intelligentcache.memory.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class GhostTableTest {
  private final Random random = new Random(1);

  @Test
  void givesBackOnceWhatItTookIn() {
    GhostTable table = new GhostTable(100);
    table.put(7, History.first(3), 3);

    assertThat(table.take(8)).isZero();
    assertThat(table.take(7)).isEqualTo(History.first(3));
    assertThat(table.take(7)).isZero();
  }

  @Test
  void displacesAboutTheOldest() {
    GhostTable table = new GhostTable(1_000);
    int[] hashes = random.ints(5_000).toArray();
    for (int i = 0; i < hashes.length; i++) {
      table.put(hashes[i], History.first(i), i);
    }
    int young = 0;
    int old = 0;
    for (int i = 0; i < hashes.length; i++) {
      boolean here = table.take(hashes[i]) != 0;
      young += here && i >= 4_500 ? 1 : 0;
      old += here && i < 3_000 ? 1 : 0;
    }

    assertThat(young).isGreaterThan(450);
    assertThat(old).isLessThan(50);
  }

  @Test
  void tellsWhoWasDisplaced() {
    GhostTable table = new GhostTable(8);
    for (int i = 0; i < 8; i++) {
      assertThat(table.put(i, History.first(i), i)).isZero();
    }

    assertThat(table.put(8, History.first(8), 8)).isEqualTo(History.first(0));
    assertThat(table.displacedHash()).isZero();
  }

  @Test
  void keepsWhatItHasWhenItGrows() {
    GhostTable table = new GhostTable(64);
    table.put(5, History.first(1), 1);
    table.put(-5, History.first(2), 2);

    table.resize(1_000, 3);

    assertThat(table.places()).isGreaterThanOrEqualTo(1_000);
    assertThat(table.take(5)).isEqualTo(History.first(1));
    assertThat(table.take(-5)).isEqualTo(History.first(2));
  }
}
