package io.intelligentcache.cli.console;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One line on a terminal that shows the progress of a command. Prints nothing if standard error is not a
 * terminal. Only the launcher can find this out: it sets the system property {@value #TERMINAL}.
 *
 * <p>Thread-safe.
 */
public final class Progress {
  private static final String TERMINAL = "icm.terminal";
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean visible;
  private long shownNanos = System.nanoTime();
  private boolean showing;

  /**
   * A line on standard error, if that is a terminal.
   *
   * @param err standard error
   */
  public Progress(PrintWriter err) {
    this(err, Boolean.getBoolean(TERMINAL));
  }

  Progress(PrintWriter err, boolean visible) {
    this.err = err;
    this.visible = visible;
  }

  /**
   * Replaces the line, unless it was replaced less than a tenth of a second ago.
   *
   * @param line makes the text; called only if it is shown
   */
  public synchronized void update(Supplier<String> line) {
    if (!visible) {
      return;
    }
    long now = System.nanoTime();
    if (now - shownNanos < EVERY_NANOS) {
      return;
    }
    shownNanos = now;
    showing = true;
    err.print(CLEAR + line.get());
    err.flush();
  }

  /** Removes the line, so that something else can be printed in its place. */
  public synchronized void clear() {
    if (showing) {
      showing = false;
      err.print(CLEAR);
      err.flush();
    }
  }
}
