package io.intelligentcache;

import org.jspecify.annotations.Nullable;

/** A value could not be loaded: the loader failed, timed out, or could not be started. */
public final class LoadException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param message what failed
   * @param cause what the loader threw, if it did
   */
  public LoadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
