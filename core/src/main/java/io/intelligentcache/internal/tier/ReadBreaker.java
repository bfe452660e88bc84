package io.intelligentcache.internal.tier;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A circuit breaker that keeps reads away from a device that hangs.
 *
 * <p>A read that hangs opens the breaker. While it is open, reads are refused at once, and the read that hung is
 * tried again, by one thread at a time. If that read ends within {@link TimedRead#DEADLINE}, the breaker closes.
 *
 * <p>The probe takes a thread of the readers. If all of them hang, the breaker stays open until one has ended.
 */
final class ReadBreaker {
  private static final Logger log = LoggerFactory.getLogger(ReadBreaker.class);

  private final String tier;
  private final LongSupplier nanos;

  /** The read that hung; null while the breaker is closed. */
  private final AtomicReference<@Nullable Runnable> hung = new AtomicReference<>();

  private final AtomicBoolean probing = new AtomicBoolean();

  /**
   * Creates it, closed.
   *
   * @param tier the name of the tier that is read, for the log
   * @param nanos the clock
   */
  ReadBreaker(String tier, LongSupplier nanos) {
    this.tier = tier;
    this.nanos = nanos;
  }

  boolean isOpen() {
    return hung.get() != null;
  }

  /**
   * Opens it, if it is closed.
   *
   * @param read repeats the read that hung
   */
  void open(Runnable read) {
    if (hung.compareAndSet(null, read)) {
      log.warn("the {} tier does not answer reads; reads are refused until it does", tier);
    }
  }

  /** Repeats the read that hung, unless a thread is doing that already. */
  void probe(ReaderThreads readers) {
    Runnable read = hung.get();
    if (read != null
        && probing.compareAndSet(false, true)
        && !readers.addFirst(() -> probe(read))) {
      probing.set(false);
    }
  }

  private void probe(Runnable read) {
    long began = nanos.getAsLong();
    try {
      read.run();
    } catch (Throwable failure) {
      // The device has answered. Only that matters.
    }
    boolean inTime = nanos.getAsLong() - began < TimedRead.DEADLINE.toNanos();
    if (inTime) {
      hung.set(null);
    }
    probing.set(false);
    if (inTime) {
      log.info("the {} tier answers reads again", tier);
    }
  }
}
