package io.intelligentcache.disk.internal.format;

import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks whether an application's key can be used. Its messages describe the key but never contain
 * it.
 */
public final class AesKeys {
  private static final Set<Integer> BYTES = Set.of(16, 24, 32);

  private AesKeys() {}

  /** Copies a key, so that the application may destroy its own. */
  public static SecretKey copy(SecretKey key) {
    byte[] secret = key.getEncoded();
    boolean aes = "AES".equalsIgnoreCase(key.getAlgorithm());
    if (!aes || secret == null || !BYTES.contains(secret.length)) {
      throw new IllegalArgumentException(
          "the disk cache's key must be an AES key of 16, 24 or 32 bytes: " + key.getAlgorithm()
              + (secret == null ? " that hides its bytes" : " of " + secret.length + " bytes"));
    }
    return new SecretKeySpec(secret, "AES");
  }
}
