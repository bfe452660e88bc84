package io.intelligentcache.internal.write;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.AtomicOperationException;
import io.intelligentcache.Found;
import io.intelligentcache.Found.Origin;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.coherence.CopyValidity;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.SharedEntry;
import io.intelligentcache.internal.read.TierSearch;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.time.Expiry;
import io.intelligentcache.internal.write.WritePath.Change;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The authority on the value of a key. It changes the key only if the key still has the value that was read. */
sealed interface ValueSource<K, V> {
  /** The result of a read. */
  sealed interface Reading<V> {
    /**
     * A value, or none.
     *
     * @param value the value, or null
     * @param origin which tier has it
     * @param expiry when it expires
     * @param condition what holds in a shared tier as long as the key has this value; null if no tier is shared
     */
    record Known<V>(
        @Nullable V value,
        Origin origin,
        Expiry expiry,
        @Nullable Condition condition) implements Reading<V> {
      /** What the key has at an instant after the read: the value may have expired since. */
      Found<V> at(long nowNanos) {
        return value == null || expiry.isPast(nowNanos)
            ? Answers.nothing()
            : Answers.known(origin, value, expiry.left(nowNanos));
      }
    }

    /** The value is unknown at this moment. It may be known in a few milliseconds. */
    record NotYet<V>() implements Reading<V> {}
  }

  /**
   * Reads the value of a key.
   *
   * @param flight is fenced when this instance changes the key
   * @return fails with an {@link AtomicOperationException} if the value can't be read
   */
  CompletableFuture<Reading<V>> read(Flight<K, ?> flight);

  /**
   * Changes a key.
   *
   * @param read what the key must still have
   * @param change what to store, or null to make the key absent
   * @return whether the key was changed, and then in all tiers; fails with an {@link AtomicOperationException} if
   *     that is not known
   */
  CompletableFuture<Boolean> change(
      Flight<K, ?> flight, Reading.Known<V> read, @Nullable Change<K, V> change);

  /** This instance, if no tier is shared. What it has read is right while the flight is current. */
  record Alone<K, V>(Keyspace<K, V> space, TierSearch<K, V> searches, WritePath<K, V> writes)
      implements ValueSource<K, V> {
    @Override
    public CompletableFuture<Reading<V>> read(Flight<K, ?> flight) {
      Reading<V> there = inMemory(flight.key());
      if (there != null) {
        return CompletableFuture.completedFuture(there);
      }
      long asked = space.runtime.time().nanos();
      return searches.find(flight.key()).thenApply(found -> {
        Reading<V> promoted = inMemory(flight.key()); // it has the exact expiry
        return promoted != null ? promoted : notKept(found, asked);
      });
    }

    private @Nullable Reading<V> inMemory(K key) {
      MemoryEntry<K, V> entry = space.table.peek(key);
      if (entry == null || !space.isFresh(entry)) {
        return null;
      }
      space.table.touch(entry);
      long now = space.runtime.time().nanos();
      return new Reading.Known<>(
          entry.isAbsence() ? null : entry.value(),
          Origin.MEMORY,
          entry.expires() ? Expiry.at(now + entry.remainingNanos(now)) : Expiry.NEVER,
          null);
    }

    /**
     * What was found below memory, and memory has no room for. Its time left counts from the beginning of the search,
     * so that it ends rather too early than too late.
     */
    private static <V> Reading<V> notKept(Found<V> found, long asked) {
      Duration left = found.timeLeft();
      Expiry expiry = left == null ? Expiry.NEVER : Expiry.at(asked + left.toNanos());
      return new Reading.Known<>(found.value(), found.origin(), expiry, null);
    }

    @Override
    public CompletableFuture<Boolean> change(
        Flight<K, ?> flight, Reading.Known<V> read, @Nullable Change<K, V> change) {
      CompletableFuture<?> told = writes.changeIfCurrent(flight, change);
      if (told == null) {
        return CompletableFuture.completedFuture(false);
      }
      return told.isDone()
          ? told.thenApply(done -> true)
          : told.thenApplyAsync(done -> true, space.steps);
    }
  }

