package io.intelligentcache.disk.internal.file;

import static java.util.concurrent.TimeUnit.MINUTES;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops reads of a segment for a minute after several of its reads have failed within one minute. A
 * device that can't read a place retries for seconds at each attempt. Thread-safe.
 */
public final class Quarantine {
  /**
   * How many failures start it. A few may be chance, for example if the process has too many open
   * files.
   */
  public static final int FAILURES = 8;

  private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
  private static final long NANOS = MINUTES.toNanos(1);

  private final Object what;
  private volatile int failures;
  private volatile long since;

  public Quarantine(Object what) {
    this.what = what;
  }

  /**
   * Whether reads are to be refused.
   *
   * @param nanos the scheduler's clock; it is read only after several failures
   */
  public boolean on(LongSupplier nanos) {
    return failures >= FAILURES && nanos.getAsLong() - since < NANOS;
  }

  public synchronized void failed(LongSupplier nanos, Throwable cause) {
    long now = nanos.getAsLong();
    if (failures == 0 || now - since >= NANOS) {
      since = now;
      failures = 0;
    }
    int met = failures + 1;
    failures = met;
    if (met == FAILURES) {
      since = now;
      LOG.warn("{} can't be read; its reads are refused for a minute", what, cause);
    }
  }

  /** Ends the quarantine, because the file is freed. */
  public synchronized void end() {
    failures = 0;
  }
}
