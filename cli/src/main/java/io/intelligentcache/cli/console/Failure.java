package io.intelligentcache.cli.console;

/** A command can't go on, for a reason that one line tells its user. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Exit code of a command that could not do its work. */
  public static final int FAILED = 1;

  /** Exit code of a command that was asked for something impossible. */
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
   * The input or the surroundings are at fault.
   *
   * @param message names the file, the place and what is wrong
   * @return the failure
   */
  public static Failure of(String message) {
    return new Failure(FAILED, message);
  }

  /**
   * As {@link #of(String)}, for something that was thrown.
   *
   * @param message names the file, the place and what is wrong
   * @param cause shown with {@code --verbose}
   * @return the failure
   */
  public static Failure of(String message, Throwable cause) {
    return new Failure(FAILED, message, cause);
  }

  /**
   * The command line is at fault.
   *
   * @param message names the value and what is allowed
   * @return the failure
   */
  public static Failure usage(String message) {
    return new Failure(USAGE, message);
  }

  /**
   * As {@link #usage(String)}, for something that was thrown.
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
