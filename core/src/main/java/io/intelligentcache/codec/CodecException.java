package io.intelligentcache.codec;

import org.jspecify.annotations.Nullable;

/** A value or key can't be written as bytes, or bytes can't be read. */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param message what failed, with the type
   * @param cause what it follows from, if anything
   */
  public CodecException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What user code threw, as a text; its class where it can't say more. */
  public static String text(Throwable failure) {
    try {
      return failure.toString();
    } catch (Throwable unprintable) { // its message throws in turn
      return failure.getClass().getName();
    }
  }
}