  /** The tier that instances share. It is asked each time, even if memory has the key. */
  record Shared<K, V>(Keyspace<K, V> space, WritePath<K, V> writes, SharedCopies copies)
      implements ValueSource<K, V> {
    @Override
    public CompletableFuture<Reading<V>> read(Flight<K, ?> flight) {
      TierKey below = space.below(flight.key());
      return copies
          .tier()
          .get(below)
          .thenApplyAsync(
              Failures.step(lookup -> reading(flight.key(), below, lookup)), space.steps);
    }

    private Reading<V> reading(K key, TierKey below, Lookup lookup) {
      if (lookup instanceof Lookup.Hit hit) {
        doubtOthersThan(hit.item().version(), key, below);
        return new Reading.Known<>(
            value(hit.item()),
            Origin.REDIS,
            Expiry.of(hit.item(), space.runtime.time()),
            new Condition.Unchanged(hit.item().version(), null));
      }
      if (lookup instanceof Lookup.Refused refused) {
        if (refused.why() == Reason.BROKEN) { // an earlier write of the key is not settled yet
          return new Reading.NotYet<>();
        }
        throw new AtomicOperationException(
            "key " + Failures.text(key) + " of " + space.space + " could not be read in "
                + copies.tier().name()
                + " (" + refused.why() + "), and only there instances agree on it; nothing has"
                + " changed, try again when it can be reached",
            null);
      }
      doubtOthersThan(Version.NONE, key, below);
      return new Reading.Known<>(null, Origin.NOBODY, Expiry.NEVER, Condition.ABSENT);
    }

    /**
     * The value of an item, or null if the item has expired, records an absence, or can't be decoded. Even then the
     * change requires that the tier still has this item.
     */
    private @Nullable V value(Item item) {
      if (item.isAbsence() || item.expired(space.runtime.time().epochMillis())) {
        return null;
      }
      return space.decode(item);
    }

    /**
     * Marks copies as outdated if memory does not have this version. A caller that has got the tier's value must not
     * read an older value afterwards.
     */
    private void doubtOthersThan(Version version, K key, TierKey below) {
      boolean same = space.table.peek(key) instanceof SharedEntry<K, V> copy
          && !version.isNone()
          && copy.version().equals(version);
      if (!same) {
        copies.validity().changed(CopyValidity.stripe(below));
      }
    }

    @Override
    public CompletableFuture<Boolean> change(
        Flight<K, ?> flight, Reading.Known<V> read, @Nullable Change<K, V> change) {
      TierKey below = space.below(flight.key());
      CompletableFuture<Outcome> told = writes.tellIfCurrent(
          flight, below, change, copies.tier(), requireNonNull(read.condition()));
      return told == null
          ? CompletableFuture.completedFuture(false)
          : told.thenComposeAsync(
              Failures.step(outcome -> settle(flight, below, change, outcome)), space.steps);
    }

    private CompletableFuture<Boolean> settle(
        Flight<K, ?> flight, TierKey below, @Nullable Change<K, V> change, Outcome outcome) {
      if (outcome instanceof Outcome.Unmet) {
        copies.validity().changed(CopyValidity.stripe(below));
        return CompletableFuture.completedFuture(false);
      }
      if (outcome instanceof Outcome.Refused refused) {
        copies.validity().changed(CopyValidity.stripe(below));
        return CompletableFuture.failedFuture(
            new AtomicOperationException(refusal(flight.key(), refused.why()), null));
      }
      if (change != null) {
        copies.onWritten(change.entry(), outcome);
      }
      return writes.taken(flight, below, change).thenApply(done -> true);
    }

    private String refusal(K key, Reason why) {
      String what = "a change of key " + Failures.text(key) + " of " + space.space;
      String tier = copies.tier().name();
      return why == Reason.TOO_LARGE
          ? what + " is too large for " + tier + "; the key has no value there any more"
          : what + " was not acknowledged by " + tier + " (" + why + "): it may have taken effect,"
              + " or may yet, so look at the key before you try again";
    }
  }
}
