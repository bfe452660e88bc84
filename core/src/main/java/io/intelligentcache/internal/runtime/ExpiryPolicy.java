package io.intelligentcache.internal.runtime;

import io.intelligentcache.EntryOptions;
import io.intelligentcache.Freshness;
import io.intelligentcache.TtlFunction;
import io.intelligentcache.internal.memory.Lifespan;
import io.intelligentcache.internal.setting.Settings;
import io.intelligentcache.internal.time.Expiry;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How long the entries of a key space live.
 *
 * @param ttl of entries for which nothing else gives a TTL, or null for ever
 * @param function computes a TTL from key and value
 * @param freshness of calls that pass no other
 */
public record ExpiryPolicy<K, V>(
    @Nullable Duration ttl,
    @Nullable TtlFunction<? super K, ? super V> function,
    Freshness freshness,
    TimeSource time) {

  /**
   * When an entry that is stored at this instant expires.
   *
   * @param loaders the TTL that its loader has returned, or null
   */
  public Expiry of(K key, V value, @Nullable Duration loaders, EntryOptions options) {
    Duration chosen = loaders;
    if (chosen == null) {
      chosen = options.hasTtl() ? options.ttl() : computed(key, value);
    }
    return Expiry.in(chosen == null ? null : shortened(chosen, options), time);
  }

  private @Nullable Duration computed(K key, V value) {
    Duration computed = function == null ? null : function.ttlOf(key, value);
    return computed == null ? ttl : Settings.COMPUTED_TTL.check(computed);
  }

  /**
   * Shortens a TTL by the jitter. A TTL is never made longer: a value must not be answered after the TTL that was set
   * for it.
   */
  private Duration shortened(Duration ttl, EntryOptions options) {
    double jitter = freshness(options, freshness).jitter();
    if (jitter == 0 || Settings.isForEver(ttl)) {
      return ttl;
    }
    double share = 1 - jitter * ThreadLocalRandom.current().nextDouble();
    return Duration.ofNanos(Math.max(1, (long) (ttl.toNanos() * share)));
  }

  /** The stages of an entry's life, or null if it has no stage besides its expiry. */
  @Nullable
  Lifespan span(Expiry expiry, Freshness freshness) {
    long idle = nanos(freshness.timeToIdle());
    long stale = keptStaleNanos(freshness);
    long ahead = nanos(freshness.refreshAhead());
    if (idle == 0 && (expiry.never() || (stale == 0 && ahead == 0))) {
      return null;
    }
    long now = time.nanos();
    if (expiry.never()) {
      return new Lifespan(now, Lifespan.NEVER, Lifespan.NEVER, 0, idle);
    }
    long until = instant(expiry.deadlineNanos());
    long from = instant(until - Math.min(ahead, (until - now) / 2));
    return new Lifespan(now, until, ahead == 0 ? Lifespan.NEVER : from, stale, idle);
  }

  /** When an absence that is stored at this instant expires. */
  public Expiry ofAbsence(Duration ttl, EntryOptions options) {
    return Expiry.in(shortened(ttl, options), time);
  }

  /** The lifespan of an absence. */
  Lifespan absence(Expiry expiry) {
    long until = expiry.never() ? Lifespan.NEVER : instant(expiry.deadlineNanos());
    return new Lifespan(time.nanos(), until, Lifespan.NEVER, 0, 0);
  }

  private static long instant(long nanos) {
    return nanos == Lifespan.NEVER ? nanos + 1 : nanos;
  }

  /** The freshness that one call sets, or the cache's. */
  public static Freshness freshness(EntryOptions options, Freshness ofCache) {
    Freshness own = options.freshness();
    return own != null ? own : ofCache;
  }

  /** How long a value is kept after its TTL, in nanoseconds. */
  public static long keptStaleNanos(Freshness freshness) {
    return Math.max(nanos(freshness.staleWhileRevalidate()), nanos(freshness.maxStale()));
  }

  /** The same in milliseconds, rounded up. */
  public static long keptStaleMillis(Freshness freshness) {
    return (keptStaleNanos(freshness) + 999_999) / 1_000_000;
  }

  /** A setting in nanoseconds; 0 if it is null. */
  public static long nanos(@Nullable Duration setting) {
    return setting == null ? 0 : setting.toNanos();
  }
}
