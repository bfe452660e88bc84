package io.intelligentcache.bench.disk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * The keys and values of the stores on disk. The number of an entry determines its key and its value.
 * They are created when they are needed; this time counts for all contenders. A value begins with the
 * number of its entry and its own length, so that a foreign or truncated value is recognized.
 */
public final class DiskEntries {
  static final int SHORTEST_KEY = 16;
  public static final int LONGEST_KEY = 40;
  public static final int LARGEST_VALUE = 64 * 1024;

  private static final int SMALL_VALUE = 100;
  private static final int POOL_OFFSETS = 1 << 20;
  private static final int SEED = 1;
  private static final int PER_CENT = 100;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final boolean mixed;
  private final int count;
  private final byte[] pool = new byte[POOL_OFFSETS + LARGEST_VALUE];

  /**
   * Defines the entries without creating them.
   *
   * @param mixed whether values have 100 bytes to 64 KiB; else all have 100 bytes
   * @param count how many, numbered from 0
   */
  DiskEntries(boolean mixed, int count) {
    this.mixed = mixed;
    this.count = count;
    new SplittableRandom(SEED).nextBytes(pool); // so that compression gains nothing
  }

  public int count() {
    return count;
  }

  public byte[] key(int entry) {
    long scattered = scattered(entry);
    var key = new byte[keyBytes(scattered)];
    System.arraycopy(pool, entry & (POOL_OFFSETS - 1), key, 0, key.length);
    LONG.set(key, 0, scattered); // unique per entry, so keys are unique
    return key;
  }

  byte[] value(int entry) {
    long scattered = scattered(entry);
    var value = new byte[valueBytes(scattered)];
    System.arraycopy(pool, (int) scattered & (POOL_OFFSETS - 1), value, 0, value.length);
    LONG.set(value, 0, (long) entry);
    INT.set(value, Long.BYTES, value.length);
    return value;
  }

  /** Whether this is the value of an entry, by number and length. */
  boolean isValue(int entry, byte[] value) {
    return value.length == valueBytes(scattered(entry))
        && (long) LONG.get(value, 0) == entry
        && (int) INT.get(value, Long.BYTES) == value.length;
  }

  /** Bytes of an entry's key and value. */
  public int bytes(int entry) {
    long scattered = scattered(entry);
    return keyBytes(scattered) + valueBytes(scattered);
  }

  /** Bytes of the keys and values of the first entries. */
  long bytesOfFirst(int entries) {
    long bytes = 0;
    for (int entry = 0; entry < entries; entry++) {
      bytes += bytes(entry);
    }
    return bytes;
  }

  private static int keyBytes(long scattered) {
    return SHORTEST_KEY + (int) ((scattered >>> 40) % (LONGEST_KEY - SHORTEST_KEY + 1));
  }

  private int valueBytes(long scattered) {
    if (!mixed) {
      return SMALL_VALUE;
    }
    int drawn = (int) ((scattered >>> 8 & 0xFFFF_FFFFL) % PER_CENT);
    if (drawn < 50) {
      return SMALL_VALUE;
    }
    return drawn < 80 ? 1 << 10 : drawn < 97 ? 8 << 10 : LARGEST_VALUE;
  }

  /** A unique number for every entry, without order: the finisher of SplitMix64. */
  private static long scattered(int entry) {
    long z = entry + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
