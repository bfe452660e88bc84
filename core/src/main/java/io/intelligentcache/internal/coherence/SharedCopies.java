package io.intelligentcache.internal.coherence;

import io.intelligentcache.Outage;
import io.intelligentcache.internal.memory.CopyStamp;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.SharedEntry;
import io.intelligentcache.internal.setting.Settings;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;

/**
 * The tier that a cache shares with other instances, and what is known about the copies of its values in this
 * instance.
 *
 * @param tier the shared tier
 * @param validity which copies may be answered without asking that tier
 * @param outage what to answer while that tier can't be asked
 */
public record SharedCopies(SharedTier tier, CopyValidity validity, Outage outage) {
  /** The stamp of a copy whose request or load began at the given instant. */
  public CopyStamp stampOf(TierKey below, long sinceNanos, Version version) {
    return new CopyStamp(CopyValidity.stripe(below), sinceNanos, version);
  }

  /** Whether another instance may have changed the value that this entry is a copy of. */
  public boolean isSuspect(MemoryEntry<?, ?> entry) {
    return entry instanceof SharedEntry<?, ?> copy
        && !validity.isValid(copy.stripe(), copy.asOfNanos());
  }

  /** Whether an entry was right at an instant or later. */
  public boolean isRightSince(MemoryEntry<?, ?> entry, long nanos) {
    return !isSuspect(entry)
        || (entry instanceof SharedEntry<?, ?> copy && copy.asOfNanos() - nanos >= 0);
  }

  /** Whether an entry may be answered although the tier could not be asked about it. */
  public boolean mayAnswerUnconfirmed(MemoryEntry<?, ?> entry) {
    return entry instanceof SharedEntry<?, ?> copy
        && mayAnswerUnconfirmed(copy.stripe(), copy.asOfNanos());
  }

  /** Whether a copy may be answered although the tier could not be asked about it. */
  public boolean mayAnswerUnconfirmed(int stripe, long asOfNanos) {
    return validity.isOutdated(stripe, asOfNanos)
        ? outage.answersOutdated()
        : validity.ageNanos(stripe, asOfNanos) < maxStaleNanos();
  }

  private long maxStaleNanos() {
    return Settings.isForEver(outage.maxStale())
        ? Long.MAX_VALUE
        : outage.maxStale().toNanos();
  }

  /** Notes the outcome of writing an entry to the tier. */
  public void onWritten(MemoryEntry<?, ?> entry, Outcome outcome) {
    if (entry instanceof SharedEntry<?, ?> copy) {
      if (outcome instanceof Outcome.Stored stored) {
        copy.version(stored.version());
      } else if (outcome instanceof Outcome.Refused) { // no newer value is known
        validity.doubt(copy.stripe());
      } else { // the tier has something else
        validity.changed(copy.stripe());
      }
    }
  }

  /**
   * Notes that only this instance has an entry, and makes it suspect. If another instance removes the key or all
   * keys, it finds nothing to remove in the tier, so no invalidation would be reported.
   */
  public void onStoredLocally(MemoryEntry<?, ?> entry) {
    if (entry instanceof SharedEntry<?, ?> copy) {
      validity.doubt(copy.stripe());
    }
  }

  /**
   * Adds the version and the stamp of an entry to its item. When the item is promoted to memory again, they show
   * whether its key has been changed since.
   */
  public Item stamped(MemoryEntry<?, ?> entry, Item item) {
    return entry instanceof SharedEntry<?, ?> copy
        ? item.with(copy.version(), validity.stamp(copy.asOfNanos()))
        : item;
  }
}
