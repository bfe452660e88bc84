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

  /** Of a load that has not ended, or not begun, at a deadline of the cache. */
  public static LoadException late(String message) {
    return new LoadException(message, new TimeoutException(message), true);
  }

  public boolean isLate() {
    return late;
  }
}
