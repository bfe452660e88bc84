package io.intelligentcache.codec;

import org.jspecify.annotations.Nullable;

/** A value or key can't be encoded as bytes, or bytes can't be decoded. */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param message what failed, with the type
   * @param cause the underlying failure, if there is one
   */
  public CodecException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
