package io.intelligentcache.disk.internal.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/*
 * What follows from the application's key, by HKDF (RFC 5869) over HMAC-SHA256. None of it tells
 * anything of the others or of that key.
 *
 *   root   HMAC(the store's UUID, the application's key)
 *   check  8 bytes of HMAC(root, "icm check", 1): in the manifest, to tell a wrong key
 *   hash   16 bytes of HMAC(root, "icm hash", 1): for SipHash
 *   life   HMAC(root, "icm life", generation, salt, 1), cut to the length of the application's key
 *
 * A generation can be begun twice: after a failed write, and where a directory was copied. So each
 * life draws 64 random bits of salt, which stand in the segment's header and in its side index. Two
 * lives of one generation would have to draw the same.
 */

/** The keys of one encrypted store. Thread-safe. */
public final class StoreKeys {
  private static final String HMAC = "HmacSHA256";

  private final SecretKeySpec root;
  private final int keyBytes;
  private final SecureRandom random = new SecureRandom();

  /**
   * Derives the keys of a store.
   *
   * @param key of 16, 24 or 32 bytes
   */
  public StoreKeys(SecretKey key, UUID store) {
    byte[] secret = key.getEncoded();
    byte[] uuid = numbers(store.getMostSignificantBits(), store.getLeastSignificantBits());
    this.keyBytes = secret.length;
    this.root = new SecretKeySpec(hmac(new SecretKeySpec(uuid, HMAC), secret), HMAC);
  }

  /** The same for the same key and store only. */
  public long check() {
    return ByteBuffer.wrap(derive("icm check")).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  public KeyHash hash() {
    return SipHash.keyed(derive("icm hash"));
  }

  /** For a life of a segment that begins. */
  public SegmentCipher begin(long generation) {
    return life(generation, random.nextLong());
  }

  /** For a life that began with this salt. */
  public SegmentCipher life(long generation, long salt) {
    byte[] key = derive("icm life", generation, salt);
    return new SegmentCipher(new SecretKeySpec(key, 0, keyBytes, "AES"), salt);
  }

  private byte[] derive(String purpose, long... which) {
    return hmac(root, purpose.getBytes(US_ASCII), numbers(which), new byte[] {1});
  }

  private static byte[] numbers(long... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(numbers);
    return bytes.array();
  }

  private static byte[] hmac(SecretKeySpec key, byte[]... message) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      for (byte[] part : message) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }
}
