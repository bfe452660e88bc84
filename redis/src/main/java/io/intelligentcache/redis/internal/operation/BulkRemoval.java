package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.redis.internal.script.Arguments;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * A call that removes many keys of a space, until Redis has done it. Until then this instance does not
 * read what it removes: every matching key, except what was put after the call.
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
  private volatile long
      latestMicros; // at the call; once it has begun written by the sweeping thread

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

  /** Answers the caller, unless that has happened. The removal itself may go on. */
  boolean refuse(Reason why) {
    return done.complete(new Outcome.Refused(why));
  }

  /** What has a greater version survives it. Dated anew if the clock of Redis turns out to have been set before the call. */
  long version() {
    return versions.redated(versions.settled(version), begunNanos);
  }

  /** Dates it after every write that was sent until now, and lets it be carried out. */
  void begin() {
    date();
    begun = true;
  }

  /**
   * The clocks of the servers have been asked for. If that was soon after the call, the time by them is the bound for
   * what others wrote: their clocks may be ahead of what was known here at the call.
   */
  void askedForTheTime() {
    if (!askedForTheTime && versions.nanos() - begunNanos < SOON_NANOS) {
      latestMicros = Math.max(latestMicros, versions.latestMicros());
    }
    askedForTheTime = true;
  }

  /** The version that was drawn for it: what this instance has drawn later survives. */
  long drawn() {
    return versions.settled(version);
  }

  /** When it was called on the clock of Redis, or a little later: what others began before that is to go. */
  long calledMicros() {
    return Math.max(latestMicros, Versions.micros(version()));
  }

  /** Whether a write from before it may still be stored, because it would not be late. */
  boolean isRecent() {
    return versions.nanos() - begunNanos < Arguments.TOMBSTONE_LIFE.toNanos();
  }

  boolean begun() {
    return begun;
  }

  boolean isOfAll() {
    return matching.equals(ALL);
  }

  /** Whether this one, which was called later, removes all that another one of its space does. */
  boolean includes(BulkRemoval earlier) {
    return isOfAll() || matching.equals(earlier.matching);
  }

  /** Whether a key of the space is to be removed. Throws what the predicate throws. */
  boolean takes(byte[] key) {
    return matching.test(key);
  }

  /** As {@link #takes}, for a reader, who must not meet the predicate's failure. */
  boolean mayTake(byte[] key) {
    try {
      return matching.test(key);
    } catch (Throwable e) { // foreign code; an error is no better for the reader
      return true; // the sweep will meet the same, and end
    }
  }
}
