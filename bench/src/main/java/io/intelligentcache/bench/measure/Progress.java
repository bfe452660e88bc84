package io.intelligentcache.bench.measure;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Prints on standard error the progress of a run and its remaining time, one line for each step. */
public final class Progress {
  private static final long MINUTE_SECONDS = 60;

  /** Up to this time seconds are printed, rounded to tens. */
  private static final long MOST_SECONDS = 90;

  private static final long TEN = 10;

  private final PrintWriter err;
  private final LongSupplier nanoTime;
  private final long begun;
  private final int steps;
  private int begunSteps;
  private Duration left;
  private Duration done = Duration.ZERO;

  /**
   * Starts a run.
   *
   * @param planned the approximate time of each step
   */
  public Progress(List<Duration> planned, PrintWriter err, LongSupplier nanoTime) {
    this.err = err;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
    steps = planned.size();
    Duration total = planned.stream().reduce(Duration.ZERO, Duration::plus);
    left = total;
    say("measuring in " + steps + " steps, takes about " + text(total));
  }

  /** Begins a step with its planned time. The previous step has ended. */
  public void begin(String step, Duration planned) {
    begunSteps++;
    say(begunSteps + " of " + steps + ": " + step + "; about " + text(remaining()) + " left");
    left = left.minus(planned);
    done = done.plus(planned);
  }

  /** The planned time of the remaining steps, corrected by the speed of the steps so far. */
  private Duration remaining() {
    if (done.isZero()) {
      return left;
    }
    double pace = (double) (nanoTime.getAsLong() - begun) / done.toNanos();
    return Duration.ofNanos((long) (left.toNanos() * pace));
  }

  private void say(String line) {
    err.println(line);
    err.flush();
  }

  private static String text(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < MOST_SECONDS) {
      return TEN * Math.max(1, Math.round((double) seconds / TEN)) + " seconds";
    }
    return Math.round((double) seconds / MINUTE_SECONDS) + " minutes";
  }
}
