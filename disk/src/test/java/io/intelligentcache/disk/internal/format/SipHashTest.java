package io.intelligentcache.disk.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SipHashTest {
  private static final byte[] COUNTING = counting(63);

  private static byte[] counting(int bytes) {
    byte[] counting = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      counting[i] = (byte) i;
    }
    return counting;
  }

  /** Test vectors from the appendix of the paper, and from the program of its authors. */
  @Test
  void comesToTheHashesOfItsAuthors() {
    KeyHash hash = SipHash.keyed(counting(16));
    assertThat(hash.of(new byte[0])).isEqualTo(0x726fdb47dd0e0e31L);
    assertThat(hash.of(Arrays.copyOf(COUNTING, 1))).isEqualTo(0x74f839c593dc67fdL);
    assertThat(hash.of(Arrays.copyOf(COUNTING, 8))).isEqualTo(0x93f5f5799a932462L);
    assertThat(hash.of(Arrays.copyOf(COUNTING, 15))).isEqualTo(0xa129ca6149be45e5L);
  }

  @Test
  void doesNotPrintItsKey() {
    assertThat(new SipHash(1234, 5678)).hasToString("SipHash");
  }
}
