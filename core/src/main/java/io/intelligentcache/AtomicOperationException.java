package io.intelligentcache;

import org.jspecify.annotations.Nullable;

/**
 * An atomic operation of a cache failed: the Redis that instances share could not be asked or did not answer,
 * or other writers kept changing the key. The message names the key, and says whether anything may have
 * changed.
 */
public final class AtomicOperationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param message what failed, why, and what may have changed
   * @param cause the underlying failure, if there is one
   */
  public AtomicOperationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
