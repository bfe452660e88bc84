package io.intelligentcache.cli.chaos.traffic;

import io.intelligentcache.LoadException;
import io.intelligentcache.Loader;
import io.intelligentcache.TieredCache;
import io.intelligentcache.cli.chaos.Settings;
import io.intelligentcache.cli.chaos.fault.FaultKind;
import io.intelligentcache.cli.chaos.fault.SkewedTime;
import io.intelligentcache.cli.chaos.judge.Ledger;
import io.intelligentcache.cli.chaos.judge.Rules;
import io.intelligentcache.cli.chaos.traffic.Instance.Life;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One of the caches that every instance has, with everything that its traffic needs. The caches share
 * only their instances and their Redis.
 *
 * @param policy what the cache returns while Redis is unavailable
 * @param keys its keys
 * @param database its rows
 * @param ledger judges its reads
 * @param changes makes its writes
 * @param turnNanos how long one group of keys is written before the next one
 */
public record Lane(
    Policy policy, Keys keys, Database database, Ledger ledger, Changes changes, long turnNanos) {
  /** If the wall clock is set back, a copy on disk expires later by the same time. */
  private static final Duration CLOCK_TOLERANCE = SkewedTime.FIVE_SECONDS.multipliedBy(2);

  private static final Duration EXPIRY_TOLERANCE = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofMillis(1_500); // to read a key after the bound

  static Lane of(Policy policy, Settings settings, long originNanos) {
    Keys keys = settings.keys();
    Duration bound = policy.judgedBound(settings.bound(), settings.longestUnconfirmed());
    boolean clocksJump =
        settings.faults().stream().anyMatch(kind -> kind.place() == FaultKind.Place.CLOCK);
    var rules = new Rules(
        bound,
        clocksJump ? EXPIRY_TOLERANCE.plus(CLOCK_TOLERANCE) : EXPIRY_TOLERANCE,
        policy != Policy.AVAILABLE);
    var ledger = new Ledger(keys.all(), rules, originNanos);
    var database = new Database(keys.inDatabase());
    Duration rest = policy == Policy.AVAILABLE ? settings.bound() : bound;
    return new Lane(
        policy,
        keys,
        database,
        ledger,
        new Changes(policy, keys, ledger, database),
        rest.plus(LOOK).toNanos() / Math.max(1, keys.groups() - 1));
  }

  /** Reads a key at an instance, with the loader if the key is a row. Judges the answer and returns it. */
  @Nullable
  String read(Life life, String key) {
    return read(life, key, database.hasRow(key) ? database::load : null);
  }

  /**
   * Reads a key at an instance, judges the answer and returns it.
   *
   * @param loader null for none
   */
  @Nullable
  String read(Life life, String key, @Nullable Loader<String, String> loader) {
    TieredCache<String, String> cache = life.cache(policy);
    long start = ledger.now();
    try {
      String text = loader == null ? cache.get(key) : cache.get(key, loader);
      ledger.judge(key, life.number(), start, text);
      return text;
    } catch (LoadException failure) {
      return null; // its load failed or timed out
    }
  }

  /** The present turn, which decides the group of keys to write. */
  long turn() {
    return ledger.now() / turnNanos;
  }

  /** How long a key has to be left alone so that reads can show a lost write. */
  long restNanos() {
    return turnNanos * Math.max(1, keys.groups() - 1);
  }
}
