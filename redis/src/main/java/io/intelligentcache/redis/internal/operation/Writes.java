package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.clock.Clocks;
import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.redis.internal.clock.ServerClock;
import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.redis.internal.connection.LostWrites;
import io.intelligentcache.redis.internal.connection.ReplySizes;
import io.intelligentcache.redis.internal.connection.ServerErrors;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.redis.internal.operation.UnsettledWrites.Unsettled;
import io.intelligentcache.redis.internal.record.RecordWriter;
import io.intelligentcache.redis.internal.script.Arguments;
import io.intelligentcache.redis.internal.script.Script;
import io.intelligentcache.redis.internal.settings.RedisCounters;
import io.intelligentcache.redis.internal.settings.Retention;
import io.intelligentcache.tier.Beginning;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Puts and removals. Each is one conditional write: Redis refuses it if it has a newer record.
 *
 * <p>The schedule that this prevents:
 *
 * <pre>
 *   A: put "old", version 1      stuck in the network, or in a process that stands still
 *   B: remove, version 2         leaves a tombstone of version 2
 *   A: put "old" arrives         refused: 1 is less than 2
 * </pre>
 *
 * <p>A removal leaves a tombstone, because without a record Redis could not refuse an older put. When the tombstone
 * expires, no put from before the removal can be stored any more: Redis accepts a write only within
 * {@link Retention#writes} after its call, and a tombstone lives longer. Tombstones that repair an earlier write or
 * remove a damaged value are accepted at any time.
 *
 * <p>A put whose outcome is unknown is repeated with its version, as long as Redis would accept it: see
 * {@link UnsettledWrites}.
 */
public final class Writes {
  private static final long LONGEST_PX_MILLIS = Duration.ofDays(365_000).toMillis();
  private static final long FAR_AHEAD_MICROS = Duration.ofSeconds(1).toNanos() / 1_000;
  private static final byte[] NONE = Arguments.decimal(0);
  private static final byte[] UNCONDITIONAL = {};
  private static final byte[] IF_ABSENT = {'A'};
  private static final CompletableFuture<Boolean> NOT_SETTLED =
      CompletableFuture.completedFuture(false);

  private final Scripts scripts;
  private final Generations generations;
  private final Versions versions;
  private final RedisClock clock;
  private final KeyNames names;
  private final RecordWriter records;
  private final UnsettledWrites unsettled;
  private final LostWrites lost;
  private final ReplySizes replySizes;
  private final RedisCounters counters;
  private final ServerErrors errors;
  private final long lifeMicros;
  private final long repeatedNanos;
  private final long tombstoneMillis;
  private final byte[] tombstonePx;

  public Writes(
      Scripts scripts,
      Generations generations,
      Clocks clocks,
      Encoding encoding,
      Unacknowledged unacknowledged,
      ReplyNotes notes,
      Retention retention) {
    this.scripts = scripts;
    this.generations = generations;
    this.versions = clocks.versions();
    this.clock = clocks.redis();
    this.names = encoding.names();
    this.records = encoding.writer();
    this.unsettled = unacknowledged.unsettled();
    this.lost = unacknowledged.lost();
    this.replySizes = notes.sizes();
    this.counters = notes.counters();
    this.errors = notes.errors();
    this.lifeMicros = retention.writes().toNanos() / 1_000;
    this.repeatedNanos = retention.repeatedPuts().toNanos();
    this.tombstoneMillis = retention.tombstones().toMillis();
    this.tombstonePx = Arguments.decimal(tombstoneMillis);
  }

  public CompletableFuture<Outcome> put(Tier.Entry entry) {
    TierKey key = entry.key();
    long remaining = clock.remainingMillis(entry.item().expiresAtMillis());
    if (remaining == 0) {
      return writeTombstone(key, result -> Outcome.DONE);
    }
    long version = versions.next();
    Unsettled write = new Unsettled(version, clock.instant(), entry);
    WriteHooks hooks =
        new WriteHooks(version, () -> unsettled.add(key, write), () -> suspend(key, write));
    Begun begun = new Begun(version, write.called().micros() / 1_000);
    CompletableFuture<Reply<byte[]>> sent =
        send(entry, write.called(), remaining, begun, hooks, UNCONDITIONAL);
    return answered(sent, key, write, result -> stored(result, version));
  }

  /**
   * When a write began.
   *
   * @param version the time of its version
   * @param millis on the clock of Redis
   */
  private record Begun(long version, long millis) {}

  /**
   * Stores an item if a condition holds. It is not repeated if its outcome is unknown: if it was stored, that is right,
   * and if it was not stored, nothing has changed.
   */
  public CompletableFuture<Outcome> putIf(Tier.Entry entry, Condition condition) {
    long remaining = clock.remainingMillis(entry.item().expiresAtMillis());
    if (remaining == 0) {
      return removeIf(entry.key(), condition);
    }
    Begun begun = begun(condition);
    return conditional(
        entry.key(),
        send(entry, clock.instant(), remaining, begun, WriteHooks.NONE, bytes(condition)),
        begun.version());
  }

  /**
   * When the write began. A loaded value is as old as its load, whose beginning the condition knows. Any other write
   * begins at this moment.
   */
  private Begun begun(Condition condition) {
    Beginning loaded = condition.begun();
    return loaded == null
        ? new Begun(versions.next(), clock.micros() / 1_000)
        : new Begun(loaded.version().time(), loaded.micros() / 1_000);
  }

  /** Removes a key if a condition holds, as {@link #putIf}. */
  public CompletableFuture<Outcome> removeIf(TierKey key, Condition condition) {
    long version = condition instanceof Condition.Leased leased
        ? leased.lease().begun().version().time()
        : versions.nextOfRemoval();
    RedisClock.Instant called = clock.instant();
    return conditional(
        key,
        tombstone(
            key, version, WriteHooks.NONE, bytes(condition), server -> lastMicros(server, called)),
        version);
  }

  private CompletableFuture<Outcome> conditional(
      TierKey key, CompletableFuture<Reply<byte[]>> sent, long version) {
    CompletableFuture<Outcome> outcome = sent.thenApply(reply -> {
      if (!(reply instanceof Reply.Ok<byte[]> ok)) {
        errors.seen(reply);
        counters.refused.increment();
        return new Outcome.Refused(Reply.reason(reply));
      }
      errors.none();
      WriteResult result = WriteResult.of(ok.value());
      if (result instanceof WriteResult.Superseded superseded) {
        versions.seen(superseded.by());
      }
      if (result instanceof WriteResult.Stored) {
        lost.overwritten(key);
        return stored(result, version);
      }
      counters.unmetWrites.increment();
      return Outcome.UNMET;
    });
    return outcome.copy();
  }

  private Outcome stored(WriteResult result, long version) {
    if (!(result instanceof WriteResult.Stored)) {
      return Outcome.DONE;
    }
    counters.writes.increment();
    return new Outcome.Stored(versions.of(version));
  }

  private CompletableFuture<Reply<byte[]>> send(
      Tier.Entry entry,
      RedisClock.Instant called,
      long remaining,
      Begun begun,
      WriteHooks hooks,
      byte[] condition) {
    byte[] name = names.name(entry.key());
    byte[] record = records.value(name, begun.version(), begun.millis(), entry.item());
    replySizes.seen(record.length);
    long grace = entry.graceMillis();
    // An item that expires at once must still refuse earlier puts that are in flight.
    long kept = Math.max(remaining + grace, tombstoneMillis);
    byte[] px = remaining > LONGEST_PX_MILLIS - grace ? NONE : Arguments.decimal(kept);
    return write(name, record, px, hooks, condition, server -> lastMicros(server, called));
  }

  private CompletableFuture<Reply<byte[]>> write(
      byte[] name,
      byte[] record,
      byte[] px,
      WriteHooks hooks,
      byte[] condition,
      Function<ServerClock, byte[]> last) {
    int bytes = name.length + record.length;
    byte[][] keys = generations.names(name);
    Scripts.Arguments arguments =
        server -> generations.arguments(name, record, px, last.apply(server), condition);
    return condition.length == 0
        ? scripts.run(Script.WRITE, hooks, bytes, keys, arguments)
        : scripts.runInTurn(Script.WRITE, hooks, bytes, keys, arguments); // may be overtaken
  }

  private static byte[] bytes(Condition condition) {
    if (condition instanceof Condition.Unchanged unchanged) {
      return Generations.bytes(unchanged.version());
    }
    return condition instanceof Condition.Leased leased
        ? ByteBuffer.allocate(1 + Leases.HOLDER_BYTES)
            .put((byte) 'L')
            .put(Leases.holder(leased.lease()))
            .array()
        : IF_ABSENT;
  }

  public CompletableFuture<Outcome> remove(TierKey key) {
    return writeTombstone(key, result -> {
      if (result instanceof WriteResult.Stored stored && stored.replaced()) {
        counters.removals.increment();
      }
      return Outcome.DONE;
    });
  }

  /** Removes the former value of an item that is too large to be stored. */
  public CompletableFuture<Outcome> refuseAsTooLarge(TierKey key) {
    return writeTombstone(key, result -> {
      counters.refused.increment();
      return new Outcome.Refused(Reason.TOO_LARGE);
    });
  }

  /** As {@link #refuseAsTooLarge(TierKey)}, if a condition holds. */
  public CompletableFuture<Outcome> refuseAsTooLarge(TierKey key, Condition condition) {
    return removeIf(key, condition).thenApply(outcome -> {
      if (!(outcome instanceof Outcome.Stored)) {
        return outcome;
      }
      counters.refused.increment();
      return new Outcome.Refused(Reason.TOO_LARGE);
    });
  }

  private CompletableFuture<Outcome> writeTombstone(
      TierKey key, Function<WriteResult, Outcome> whenDone) {
    Unsettled write = new Unsettled(versions.nextOfRemoval(), clock.instant(), null);
    WriteHooks hooks = new WriteHooks(
        WriteHooks.STORES_NOTHING, () -> unsettled.add(key, write), () -> suspend(key, write));
    return answered(
        tombstone(
            key, write.time(), hooks, UNCONDITIONAL, server -> lastMicros(server, write.called())),
        key,
        write,
        whenDone);
  }

  /**
   * Repairs a write that was not acknowledged: by the same put, if it was a put and Redis would still accept it,
   * otherwise by a tombstone.
   *
   * @return whether the repair has settled the key
   */
  public CompletableFuture<Boolean> repeat(TierKey key, Unsettled write) {
    Tier.Entry put = write.put();
    boolean misdated = redated(write) != versions.settled(write.time());
    if (put == null || misdated || clock.nanos() - write.called().nanos() > repeatedNanos) {
      return repeatRemoved(key, write);
    }
    long remaining = clock.remainingMillis(put.item().expiresAtMillis());
    return remaining == 0 ? repeatRemoved(key, write) : repeatPut(key, write, put, remaining);
  }

  /**
   * Sends the put again with its version. If the first attempt has arrived, or arrives later, it is the same record. A
   * newer write stays. A later removal refuses the repeated put as it would have refused the first attempt.
   */
  private CompletableFuture<Boolean> repeatPut(
      TierKey key, Unsettled write, Tier.Entry put, long remaining) {
    long version = versions.settled(write.time());
    Begun begun = new Begun(version, clock.earlierMicros(write.called()) / 1_000);
    WriteHooks hooks = new WriteHooks(version, () -> {}, () -> suspend(key, write));
    return send(put, write.called(), remaining, begun, hooks, UNCONDITIONAL).thenCompose(reply -> {
      if (!(reply instanceof Reply.Ok<byte[]> ok)) {
        if (isRefusedForGood(reply)) {
          unsettled.forgetPut(key, write.time());
        }
        return NOT_SETTLED;
      }
      WriteResult result = WriteResult.of(ok.value());
      if (result instanceof WriteResult.Late) {
        return removeInstead(key, write);
      }
      if (lostUnfairly(result, key, write)) {
        return NOT_SETTLED;
      }
      if (result instanceof WriteResult.Stored) {
        if (unsettled.isLast(key, write.time())) { // else a later write is in flight
          lost.repeated(key, version);
        }
        counters.repeatedWrites.increment();
      }
      return settled(key, write);
    });
  }

  private CompletableFuture<Boolean> removeInstead(TierKey key, Unsettled write) {
    unsettled.forgetPut(key, write.time());
    return repeatRemoved(key, write);
  }

  private CompletableFuture<Boolean> settled(TierKey key, Unsettled write) {
    unsettled.settle(key, write.time());
    return CompletableFuture.completedFuture(true);
  }

  /**
   * Removes records older than a write of this version, and the record that the write stored. The tombstone has the
   * version of that write, not one of the present, so newer records of any instance stay. If this instance learns that
   * the clock of Redis was set before the call, the tombstone gets a version for the time of the call by the clock as
   * it is known at present.
   */
  private CompletableFuture<Boolean> repeatRemoved(TierKey key, Unsettled write) {
    long version = redated(write);
    WriteHooks hooks =
        new WriteHooks(WriteHooks.STORES_NOTHING, () -> {}, () -> suspend(key, write));
    return tombstone(key, version, hooks, UNCONDITIONAL, Writes::atAnyTime).thenCompose(reply -> {
      if (!(reply instanceof Reply.Ok<byte[]> ok)) {
        return NOT_SETTLED;
      }
      WriteResult result = WriteResult.of(ok.value());
      if (result instanceof WriteResult.Late) {
        if (unsettled.isLast(key, write.time())) { // else a later write needs the repair
          unsettled.add(key, anew(write.withoutPut()));
        }
        return NOT_SETTLED;
      }
      return lostUnfairly(result, key, write) ? NOT_SETTLED : settled(key, write);
    });
  }

  private long redated(Unsettled write) {
    return versions.redated(versions.settled(write.time()), write.called().nanos());
  }

  /** A removal with a version of a former epoch gets a version of the present epoch. A put keeps its version. */
  private Unsettled anew(Unsettled write) {
    return write.put() == null
        ? new Unsettled(versions.nextOfRemoval(), write.called(), null)
        : write;
  }

  /** Whether Redis is out of memory. It would refuse the same write again. */
  private static boolean isRefusedForGood(Reply<?> reply) {
    return reply instanceof Reply.Failed<?> failed && failed.message().startsWith("OOM");
  }

  /** Removes a value that is damaged, or that has an impossible version, if it is still there. */
  public void removeDamaged(TierKey key, Version version) {
    var unused = tombstone(
        key,
        versions.isPossible(version.time()) ? version.time() : versions.nextOfRemoval(),
        WriteHooks.NONE,
        Generations.bytes(version),
        Writes::atAnyTime);
  }

  private CompletableFuture<Reply<byte[]>> tombstone(
      TierKey key,
      long version,
      WriteHooks hooks,
      byte[] condition,
      Function<ServerClock, byte[]> last) {
    byte[] name = names.name(key);
    byte[] record = records.tombstone(name, version, tombstoneMillis);
    return write(name, record, tombstonePx, hooks, condition, last);
  }

  private static byte[] atAnyTime(ServerClock server) {
    return NONE;
  }

  /**
   * The last microsecond, on the clock of the server that executes the write, at which a write that was called at this
   * instant may be stored. If that clock was set since the call, the earlier of both times counts: a tombstone that
   * refused the write may have expired when the clock was set.
   */
  private byte[] lastMicros(ServerClock server, RedisClock.Instant called) {
    long now = server.microsAt(called.nanos());
    long begun = called.micros() == 0 ? now : Math.min(now, called.micros());
    return Arguments.decimal(begun + lifeMicros);
  }

  private CompletableFuture<Outcome> answered(
      CompletableFuture<Reply<byte[]>> sent,
      TierKey key,
      Unsettled write,
      Function<WriteResult, Outcome> whenDone) {
    CompletableFuture<Outcome> outcome = sent.thenApply(reply -> {
      if (!(reply instanceof Reply.Ok<byte[]> ok)) {
        errors.seen(reply);
        return refused(
            key, isRefusedForGood(reply) ? write.withoutPut() : write, Reply.reason(reply));
      }
      errors.none();
      WriteResult result = WriteResult.of(ok.value());
      if (result instanceof WriteResult.Late) {
        counters.expiredWrites.increment();
        return refused(key, anew(write), Reason.LATE);
      }
      if (lostUnfairly(result, key, write)) {
        counters.refused.increment();
        return new Outcome.Refused(Reason.BROKEN);
      }
      unsettled.settle(key, write.time());
      lost.overwritten(key);
      return whenDone.apply(result);
    });
    // A copy: a caller that cancels or completes the future must not prevent the key from entering
    // UnsettledWrites.
    return outcome.copy();
  }

  /**
   * Makes a key unreadable while its write is sent a second time. The entry has a version just below that of the write.
   * So if it is repaired meanwhile, the tombstone removes only earlier writes.
   */
  private void suspend(TierKey key, Unsettled write) {
    unsettled.add(key, new Unsettled(write.time() - 1, write.called(), null));
  }

  /**
   * Refuses a write that was not sent, and makes the key unreadable until it is removed, so that no older value is
   * read.
   */
  public Outcome refuse(TierKey key, Reason why) {
    return refused(key, new Unsettled(versions.nextOfRemoval(), clock.instant(), null), why);
  }

  private Outcome refused(TierKey key, Unsettled write, Reason why) {
    if (why != Reason.CLOSED) {
      unsettled.add(key, write);
    }
    counters.refused.increment();
    return new Outcome.Refused(why);
  }

  /**
   * Whether a write was superseded by one that may have ended before this write began. Then neither of them may be
   * read: the key is removed with a version after both, which costs a miss.
   *
   * <p>A version may be ahead of the time. Those of removals are dated ahead on purpose, and an instance that reads
   * such a version counts on from it. So a write of another instance is newer only if it was also called later. The
   * order of versions says nothing about the order of the writes if the clock of Redis was set back after this write
   * was called, or if the version or origin of the other write is in the future.
   */
  private boolean lostUnfairly(WriteResult result, TierKey key, Unsettled write) {
    if (!(result instanceof WriteResult.Superseded superseded)) {
      return false;
    }
    counters.supersededWrites.increment();
    long by = superseded.by();
    long now = Math.max(versions.settled(write.time()), versions.now());
    versions.seen(by);
    long calledMillis = clock.laterMicros(write.called()) / 1_000;
    long errorMillis = (clock.errorMicros() + superseded.errorMicros()) / 1_000 + 2; // both rounded
    boolean notLater = superseded.writer() != versions.writer()
        && superseded.originMillis() <= calledMillis + errorMillis;
    boolean wasSetBack = !versions.isOfThisEpoch(write.time());
    boolean yetToCome = by > now + FAR_AHEAD_MICROS
        || superseded.originMillis() > clock.micros() / 1_000 + errorMillis;
    if (notLater || yetToCome || wasSetBack) {
      unsettled.add(key, new Unsettled(versions.nextOfRemoval(), write.called(), null));
    }
    return notLater || yetToCome || wasSetBack;
  }
}
