package io.intelligentcache.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FootprintTest {
  @Test
  void countsTheNodesOfAMapAndNeitherKeysNorValues() {
    // A node of 32 bytes and its share of the table; a key and a value would add 150.
    assertThat(Footprint.bytesPerEntry(Contender.MAP, 200_000)).isBetween(32.0, 60.0);
  }
}
