package io.intelligentcache;

import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A value could not be loaded: the loader failed, took too long, or could not be started. */
public final class LoadException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Whether a deadline of the cache passed; a loader's own {@link TimeoutException} is a failure. */
  private final boolean late;

  /**
   * Makes the exception.
   *
   * @param message what failed
   * @param cause what the loader threw, if it did
   */
  public LoadException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  private LoadException(String message, @Nullable Throwable cause, boolean late) {
    super(message, cause);
    this.late = late;
  }

  /**
   * Makes the exception of a load that has not ended, or not begun, at a deadline of the cache.
   *
   * @param message which load, and which deadline
   * @return the exception, whose cause is a {@link TimeoutException}
   */
  public static LoadException late(String message) {
    return new LoadException(message, new TimeoutException(message), true);
  }

  /** {@return whether a deadline of the cache has passed, in contrast to a loader that failed} */
  public boolean isLate() {
    return late;
  }
}
