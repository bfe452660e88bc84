package io.intelligentcache.internal.memory.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GhostTableTest {
  private final Random random = new Random(1);

  @Test
  void givesBackOnceWhatItTookIn() {
    GhostTable table = new GhostTable(100);
    table.put(7, AccessHistory.first(3), 3);

    assertThat(table.take(8)).isZero();
    assertThat(table.take(7)).isEqualTo(AccessHistory.first(3));
    assertThat(table.take(7)).isZero();
  }

  @Test
  void displacesAboutTheOldest() {
    GhostTable table = new GhostTable(1_000);
    int[] hashes = random.ints(5_000).toArray();
    for (int i = 0; i < hashes.length; i++) {
      table.put(hashes[i], AccessHistory.first(i), i);
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
      assertThat(table.put(i, AccessHistory.first(i), i)).isZero();
    }

    assertThat(table.put(8, AccessHistory.first(8), 8)).isEqualTo(AccessHistory.first(0));
    assertThat(table.displacedHash()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 104, 520, 2_000})
  void keepsWhatItHasWhileItGrowsAndAfterwards(int places) {
    GhostTable table = new GhostTable(places);
    int[] hashes = random.ints(places / 8).toArray();
    for (int hash : hashes) {
      table.put(hash, AccessHistory.first(hash), 0);
    }
    table.resize(2 * places + 16);
    assertThat(table.places()).isGreaterThanOrEqualTo(2 * places);

    int puts = 0;
    while (table.resizing()) {
      int hash = hashes[puts % hashes.length];
      assertThat(table.take(hash)).isEqualTo(AccessHistory.first(hash));
      table.put(hash, AccessHistory.first(hash), 0);
      puts++;
    }

    assertThat(puts).isEqualTo(places / 8);
    for (int hash : hashes) {
      assertThat(table.take(hash)).isEqualTo(AccessHistory.first(hash));
    }
  }

  @Test
  void shrinksToWhatIsLeftOfTheYoungest() {
    GhostTable table = new GhostTable(1_024);
    for (int i = 0; i < 1_024; i++) {
      table.put(Integer.reverse(i), AccessHistory.first(i), i);
    }

    table.resize(64);
    while (table.resizing()) {
      table.put(random.nextInt(), AccessHistory.first(1_024), 1_024);
    }

    assertThat(table.words().get(0)).hasSize(64);
    for (long word : table.words().get(0)) {
      assertThat(AccessHistory.last(word)).isGreaterThan(800);
    }
  }
}
