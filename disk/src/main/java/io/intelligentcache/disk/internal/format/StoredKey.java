package io.intelligentcache.disk.internal.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/*
 * A stored key: u16 length of the cache's name, the name, u16 length of the tenant's id, the id,
 * then the bytes of the key. The lengths come first, so different names never make equal stored keys.
 */

/** A key as the log stores it, with its hash. */
public record StoredKey(byte[] bytes, long hash) {
  public static final StoredKey NONE = new StoredKey(new byte[0], 0);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  public static StoredKey of(TierKey key, KeyHash hash) {
    byte[] name = key.bytes();
    byte[] bytes = prefix(key.space(), name.length);
    System.arraycopy(name, 0, bytes, bytes.length - name.length, name.length);
    return new StoredKey(bytes, hash.of(bytes));
  }

  /** The prefix of all stored keys of a space. */
  public static StoredKey of(Space space, KeyHash hash) {
    byte[] bytes = prefix(space, 0);
    return new StoredKey(bytes, hash.of(bytes));
  }

  private static byte[] prefix(Space space, int more) {
    byte[] cache = space.cache().getBytes(UTF_8);
    byte[] tenant = space.tenant().getBytes(UTF_8);
    byte[] bytes = new byte[4 + cache.length + tenant.length + more];
    SHORTS.set(bytes, 0, (short) cache.length);
    System.arraycopy(cache, 0, bytes, 2, cache.length);
    SHORTS.set(bytes, 2 + cache.length, (short) tenant.length);
    System.arraycopy(tenant, 0, bytes, 4 + cache.length, tenant.length);
    return bytes;
  }

  /** The length of the space's part of a stored key; -1 if the bytes are not a stored key. */
  public static int spaceLength(byte[] stored) {
    if (stored.length < 4) {
      return -1;
    }
    int cache = Short.toUnsignedInt((short) SHORTS.get(stored, 0));
    if (stored.length < 4 + cache) {
      return -1;
    }
    int all = 4 + cache + Short.toUnsignedInt((short) SHORTS.get(stored, 2 + cache));
    return all <= stored.length ? all : -1;
  }

  public boolean isSpaceOf(byte[] stored) {
    return spaceLength(stored) == bytes.length
        && Arrays.equals(stored, 0, bytes.length, bytes, 0, bytes.length);
  }

  /** A well-mixed 64-bit hash: multiply and fold, eight bytes at a time. */
  static long hash(byte[] bytes, long seed) {
    long hash = seed ^ (bytes.length * MULTIPLIER);
    int at = 0;
    for (; at + 8 <= bytes.length; at += 8) {
      hash = fold(hash ^ (long) LONGS.get(bytes, at));
    }
    long tail = 0;
    for (int shift = 0; at < bytes.length; at++, shift += 8) {
      tail |= (bytes[at] & 0xFFL) << shift;
    }
    return fold(fold(hash ^ tail) ^ seed);
  }

  private static long fold(long x) {
    long y = (x ^ (x >>> 32)) * MULTIPLIER;
    y = (y ^ (y >>> 29)) * 0xBF58476D1CE4E5B9L;
    return y ^ (y >>> 32);
  }

  /** The space of a stored key. {@link StoredKey#spaceLength} of the key must not be -1. */
  public static Space space(byte[] stored) {
    int cache = (stored[0] & 0xFF) | (stored[1] & 0xFF) << 8;
    int end = spaceLength(stored);
    return new Space(
        new String(stored, 2, cache, UTF_8), new String(stored, 4 + cache, end - 4 - cache, UTF_8));
  }
}
