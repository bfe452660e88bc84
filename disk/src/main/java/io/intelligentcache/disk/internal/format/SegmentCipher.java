package io.intelligentcache.disk.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/*
 * The stored key and the value of a record are encrypted separately, by AES-GCM, so that keys can be
 * read without values. Each of them becomes longer by a tag.
 *
 *   key    the key of this use of the segment file, see StoreKeys
 *   nonce  the record's offset in the segment (u32), the part (u8: 1 stored key, 2 value), 7 zeros
 *   bound  what the tag also covers: bytes 8 to 36 and 40 to 48 of the record; for the value also the
 *          stored key before encryption
 *
 * No nonce is used twice with one key. Each use of a segment file has its own key. During one use each
 * offset is given to one record only. If an encryption fails, the segment is sealed (see ActiveSegment).
 * A write that is retried writes the same bytes. After opening, no existing segment is appended to.
 */

/**
 * Encrypts and decrypts the records of a segment, for one use of its file. A record that has
 * changed, or that is not at the place for which it was encrypted, can't be decrypted. Thread-safe.
 */
public final class SegmentCipher {
  public static final int TAG_BYTES = 16;

  private static final String AES_GCM = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final byte KEY = 1;
  private static final byte VALUE = 2;
  private static final byte[] NOTHING = new byte[0];

  /**
   * How many ciphers to keep. A cipher that was used with this key before is five times as fast as
   * a new one.
   */
  private static final int MOST_IDLE = Math.min(4, Runtime.getRuntime().availableProcessors());

  private final SecretKey key;
  private final long salt;
  private final AtomicReferenceArray<@Nullable Cipher> idle = new AtomicReferenceArray<>(MOST_IDLE);

  SegmentCipher(SecretKey key, long salt) {
    this.key = key;
    this.salt = salt;
  }

  /** A random number that makes this key differ from other keys of the same generation number. */
  public long salt() {
    return salt;
  }

  public void encryptKey(int offset, byte[] bound, byte[] plain, byte[] into, int at) {
    encrypt(nonce(offset, KEY), bound, NOTHING, plain, into, at);
  }

  public void encryptValue(
      int offset, byte[] bound, byte[] plainKey, byte[] plain, byte[] into, int at) {
    encrypt(nonce(offset, VALUE), bound, plainKey, plain, into, at);
  }

  /** Decrypts a stored key; returns null if these bytes were not encrypted for this place. */
  public byte @Nullable [] decryptKey(int offset, byte[] bound, byte[] stored) {
    return decrypt(nonce(offset, KEY), bound, NOTHING, stored);
  }

  /**
   * Decrypts a value; returns null if these bytes were not encrypted for this place and this key.
   */
  public byte @Nullable [] decryptValue(int offset, byte[] bound, byte[] plainKey, byte[] stored) {
    return decrypt(nonce(offset, VALUE), bound, plainKey, stored);
  }

  private static GCMParameterSpec nonce(int offset, byte part) {
    ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return new GCMParameterSpec(8 * TAG_BYTES, nonce.putInt(offset).put(part).array());
  }

  private void encrypt(
      GCMParameterSpec nonce, byte[] bound, byte[] plainKey, byte[] plain, byte[] into, int at) {
    Cipher cipher = take();
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, nonce);
      cipher.updateAAD(bound);
      cipher.updateAAD(plainKey);
      int written = cipher.doFinal(plain, 0, plain.length, into, at);
      if (written != plain.length + TAG_BYTES) {
        throw new IllegalStateException("AES-GCM made " + written + " bytes of " + plain.length);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM can't encrypt", e);
    }
    giveBack(cipher);
  }

  private byte @Nullable [] decrypt(
      GCMParameterSpec nonce, byte[] bound, byte[] plainKey, byte[] stored) {
    if (stored.length < TAG_BYTES) {
      return null;
    }
    Cipher cipher = take();
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, nonce);
      cipher.updateAAD(bound);
      cipher.updateAAD(plainKey);
      byte[] plain = cipher.doFinal(stored);
      giveBack(cipher);
      return plain;
    } catch (AEADBadTagException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM can't decrypt", e);
    }
  }

  private Cipher take() {
    int start = start();
    for (int i = 0; i < MOST_IDLE; i++) {
      Cipher cipher = idle.getAndSet((start + i) % MOST_IDLE, null);
      if (cipher != null) {
        return cipher;
      }
    }
    try {
      return Cipher.getInstance(AES_GCM);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + AES_GCM, e);
    }
  }

  /**
   * Keeps a cipher for the next use. Not called after a failure, because the state of the cipher is
   * unknown then.
   */
  private void giveBack(Cipher cipher) {
    int start = start();
    for (int i = 0; i < MOST_IDLE; i++) {
      if (idle.compareAndSet((start + i) % MOST_IDLE, null, cipher)) {
        return;
      }
    }
  }

  private static int start() {
    return (int) (Thread.currentThread().getId() % MOST_IDLE);
  }
}
