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
 * The keys that are derived from the application's key, by HKDF (RFC 5869) over HMAC-SHA256. None of
 * them reveals anything about the others or about the application's key.
 *
 *   root   HMAC(the store's UUID, the application's key)
 *   check  8 bytes of HMAC(root, "icm check", 1): in the manifest, to detect a wrong key
 *   hash   16 bytes of HMAC(root, "icm hash", 1): for SipHash
 *   life   HMAC(root, "icm life", generation, salt, 1), cut to the length of the application's key
 *
 * A generation number can be used twice: after a failed write, and if a directory was copied. So each
 * use of a segment file draws 64 random bits of salt, recorded in the segment header and in the hint
 * file. Two uses with the same generation number get the same key only if they draw the same salt.
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
   * @param key the application's key, of 16, 24 or 32 bytes
   */
  public StoreKeys(SecretKey key, UUID store) {
    byte[] secret = key.getEncoded();
    byte[] uuid = numbers(store.getMostSignificantBits(), store.getLeastSignificantBits());
    this.keyBytes = secret.length;
    this.root = new SecretKeySpec(hmac(new SecretKeySpec(uuid, HMAC), secret), HMAC);
  }

  /** A number that is the same for the same key and store only. */
  public long check() {
    return ByteBuffer.wrap(derive("icm check")).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  public KeyHash hash() {
    return SipHash.keyed(derive("icm hash"));
  }

  /** The cipher for a segment whose generation begins now, with a new salt. */
  public SegmentCipher begin(long generation) {
    return life(generation, random.nextLong());
  }

  /** The cipher for a segment whose generation began with this salt. */
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
