package io.intelligentcache.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SparedTest {
  private final Spared spared = new Spared(3, 100);

  @Test
  void sparesFromASweepWhatWasPutAfterItOnly() {
    spared.add(name("k"), 10);
    assertThat(spared.holds(name("k"), 9)).isTrue();
    assertThat(spared.holds(name("k"), 10)).isFalse();
    assertThat(spared.holds(name("l"), 9)).isFalse();
  }

  @Test
  void keepsTheGreaterVersionWhateverTheirOrder() {
    spared.add(name("k"), 10);
    spared.add(name("k"), 7);
    assertThat(spared.holds(name("k"), 9)).isTrue();
    spared.add(name("k"), 12);
    assertThat(spared.holds(name("k"), 11)).isTrue();
  }

  @Test
  void isBoundedInNamesAndInBytesButKeepsUpWithTheNamesItHas() {
    for (int i = 0; i < 10; i++) {
      spared.add(name("k" + i), 1);
    }
    assertThat(spared.size()).isEqualTo(3);
    spared.add(name("k1"), 5);
    assertThat(spared.holds(name("k1"), 4)).isTrue();
    spared.forgetUntil(9);
    spared.add(name("l".repeat(90)), 10);
    spared.add(name("m".repeat(20)), 10);
    assertThat(spared.size()).isEqualTo(1);
  }

  @Test
  void forgetsWhatNoSweepNeedsAnyMoreAndItsBytes() {
    spared.add(name("a".repeat(60)), 5);
    spared.add(name("b".repeat(40)), 6);
    spared.forgetUntil(5);
    assertThat(spared.size()).isEqualTo(1);
    spared.add(name("c".repeat(60)), 7);
    assertThat(spared.size()).isEqualTo(2);
  }

  private static byte[] name(String name) {
    return name.getBytes(US_ASCII);
  }
}
