package io.intelligentcache.tier;

import org.jspecify.annotations.Nullable;

/** A tier can't be opened. The message names the setting, its value and the values that are allowed. */
public final class TierException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param message what is wrong, with the value
   * @param cause the underlying failure, if there is one
   */
  public TierException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
