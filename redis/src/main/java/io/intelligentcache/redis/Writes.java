package io.intelligentcache.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Puts and removals: each one conditional write, which Redis refuses if what it holds is newer.
 *
 * <p>The schedule this is for:
 *
 * <pre>
 *   A: put "old", version 1      stuck in the network, or in a process that stands still
 *   B: remove, version 2         leaves a tombstone of version 2
 *   A: put "old" arrives         refused: 1 is less than 2
 * </pre>
 *
 * <p>A removal leaves a tombstone because otherwise there would be nothing to refuse by. No put from
 * before it can arrive when it has expired: where nothing is, Redis takes a put only for {@link
 * #LIFE} after its call. Both are the same in all instances, whatever their timeouts.
 */
final class Writes {
  static final Duration LIFE = Duration.ofSeconds(10);
  static final Duration TOMBSTONE_LIFE = Duration.ofSeconds(15);

  private static final long LONGEST_PX_MILLIS = Duration.ofDays(365_000).toMillis();
  private static final long FAR_AHEAD_MICROS = Duration.ofSeconds(1).toNanos() / 1_000;
  private static final byte[] NONE = decimal(0);
  private static final byte[] UNCONDITIONAL = {};
  private static final byte[] IF_ABSENT = {'A'};
  private static final byte[] TOMBSTONE_PX = decimal(TOMBSTONE_LIFE.toMillis());

  private final Scripts scripts;
  private final Versions versions;
  private final RedisClock clock;
  private final KeyNames names;
  private final RecordWriter records;
  private final Journal journal;
  private final ReplySizes replySizes;
  private final Counters counters;
  private final ServerErrors errors;

  Writes(
      Scripts scripts,
      Versions versions,
      RedisClock clock,
      KeyNames names,
      RecordWriter records,
      Journal journal,
      ReplySizes replySizes,
      Counters counters,
      ServerErrors errors) {
    this.scripts = scripts;
    this.versions = versions;
    this.clock = clock;
    this.names = names;
    this.records = records;
    this.journal = journal;
    this.replySizes = replySizes;
    this.counters = counters;
    this.errors = errors;
  }

  CompletableFuture<Outcome> put(Tier.Entry entry) {
    TierKey key = entry.key();
    long remaining = clock.remainingMillis(entry.item().expiresAtMillis());
    if (remaining == 0) {
      return bury(key, verdict -> Outcome.DONE);
    }
    long version = versions.next();
    Effect effect =
        new Effect(version, () -> journal.add(key, version), () -> suspend(key, version));
    CompletableFuture<Reply<byte[]>> sent = send(entry, remaining, version, effect, UNCONDITIONAL);
    return answered(sent, key, version, verdict -> stored(verdict, version));
  }

  /**
   * Stores an item if a condition holds. What becomes of it needs no making up for: it is right where it
   * was stored, however late, and where it was not nothing has changed.
   */
  CompletableFuture<Outcome> putIf(Tier.Entry entry, Condition condition) {
    long remaining = clock.remainingMillis(entry.item().expiresAtMillis());
    if (remaining == 0) {
      return removeIf(entry.key(), condition);
    }
    long version = versions.next();
    return conditional(send(entry, remaining, version, Effect.NONE, bytes(condition)), version);
  }

  /** Removes a key if a condition holds, as {@link #putIf}. */
  CompletableFuture<Outcome> removeIf(TierKey key, Condition condition) {
    long version = versions.nextOfRemoval();
    return conditional(tombstone(key, version, Effect.NONE, bytes(condition)), version);
  }

  private CompletableFuture<Outcome> conditional(
      CompletableFuture<Reply<byte[]>> sent, long version) {
    CompletableFuture<Outcome> outcome = sent.thenApply(reply -> {
      if (!(reply instanceof Reply.Ok<byte[]> ok)) {
        errors.seen(reply);
        counters.refused.increment();
        return new Outcome.Refused(Reply.reason(reply));
      }
      errors.none();
      Verdict verdict = Verdict.of(ok.value());
      if (verdict instanceof Verdict.Superseded superseded) {
        versions.seen(superseded.by());
      }
      if (verdict instanceof Verdict.Stored) {
        return stored(verdict, version);
      }
      counters.unmetWrites.increment();
      return Outcome.UNMET;
    });
    return outcome.copy();
  }

  private Outcome stored(Verdict verdict, long version) {
    if (!(verdict instanceof Verdict.Stored)) {
      return Outcome.DONE;
    }
    counters.writes.increment();
    return new Outcome.Stored(version);
  }

  private CompletableFuture<Reply<byte[]>> send(
      Tier.Entry entry, long remaining, long version, Effect effect, byte[] condition) {
    long calledNanos = clock.nanos();
    byte[] name = names.name(entry.key());
    byte[] record = records.value(name, version, entry.item());
    replySizes.seen(record.length);
    long grace = entry.graceMillis();
    // Also what expires at once goes on refusing puts from before it that are still on their way.
    long kept = Math.max(remaining + grace, TOMBSTONE_LIFE.toMillis());
    byte[] px = remaining > LONGEST_PX_MILLIS - grace ? NONE : decimal(kept);
    return scripts.run(
        Script.WRITE, effect, name.length + record.length, new byte[][] {name}, server ->
            new byte[][] {record, px, lastMicros(server, calledNanos), condition});
  }

  private static byte[] bytes(Condition condition) {
    if (condition instanceof Condition.Version version) {
      return ByteBuffer.allocate(Long.BYTES).putLong(version.version()).array();
    }
    return condition instanceof Condition.Leased leased ? Leases.holder(leased.lease()) : IF_ABSENT;
  }

  CompletableFuture<Outcome> remove(TierKey key) {
    return bury(key, verdict -> {
      if (verdict instanceof Verdict.Stored stored && stored.replaced()) {
        counters.removals.increment();
      }
      return Outcome.DONE;
    });
  }

  /** Removes what was there before an item that is not stored because of its size. */
  CompletableFuture<Outcome> refuseAsTooLarge(TierKey key) {
    return bury(key, verdict -> {
      counters.refused.increment();
      return new Outcome.Refused(Reason.TOO_LARGE);
    });
  }

  /** The same where a condition holds. */
  CompletableFuture<Outcome> refuseAsTooLarge(TierKey key, Condition condition) {
    return removeIf(key, condition).thenApply(outcome -> {
      if (!(outcome instanceof Outcome.Stored)) {
        return outcome;
      }
      counters.refused.increment();
      return new Outcome.Refused(Reason.TOO_LARGE);
    });
  }

  private CompletableFuture<Outcome> bury(TierKey key, Function<Verdict, Outcome> whenDone) {
    long version = versions.nextOfRemoval();
    return answered(
        tombstone(
            key,
            version,
            new Effect(
                Effect.STORES_NOTHING,
                () -> journal.add(key, version),
                () -> suspend(key, version)),
            UNCONDITIONAL),
        key,
        version,
        whenDone);
  }

  /**
   * Makes up for a write of this version that was not acknowledged, whichever it was: what is older
   * is removed, and so is what that write stored. With its version, not one of today: what somebody
   * wrote since stays.
   *
   * @return whether the journal no longer needs the key because of it
   */
  CompletableFuture<Boolean> repeat(TierKey key, long version) {
    long settled = versions.settled(version);
    return tombstone(
            key,
            settled,
            new Effect(Effect.STORES_NOTHING, () -> {}, () -> suspend(key, settled)),
            UNCONDITIONAL)
        .thenApply(reply -> {
          if (!(reply instanceof Reply.Ok<byte[]> ok)
              || lostUnfairly(Verdict.of(ok.value()), key, settled, settled / 1_000)) {
            return false;
          }
          journal.settle(key, version);
          return true;
        });
  }

  /**
   * Removes a value that is damaged, if it is still there. With its own version: a damaged one says
   * nothing about the time.
   */
  void removeDamaged(TierKey key, long version) {
    var unused = tombstone(key, version, Effect.NONE, bytes(new Condition.Version(version)));
  }

  private CompletableFuture<Reply<byte[]>> tombstone(
      TierKey key, long version, Effect effect, byte[] condition) {
    byte[] name = names.name(key);
    byte[] record = records.tombstone(name, version, TOMBSTONE_LIFE.toMillis());
    return scripts.run(
        Script.WRITE, effect, name.length + record.length, new byte[][] {name}, server ->
            new byte[][] {record, TOMBSTONE_PX, NONE, condition});
  }

  /** When a put that was called at this instant ends, on the clock of the server that judges it. */
  private static byte[] lastMicros(ServerClock server, long calledNanos) {
    return decimal(server.microsAt(calledNanos) + LIFE.toNanos() / 1_000);
  }

  private CompletableFuture<Outcome> answered(
      CompletableFuture<Reply<byte[]>> sent,
      TierKey key,
      long version,
      Function<Verdict, Outcome> whenDone) {
    long calledMillis = clock.micros() / 1_000;
    CompletableFuture<Outcome> outcome = sent.thenApply(reply -> {
      if (!(reply instanceof Reply.Ok<byte[]> ok)) {
        errors.seen(reply);
        return refused(key, version, Reply.reason(reply));
      }
      errors.none();
      Verdict verdict = Verdict.of(ok.value());
      if (verdict instanceof Verdict.Late) {
        counters.expiredWrites.increment();
        return refused(key, version, Reason.LATE);
      }
      if (lostUnfairly(verdict, key, version, calledMillis)) {
        counters.refused.increment();
        return new Outcome.Refused(Reason.BROKEN);
      }
      journal.settle(key, version);
      return whenDone.apply(verdict);
    });
    // A copy: a caller who cancels or completes the future must not keep the journal from its
    // entry.
    return outcome.copy();
  }

  /**
   * Makes a key unreadable while its write is sent a second time. Should upkeep make up for it
   * meanwhile, that is for the writes before this one.
   */
  private void suspend(TierKey key, long version) {
    journal.add(key, version - 1);
  }

  /** Answers that a write was not sent, and sees to it that nothing older is read. */
  Outcome refuse(TierKey key, Reason why) {
    return refused(key, versions.nextOfRemoval(), why);
  }

  private Outcome refused(TierKey key, long version, Reason why) {
    if (why != Reason.CLOSED) {
      journal.add(key, version);
    }
    counters.refused.increment();
    return new Outcome.Refused(why);
  }

  /**
   * Whether a write lost to one that may have been over before it began, so that neither is to be read:
   * the key is removed with a version after both, which costs a miss.
   *
   * <p>Versions may be ahead of the time: those of removals are on purpose, and whoever reads one counts
   * on from there. So what another instance has written is newer only if it was written later, too. And
   * if its version is of a time that is yet to come the clock of Redis was set back, and the order of
   * versions says nothing about the order of the writes.
   *
   * @param calledMillis when the write that lost was called, on the clock of Redis
   */
  private boolean lostUnfairly(Verdict verdict, TierKey key, long version, long calledMillis) {
    if (!(verdict instanceof Verdict.Superseded superseded)) {
      return false;
    }
    counters.supersededWrites.increment();
    long by = superseded.by();
    versions.seen(by);
    long errorMillis = (clock.errorMicros() + superseded.errorMicros()) / 1_000 + 2; // both rounded
    boolean notLater = superseded.writer() != records.writer()
        && superseded.originMillis() <= calledMillis + errorMillis;
    boolean tooFar = by > Math.max(version, clock.micros()) + FAR_AHEAD_MICROS;
    if (notLater || tooFar) {
      journal.add(key, versions.nextOfRemoval());
    }
    return notLater || tooFar;
  }

  static byte[] decimal(long number) {
    return Long.toString(number).getBytes(US_ASCII);
  }
}
