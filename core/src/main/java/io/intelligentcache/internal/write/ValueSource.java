package io.intelligentcache.internal.write;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.AtomicOperationException;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.coherence.CopyValidity;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.SharedEntry;
import io.intelligentcache.internal.read.ReadPath;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Who says what a key has, and changes it only if that is still so. */
sealed interface ValueSource<K, V> {
  /** What a key has. */
  sealed interface Reading<V> {
    /**
     * A value, or none.
     *
     * @param value the value, or null
     * @param condition what holds in a shared tier as long as it has that; null where there is none
     */
    record Known<V>(@Nullable V value, @Nullable Condition condition) implements Reading<V> {}

    /** Nobody knows at this moment; perhaps in a few milliseconds. */
    record NotYet<V>() implements Reading<V> {}
  }

  /**
   * Asks what a key has.
   *
   * @param flight recalled when this instance changes the key
   * @return fails with an {@link AtomicOperationException} if it can't be asked
   */
  CompletableFuture<Reading<V>> read(Flight<K, ?> flight);

  /**
   * Changes a key.
   *
   * @param read what it must still have
   * @param value what it is to have, or null for none
   * @return whether it was changed, and then done in all tiers; fails with an {@link
   *     AtomicOperationException} if that is not known
   */
  CompletableFuture<Boolean> change(Flight<K, ?> flight, Reading.Known<V> read, @Nullable V value);

  /** This instance, where no other one has a say: what it read holds while its flight is current. */
  record Alone<K, V>(Keyspace<K, V> space, ReadPath<K, V> reads, WritePath<K, V> writes)
      implements ValueSource<K, V> {
    @Override
    public CompletableFuture<Reading<V>> read(Flight<K, ?> flight) {
      MemoryEntry<K, V> entry = space.table.peek(flight.key());
      if (entry != null && space.isFresh(entry)) {
        space.table.touch(entry);
        return CompletableFuture.completedFuture(
            new Reading.Known<>(entry.isAbsence() ? null : entry.value(), null));
      }
      return reads.find(flight.key()).thenApply(found -> new Reading.Known<>(found.value(), null));
    }

    @Override
    public CompletableFuture<Boolean> change(
        Flight<K, ?> flight, Reading.Known<V> read, @Nullable V value) {
      CompletableFuture<?> told = writes.changeIfCurrent(flight, value);
      if (told == null) {
        return CompletableFuture.completedFuture(false);
      }
      return told.isDone()
          ? told.thenApply(done -> true)
          : told.thenApplyAsync(done -> true, space.steps);
    }
  }

  /** The tier that instances share: it is asked each time, whatever memory has. */
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
            value(hit.item()), new Condition.Unchanged(hit.item().version(), null));
      }
      if (lookup instanceof Lookup.Refused refused) {
        if (refused.why() == Reason.BROKEN) { // an earlier write of the key is being made up for
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
      return new Reading.Known<>(null, Condition.ABSENT);
    }

    /** What has expired, says that there is none or can't be read is no value, but has to be there. */
    private @Nullable V value(Item item) {
      if (item.isAbsence() || item.expired(space.runtime.time().epochMillis())) {
        return null;
      }
      return space.decode(item);
    }

    /** Who was told what the tier has must not read something older afterwards. */
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
        Flight<K, ?> flight, Reading.Known<V> read, @Nullable V value) {
      TierKey below = space.below(flight.key());
      var change =
          value == null ? null : writes.change(flight.key(), value, EntryOptions.defaults());
      CompletableFuture<Outcome> told = writes.tellIfCurrent(
          flight, below, change, copies.tier(), requireNonNull(read.condition()));
      return told == null
          ? CompletableFuture.completedFuture(false)
          : told.thenComposeAsync(
              Failures.step(outcome -> settle(flight, below, change, outcome)), space.steps);
    }

    private CompletableFuture<Boolean> settle(
        Flight<K, ?> flight,
        TierKey below,
        WritePath.@Nullable Change<K, V> change,
        Outcome outcome) {
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
