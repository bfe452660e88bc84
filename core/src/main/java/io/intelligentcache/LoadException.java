package io.intelligentcache;

import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A value could not be loaded: the loader failed, took too long, or could not be started. */
public final class LoadException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Whether a deadline of the cache passed. False if the loader itself threw a {@link TimeoutException}. */
  private final boolean late;

  /**
   * Makes the exception.
   *
   * @param message what failed
   * @param cause what the loader threw, if it threw
   */
  public LoadException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  private LoadException(String message, @Nullable Throwable cause, boolean late) {
    super(message, cause);
    this.late = late;
  }

  /**
   * Makes the exception of a load that had not ended, or not begun, at a deadline of the cache.
   *
   * @param message which load, and which deadline
   * @return the exception, whose cause is a {@link TimeoutException}
   */
  public static LoadException late(String message) {
    return new LoadException(message, new TimeoutException(message), true);
  }

  /** {@return true if a deadline of the cache has passed, false if the loader failed} */
  public boolean isLate() {
    return late;
  }
}
