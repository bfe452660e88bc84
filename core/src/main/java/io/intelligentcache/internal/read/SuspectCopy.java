package io.intelligentcache.internal.read;

import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.Found;
import io.intelligentcache.internal.coherence.CopyValidity;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.memory.MemoryEntry.Stage;
import io.intelligentcache.internal.memory.SharedEntry;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A copy of a value that Redis is asked about, because another instance may have changed it. */
sealed interface SuspectCopy<K, V> {
  Keyspace<K, V> space();

  /** Which write of the key it is a copy of, or {@link Version#NONE}. */
  Version version();

  /** The entry in memory; null if the copy is on disk. */
  @Nullable
  SharedEntry<K, V> entry();

  /** Whether a caller reads it; false for a caller that only looks, and so changes and counts nothing. */
  boolean reads();

  /**
   * The answer to a read after Redis was asked about this copy.
   *
   * @param asked when Redis was asked
   * @param promote decodes what Redis has instead, and promotes it to memory; null if it can't be read
   */
  default Found<V> settle(Lookup lookup, long asked, Function<Item, @Nullable Found<V>> promote) {
    if (lookup instanceof Lookup.Unchanged) {
      count(Event.CONFIRMED);
      return orNothing(confirmed(asked));
    }
    if (lookup instanceof Lookup.Refused) {
      Found<V> found = unconfirmed();
      if (found == null) {
        return Answers.unasked();
      }
      count(Event.UNCONFIRMED);
      return found;
    }
    count(Event.OUTDATED);
    Found<V> found = lookup instanceof Lookup.Hit hit ? promote.apply(hit.item()) : null;
    if (reads()) {
      outdated();
    }
    return orNothing(found);
  }

  private void count(Event event) {
    if (reads()) {
      space().counters.add(event);
    }
  }

  private static <V> Found<V> orNothing(@Nullable Found<V> found) {
    return found == null ? Answers.nothing() : found;
  }

  /** Redis still had this version at the given instant. Returns the answer, or null if the copy has expired. */
  @Nullable
  Found<V> confirmed(long asked);

  /** Redis could not be asked. Returns the answer if the copy may still be answered, or null. */
  @Nullable
  Found<V> unconfirmed();

  /** Redis has something else. Removes the copy, so that no read finds it again. */
  void outdated();

  /** Removes a key from disk, if the disk may have it. */
  private static void forgetOnDisk(Keyspace<?, ?> space, TierKey below) {
    if (space.runtime.tiers().disk().mayContain(below)) {
      var unused = space.runtime.tiers().disk().remove(below);
    }
  }

  /**
   * An entry in memory. It may be past its TTL: such an entry is kept for callers that can't load a newer value.
   */
  record InMemory<K, V>(
      Keyspace<K, V> space,
      SharedCopies copies,
      TierKey below,
      SharedEntry<K, V> entry,
      boolean reads)
      implements SuspectCopy<K, V> {
    @Override
    public Version version() {
      return entry.version();
    }

    @Override
    public @Nullable Found<V> confirmed(long asked) {
      if (reads) {
        entry.confirm(asked);
      }
      return found();
    }

    @Override
    public @Nullable Found<V> unconfirmed() {
      boolean may =
          !entry.isAbsence() && copies.mayAnswerUnconfirmed(entry.stripe(), entry.asOfNanos());
      Found<V> found = may ? found() : null;
      return found == null ? null : Answers.unconfirmed(found);
    }

    private @Nullable Found<V> found() {
      long now = space.runtime.time().nanos();
      if (entry.stage(now) != Stage.FRESH) {
        return null;
      }
      if (reads) {
        space.table.touch(entry);
      }
      return Answers.fresh(entry, now);
    }

    @Override
    public void outdated() {
      space.runtime.locks().with(entry.key(), () -> {
        forgetOnDisk(space, below);
        return space.discard(entry, Cause.INVALIDATED);
      });
      space.runtime.tiers().memory().settle();
    }
  }

  /**
   * An item on disk.
   *
   * @param asOf the instant as of which it was right
   * @param promote decodes the item and promotes it, as of an instant
   */
  record OnDisk<K, V>(
      Keyspace<K, V> space,
      SharedCopies copies,
      TierKey below,
      Version version,
      long asOf,
      LongFunction<@Nullable Found<V>> promote,
      boolean reads)
      implements SuspectCopy<K, V> {
    @Override
    public @Nullable SharedEntry<K, V> entry() {
      return null;
    }

    @Override
    public @Nullable Found<V> confirmed(long asked) {
      return promote.apply(asked);
    }

    @Override
    public @Nullable Found<V> unconfirmed() {
      Found<V> found = copies.mayAnswerUnconfirmed(CopyValidity.stripe(below), asOf)
          ? promote.apply(asOf)
          : null;
      return found == null ? null : Answers.unconfirmed(found);
    }

    @Override
    public void outdated() {
      forgetOnDisk(space, below);
    }
  }
}
