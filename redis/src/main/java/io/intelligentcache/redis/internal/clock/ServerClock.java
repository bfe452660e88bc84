package io.intelligentcache.redis.internal.clock;

import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The clock of one server, as far as this instance knows it. It is learnt by {@code TIME} and continued by the local
 * monotonic clock, so that setting the local wall clock changes nothing here.
 *
 * <p>Within one connection the estimate may go forward by any step, but back by at most a millisecond per sample.
 * Otherwise a sample that took long, or a local clock that ran ahead, could make expired entries valid again. If a
 * sample differs by more than a tenth of a second plus the errors, the clock of the server was set: the sample is
 * believed at once. Of two samples that agree, the more exact one is kept, until its drift makes it less exact than the
 * other. The first sample of a new connection is always believed, because the connection may lead to a new server.
 */
public final class ServerClock {
  private static final long SMALLEST_GAP_NANOS = Duration.ofMillis(400).toNanos();
  private static final long NANOS_PER_MICRO_OF_DRIFT = 10_000_000; // 100 in a million
  private static final long LARGEST_STEP_BACK_MICROS = 1_000;
  private static final long SET_MICROS = 100_000;

  private final TimeSource time;
  private volatile @Nullable Sample last;

  /**
   * The answer of the server when it was asked for the time.
   *
   * @param nanos when the server had that time, on the time source's clock
   * @param errorMicros how far that may be from the truth
   */
  public record Sample(long redisMicros, long nanos, long errorMicros) {
    /** A sample of which the server took the time at an unknown instant between these two. */
    public static Sample between(long redisMicros, long sentNanos, long answeredNanos) {
      long half = (answeredNanos - sentNanos) / 2;
      return new Sample(redisMicros, sentNanos + half, half / 1_000 + 1);
    }

    long at(long nanosThen) {
      return redisMicros + (nanosThen - nanos) / 1_000;
    }

    long errorAt(long nanosThen) {
      return errorMicros + (nanosThen - nanos) / NANOS_PER_MICRO_OF_DRIFT;
    }

    /** Whether a later sample agrees with this one, and is not more exact. */
    boolean covers(Sample later) {
      long error = errorAt(later.nanos);
      return later.errorMicros >= error
          && Math.abs(later.redisMicros - at(later.nanos)) <= error + later.errorMicros;
    }

    /** Whether the clock of the server was set between this sample and a later one. */
    boolean wasSetBefore(Sample later) {
      long errors = errorAt(later.nanos) + later.errorMicros;
      return Math.abs(at(later.nanos) - later.redisMicros) > SET_MICROS + errors;
    }
  }

  ServerClock(TimeSource time) {
    this.time = time;
  }

  /** The time source's clock, for {@link #start} and {@link #refresh}. */
  public long nanos() {
    return time.nanos();
  }

  /** Takes over the first sample of a connection. */
  public void start(Sample first) {
    last = first;
  }

  /** Takes over a later sample. Called by one thread at a time. */
  public void refresh(long redisMicros, long sentNanos, long answeredNanos) {
    Sample before = last;
    Sample later = Sample.between(redisMicros, sentNanos, answeredNanos);
    if (before == null || before.wasSetBefore(later)) {
      last = later;
    } else if (later.nanos - before.nanos >= SMALLEST_GAP_NANOS && !before.covers(later)) {
      long floor = before.at(later.nanos) - LARGEST_STEP_BACK_MICROS;
      long stepNotTaken = Math.max(0, floor - redisMicros);
      last = new Sample(redisMicros + stepNotTaken, later.nanos, later.errorMicros + stepNotTaken);
    }
  }

  /** Whether the server was ever reached. */
  boolean known() {
    return last != null;
  }

  /**
   * Microseconds since the epoch on the clock of the server at an instant of the time source's clock; 0 before it was
   * ever reached.
   */
  public long microsAt(long nanos) {
    Sample known = last;
    return known == null ? 0 : known.at(nanos);
  }

  /** How far {@link #microsAt} may be from the truth at present, in microseconds, as far as is known. */
  long errorMicros() {
    Sample known = last;
    return known == null ? 0 : known.errorAt(time.nanos());
  }
}
