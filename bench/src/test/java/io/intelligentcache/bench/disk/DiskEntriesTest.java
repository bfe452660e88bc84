package io.intelligentcache.bench.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DiskEntriesTest {
  private static final int COUNT = 50_000;

  private final DiskEntries mix = new DiskEntries(true, COUNT);

  @Test
  void keysAreDifferentAndOfAllLengths() {
    Set<ByteBuffer> keys = new HashSet<>();
    Set<Integer> lengths = new HashSet<>();
    for (int entry = 0; entry < COUNT; entry++) {
      byte[] key = mix.key(entry);
      keys.add(ByteBuffer.wrap(key));
      lengths.add(key.length);
    }
    assertThat(keys.size()).isEqualTo(COUNT);
    assertThat(lengths.size()).isEqualTo(DiskEntries.LONGEST_KEY - DiskEntries.SHORTEST_KEY + 1);
  }

  @Test
  void halfOfTheMixIsSmallAndThreeInAHundredAreLarge() {
    Map<Integer, Integer> lengths = new HashMap<>();
    for (int entry = 0; entry < COUNT; entry++) {
      lengths.merge(mix.value(entry).length, 1, Integer::sum);
    }
    assertThat(share(lengths, 100)).isCloseTo(0.5, within(0.01));
    assertThat(share(lengths, 1_024)).isCloseTo(0.3, within(0.01));
    assertThat(share(lengths, 8_192)).isCloseTo(0.17, within(0.01));
    assertThat(share(lengths, 65_536)).isCloseTo(0.03, within(0.005));
  }

  private static double share(Map<Integer, Integer> lengths, int length) {
    return (double) lengths.getOrDefault(length, 0) / COUNT;
  }

  @Test
  void tellsTheBytesOfWhatItMakes() {
    long bytes = 0;
    for (int entry = 0; entry < 1_000; entry++) {
      int own = mix.key(entry).length + mix.value(entry).length;
      assertThat(mix.bytes(entry)).isEqualTo(own);
      bytes += own;
    }
    assertThat(mix.bytesOfFirst(1_000)).isEqualTo(bytes);
  }

  @Test
  void knowsAValueFromAnothersAndFromACutOne() {
    byte[] value = mix.value(7);
    assertThat(mix.isValue(7, value)).isTrue();
    assertThat(mix.isValue(7, Arrays.copyOf(value, value.length - 1))).isFalse();
    var small = new DiskEntries(false, COUNT);
    assertThat(small.isValue(7, small.value(8))).isFalse();
  }
}
