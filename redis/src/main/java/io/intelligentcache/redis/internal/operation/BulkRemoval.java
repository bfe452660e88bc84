package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * A call that removes many keys of a space. Until Redis has removed them, this instance does not read any matching key,
 * except for values that were put after the call.
 */
public final class BulkRemoval {
  /** Matches every key. */
  public static final Predicate<byte[]> ALL = key -> true;

  private static final long SOON_NANOS = Duration.ofMillis(50).toNanos();

  private final Space space;
  private final Predicate<byte[]> matching;
  private final Versions versions;
  private final CompletableFuture<Outcome> done = new CompletableFuture<>();
  private volatile long version;
  private volatile boolean begun;
  private volatile long begunNanos;
  private volatile long latestMicros; // at the call; later written by the sweeping thread

  private boolean askedForTheTime; // owned by the sweeping thread
  long removed; // owned by the sweeping thread

  BulkRemoval(Space space, Predicate<byte[]> matching, Versions versions) {
    this.space = space;
    this.matching = matching;
    this.versions = versions;
    date();
  }

  private void date() {
    version = versions.nextOfRemoval();
    latestMicros = versions.latestMicros();
    begunNanos = versions.nanos();
  }

  Space space() {
    return space;
  }

  CompletableFuture<Outcome> done() {
    return done;
  }

  /** Answers the caller, unless the caller has been answered already. The removal itself may continue. */
  boolean refuse(Reason why) {
    return done.complete(new Outcome.Refused(why));
  }

  /**
   * The version of the removal; a record with a greater version stays. It gets a later version if this instance learns
   * that the clock of Redis was set before the call.
   */
  long version() {
    return versions.redated(versions.settled(version), begunNanos);
  }

  /**
   * Gives the removal a version greater than that of every write sent so far, and allows the sweeping thread to execute
   * it.
   */
  void begin() {
    date();
    begun = true;
  }

  /**
   * Records that the servers have been asked for the time. If that was soon after the call, their time is the bound for
   * the writes of other instances: those clocks may be ahead of the time that was known here at the call.
   */
  void askedForTheTime() {
    if (!askedForTheTime && versions.nanos() - begunNanos < SOON_NANOS) {
      latestMicros = Math.max(latestMicros, versions.latestMicros());
    }
    askedForTheTime = true;
  }

  /** The version that was drawn for the removal. Writes of this instance with a greater version stay. */
  long drawn() {
    return versions.settled(version);
  }

  /**
   * When the removal was called, on the clock of Redis, or a little later. Writes of other instances that began before
   * that are removed.
   */
  long calledMicros() {
    return Math.max(latestMicros, Versions.micros(version()));
  }

  boolean isYoungerThan(Duration age) {
    return versions.nanos() - begunNanos < age.toNanos();
  }

  boolean begun() {
    return begun;
  }

  boolean isOfAll() {
    return matching.equals(ALL);
  }

  /** Whether this removal, which was called later, removes all keys that an earlier one of the same space removes. */
  boolean includes(BulkRemoval earlier) {
    return isOfAll() || matching.equals(earlier.matching);
  }

  /** Whether a key of the space is to be removed. Throws any exception of the predicate. */
  boolean takes(byte[] key) {
    return matching.test(key);
  }

  /** As {@link #takes}, for a reader, which must not receive an exception of the predicate. */
  boolean mayTake(byte[] key) {
    try {
      return matching.test(key);
    } catch (Throwable e) { // user code: it may throw an Error
      return true; // the sweep meets the same failure, and ends
    }
  }
}
