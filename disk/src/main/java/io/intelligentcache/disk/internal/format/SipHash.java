package io.intelligentcache.disk.internal.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012). Without its key, nobody can find out which stored key
 * a hash belongs to, or check a guess. This matters because the files of an encrypted store contain
 * hashes.
 *
 * @param low the first eight bytes of the key, little-endian
 * @param high the other eight bytes
 */
record SipHash(long low, long high) implements KeyHash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static SipHash keyed(byte[] key) {
    return new SipHash((long) LONGS.get(key, 0), (long) LONGS.get(key, 8));
  }

  @Override
  public long of(byte[] bytes) {
    var state = new State(low, high);
    int at = 0;
    for (; at + 8 <= bytes.length; at += 8) {
      state.take((long) LONGS.get(bytes, at));
    }
    long last = (long) bytes.length << 56;
    for (int shift = 0; at < bytes.length; at++, shift += 8) {
      last |= (bytes[at] & 0xFFL) << shift;
    }
    state.take(last);
    return state.finish();
  }

  /** Does not print the key. */
  @Override
  public String toString() {
    return "SipHash";
  }

  private static final class State {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    State(long low, long high) {
      v0 = low ^ 0x736f6d6570736575L;
      v1 = high ^ 0x646f72616e646f6dL;
      v2 = low ^ 0x6c7967656e657261L;
      v3 = high ^ 0x7465646279746573L;
    }

    void take(long word) {
      v3 ^= word;
      round();
      round();
      v0 ^= word;
    }

    long finish() {
      v2 ^= 0xFF;
      for (int i = 0; i < 4; i++) {
        round();
      }
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
