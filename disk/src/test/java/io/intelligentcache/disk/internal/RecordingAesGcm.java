package io.intelligentcache.disk.internal;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A wrapper of the JDK's AES-GCM, installed while a test runs. It records each key and nonce that
 * is used for encryption, and fails when a test asks for it.
 */
final class RecordingAesGcm extends Provider implements AutoCloseable {
  private static final long serialVersionUID = 1;
  private static final String NAME = "RecordingAesGcm";
  private static final List<Used> USED = new ArrayList<>();
  private static final AtomicInteger UNTIL_FAILURE = new AtomicInteger();

  /** The key and nonce of one encryption, in hexadecimal. */
  record Used(String key, String nonce) {}

  RecordingAesGcm() {
    super(NAME, "1", "AES-GCM that is looked at");
    put("Cipher.AES/GCM/NoPadding", Looked.class.getName());
    USED.clear();
    UNTIL_FAILURE.set(0);
    Security.insertProviderAt(this, 1);
  }

  /**
   * Makes an encryption fail with an OutOfMemoryError after it has begun.
   *
   * @param others how many encryptions before it succeed
   */
  void failAfter(int others) {
    UNTIL_FAILURE.set(others + 1);
  }

  synchronized List<Used> used() {
    synchronized (USED) {
      return List.copyOf(USED);
    }
  }

  @Override
  public void close() {
    Security.removeProvider(NAME);
  }

  /** The cipher that {@link Cipher} creates. */
  public static final class Looked extends CipherSpi {
    private final Cipher real;
    private boolean fails;

    public Looked() throws GeneralSecurityException {
      real = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    }

    @Override
    protected void engineInit(
        int mode, Key key, AlgorithmParameterSpec parameters, SecureRandom random)
        throws InvalidKeyException, InvalidAlgorithmParameterException {
      real.init(mode, key, parameters, random);
      if (mode == Cipher.ENCRYPT_MODE) {
        HexFormat hex = HexFormat.of();
        byte[] nonce = ((GCMParameterSpec) parameters).getIV();
        synchronized (USED) {
          USED.add(new Used(hex.formatHex(key.getEncoded()), hex.formatHex(nonce)));
        }
        fails = UNTIL_FAILURE.getAndUpdate(left -> Math.max(0, left - 1)) == 1;
      }
    }

    @Override
    protected void engineUpdateAAD(byte[] bytes, int from, int length) {
      real.updateAAD(bytes, from, length);
    }

    @Override
    protected byte[] engineDoFinal(byte[] in, int from, int length)
        throws IllegalBlockSizeException, BadPaddingException {
      return real.doFinal(in, from, length);
    }

    @Override
    protected int engineDoFinal(byte[] in, int from, int length, byte[] out, int at)
        throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
      int written = real.doFinal(in, from, length, out, at);
      if (fails) {
        throw new OutOfMemoryError("made to fail");
      }
      return written;
    }

    @Override
    protected int engineGetOutputSize(int bytes) {
      return real.getOutputSize(bytes);
    }

    @Override
    protected void engineSetMode(String mode) throws NoSuchAlgorithmException {
      throw new NoSuchAlgorithmException(mode);
    }

    @Override
    protected void engineSetPadding(String padding) {}

    @Override
    protected int engineGetBlockSize() {
      return real.getBlockSize();
    }

    @Override
    protected byte[] engineGetIV() {
      return real.getIV();
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
      return real.getParameters();
    }

    @Override
    protected void engineInit(int mode, Key key, SecureRandom random) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected void engineInit(
        int mode, Key key, AlgorithmParameters parameters, SecureRandom random) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected byte[] engineUpdate(byte[] in, int from, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected int engineUpdate(byte[] in, int from, int length, byte[] out, int at) {
      throw new UnsupportedOperationException();
    }
  }
}
