package io.intelligentcache.redis.internal.operation;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;

/**
 * Keys whose last write was not acknowledged, kept as hashes of eight bytes when {@link UnsettledWrites} has no room
 * for them. A hash is enough to leave a key unread, and to remove it when a sweep scans all keys.
 *
 * <p>The hash is salted, so that nobody can choose a key that has the same hash as another one.
 *
 * @param sorted the hashes, in order
 * @param version of the last of the writes: records with a greater version were written after them
 */
record UnsettledKeySet(long[] sorted, long version) {
  static final UnsettledKeySet NONE = new UnsettledKeySet(new long[0], 0);

  private static final byte[] SALT = new SecureRandom().generateSeed(16);

  boolean isEmpty() {
    return sorted.length == 0;
  }

  boolean contains(byte[] name) {
    return Arrays.binarySearch(sorted, hash(name)) >= 0;
  }

  /** These keys and others. The last write of the others has this version. */
  UnsettledKeySet with(Collection<byte[]> names, long last) {
    long[] all = Arrays.copyOf(sorted, sorted.length + names.size());
    int size = sorted.length;
    for (byte[] name : names) {
      all[size++] = hash(name);
    }
    return new UnsettledKeySet(
        Arrays.stream(all).sorted().distinct().toArray(), Math.max(version, last));
  }

  private static long hash(byte[] name) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(SALT);
      return ByteBuffer.wrap(digest.digest(name)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  /** {@return the number of keys, without the keys} */
  @Override
  public String toString() {
    return "UnsettledKeySet[" + sorted.length + "]";
  }
}
