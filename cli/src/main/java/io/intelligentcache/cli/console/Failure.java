package io.intelligentcache.cli.console;

/** A command can't continue. The message gives the reason to the user in one line. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Exit code of a command that could not do its work. */
  public static final int FAILED = 1;

  /** Exit code of a command with impossible arguments. */
  public static final int USAGE = 2;

  private final int exitCode;

  private Failure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  private Failure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /**
   * A failure of the input or of the environment.
   *
   * @param message names the file, the place and the problem
   * @return the failure
   */
  public static Failure of(String message) {
    return new Failure(FAILED, message);
  }

  /**
   * A failure of the input or of the environment that was caused by an exception.
   *
   * @param message names the file, the place and the problem
   * @param cause shown with {@code --verbose}
   * @return the failure
   */
  public static Failure of(String message, Throwable cause) {
    return new Failure(FAILED, message, cause);
  }

  /**
   * A wrong use of the command line.
   *
   * @param message names the value and what is allowed
   * @return the failure
   */
  public static Failure usage(String message) {
    return new Failure(USAGE, message);
  }

  /**
   * A wrong use of the command line that was found by an exception.
   *
   * @param message names the value and what is allowed
   * @param cause shown with {@code --verbose}
   * @return the failure
   */
  public static Failure usage(String message, Throwable cause) {
    return new Failure(USAGE, message, cause);
  }

  /** {@return the exit code for it} */
  public int exitCode() {
    return exitCode;
  }
}
