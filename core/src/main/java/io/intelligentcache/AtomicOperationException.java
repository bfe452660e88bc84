package io.intelligentcache;

import org.jspecify.annotations.Nullable;

/**
 * An atomic operation of a cache was given up: the Redis that instances share could not be asked or did
 * not answer, or the key was busy all the time. The message names the key, and says whether anything may
 * have changed.
 */
public final class AtomicOperationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param message what was given up, why, and what may have changed
   * @param cause what else failed, if something did
   */
  public AtomicOperationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
