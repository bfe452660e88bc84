package io.intelligentcache;

import io.intelligentcache.internal.setting.Setting;
import io.intelligentcache.internal.setting.Settings;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How fresh values have to be, and what to do when a fresh value can't be had. Set for a cache, or for one call
 * in place of its cache's settings. Immutable; each method that takes a setting returns another object.
 *
 * <pre>
 *   stored         refreshAhead        TTL ends     staleWhileRevalidate    maxStale
 *     |  fresh          |  fresh,         |  stale,          |  stale if the   |  not
 *     |                 |  refreshed in   |  refreshed in    |  load fails     |  answered
 *     |                 |  background     |  background      |                 |
 * </pre>
 *
 * <p>A value is answered after its TTL only if {@code staleWhileRevalidate} or {@code maxStale} is set and the
 * caller has a loader. {@link TieredCache#lookup} reports that, and {@link
 * io.intelligentcache.stats.CacheStats} counts it.
 *
 * @param refreshAhead a read within this time before the end of the TTL, but not in the first half of the
 *     TTL, starts a refresh in the background; null for not at all
 * @param staleWhileRevalidate for this time after its TTL, a value is answered at once and refreshed in the
 *     background; null for not at all
 * @param maxStale for this time after its TTL, a value is answered if it can't be loaded; null for not at
 *     all
 * @param retryAfter back-off: after a load failed while there was a value to answer, no caller tries again
 *     for this time; doubled by each failure in a row, up to sixteen times
 * @param softTimeout a caller that waited this long for a load gets the value within {@code maxStale} if
 *     there is one, and the load goes on; null for waiting up to the hard timeout
 * @param hardTimeout a caller that waited this long gets a {@link LoadException}; null for the manager's
 *     load timeout
 * @param jitter each TTL is shortened by a random share of itself up to this, 0 to 0.5, so that values that
 *     were stored together do not expire together
 * @param absenceTtl how long the cache remembers that a loader returned no value for a key; null for not at
 *     all
 * @param timeToIdle how long memory keeps a value that is not read; the time of a read is noted in steps of
 *     a sixteenth of this. Null for as long as the TTL. Redis counts from the last write, not from reads: there the
 *     value expires that long after it was written, and then for all instances
 */
public record Freshness(
    @Nullable Duration refreshAhead,
    @Nullable Duration staleWhileRevalidate,
    @Nullable Duration maxStale,
    Duration retryAfter,
    @Nullable Duration softTimeout,
    @Nullable Duration hardTimeout,
    double jitter,
    @Nullable Duration absenceTtl,
    @Nullable Duration timeToIdle) {
  private static final Freshness NONE = new Freshness(
      null, null, null, Settings.RETRY_AFTER.defaultValue(), null, null, 0, null, null);

  /**
   * Refuses values that are not allowed, or contradict each other.
   *
   * @param refreshAhead see above
   * @param staleWhileRevalidate see above
   * @param maxStale see above
   * @param retryAfter see above
   * @param softTimeout see above
   * @param hardTimeout see above
   * @param jitter see above
   * @param absenceTtl see above
   * @param timeToIdle see above
   */
  public Freshness {
    check(Settings.REFRESH_AHEAD, refreshAhead);
    check(Settings.STALE_WHILE_REVALIDATE, staleWhileRevalidate);
    check(Settings.MAX_STALE, maxStale);
    Settings.RETRY_AFTER.check(retryAfter);
    check(Settings.SOFT_TIMEOUT, softTimeout);
    check(Settings.HARD_TIMEOUT, hardTimeout);
    check(Settings.ABSENCE_TTL, absenceTtl);
    check(Settings.TIME_TO_IDLE, timeToIdle);
    Settings.JITTER.check(jitter);
    if (softTimeout != null && maxStale == null) {
      throw new IllegalArgumentException(
          "a softTimeout needs failSafe, which says how stale a value it may answer: "
              + softTimeout);
    }
    if (softTimeout != null && hardTimeout != null && softTimeout.compareTo(hardTimeout) >= 0) {
      throw new IllegalArgumentException("the softTimeout must be shorter than the hardTimeout "
          + hardTimeout + ": " + softTimeout);
    }
  }

  private static void check(Setting<Duration> setting, @Nullable Duration value) {
    if (value != null) {
      setting.check(value);
    }
  }

  /** {@return settings without stale values, without refreshes and without cached absences} */
  public static Freshness none() {
    return NONE;
  }

  private Freshness but(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return new Freshness(
        draft.refreshAhead,
        draft.staleWhileRevalidate,
        draft.maxStale,
        draft.retryAfter,
        draft.softTimeout,
        draft.hardTimeout,
        draft.jitter,
        draft.absenceTtl,
        draft.timeToIdle);
  }

  /** A mutable copy of the settings, so that one of them can be changed by name. */
  private static final class Draft {
    @Nullable
    Duration refreshAhead;

    @Nullable
    Duration staleWhileRevalidate;

    @Nullable
    Duration maxStale;

    Duration retryAfter;

    @Nullable
    Duration softTimeout;

    @Nullable
    Duration hardTimeout;

    double jitter;

    @Nullable
    Duration absenceTtl;

    @Nullable
    Duration timeToIdle;

    Draft(Freshness from) {
      refreshAhead = from.refreshAhead;
      staleWhileRevalidate = from.staleWhileRevalidate;
      maxStale = from.maxStale;
      retryAfter = from.retryAfter;
      softTimeout = from.softTimeout;
      hardTimeout = from.hardTimeout;
      jitter = from.jitter;
      absenceTtl = from.absenceTtl;
      timeToIdle = from.timeToIdle;
    }
  }

  /**
   * See {@link #refreshAhead()}.
   *
   * @param before positive, at most 100 years, as all durations here except timeouts
   * @return the settings
   */
  public Freshness refreshAhead(Duration before) {
    return but(draft -> draft.refreshAhead = before);
  }

  /**
   * See {@link #staleWhileRevalidate()}.
   *
   * @param after for how long
   * @return the settings
   */
  public Freshness staleWhileRevalidate(Duration after) {
    return but(draft -> draft.staleWhileRevalidate = after);
  }

  /**
   * See {@link #maxStale()} and {@link #retryAfter()}.
   *
   * @param most how stale a value may be that is answered when the load fails
   * @param retry how long no caller tries again, at most a day
   * @return the settings
   */
  public Freshness failSafe(Duration most, Duration retry) {
    return but(draft -> {
      draft.maxStale = most;
      draft.retryAfter = retry;
    });
  }

  /**
   * See {@link #softTimeout()}.
   *
   * @param wait at most a day
   * @return the settings
   */
  public Freshness softTimeout(Duration wait) {
    return but(draft -> draft.softTimeout = wait);
  }

  /**
   * See {@link #hardTimeout()}.
   *
   * @param wait at most a day
   * @return the settings
   */
  public Freshness hardTimeout(Duration wait) {
    return but(draft -> draft.hardTimeout = wait);
  }

  /**
   * See {@link #jitter()}.
   *
   * @param share 0 to 0.5
   * @return the settings
   */
  public Freshness jitter(double share) {
    return but(draft -> draft.jitter = share);
  }

  /**
   * See {@link #absenceTtl()}.
   *
   * @param ttl for how long
   * @return the settings
   */
  public Freshness absenceTtl(Duration ttl) {
    return but(draft -> draft.absenceTtl = ttl);
  }

  /**
   * See {@link #timeToIdle()}.
   *
   * @param time for how long
   * @return the settings
   */
  public Freshness timeToIdle(Duration time) {
    return but(draft -> draft.timeToIdle = time);
  }
}
