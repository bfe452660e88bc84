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
 * What a cache has in common with other instances, and what it makes of its own copies of that.
 *
 * @param tier where it is
 * @param validity which copies may be answered without asking that tier
 * @param outage what to answer when that tier can't be asked
 */
public record SharedCopies(SharedTier tier, CopyValidity validity, Outage outage) {
  /** Of what a copy is made that was asked for, or loaded, from this instant on. */
  public CopyStamp stampOf(TierKey below, long sinceNanos, Version version) {
    return new CopyStamp(CopyValidity.stripe(below), sinceNanos, version);
  }

  /** Whether another instance may have changed what an entry is a copy of. */
  public boolean isSuspect(MemoryEntry<?, ?> entry) {
    return entry instanceof SharedEntry<?, ?> copy
        && !validity.isValid(copy.stripe(), copy.asOfNanos());
  }

  /** Whether an entry was right at an instant or later. */
  public boolean isRightSince(MemoryEntry<?, ?> entry, long nanos) {
    return !isSuspect(entry)
        || (entry instanceof SharedEntry<?, ?> copy && copy.asOfNanos() - nanos >= 0);
  }

  /** Whether an entry may be answered that the tier could not be asked about. */
  public boolean mayAnswerUnconfirmed(MemoryEntry<?, ?> entry) {
    return entry instanceof SharedEntry<?, ?> copy
        && mayAnswerUnconfirmed(copy.stripe(), copy.asOfNanos());
  }

  /** Whether a copy may be answered that the tier could not be asked about. */
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

  /** Takes note of what became of an entry in the tier. */
  public void onWritten(MemoryEntry<?, ?> entry, Outcome outcome) {
    if (entry instanceof SharedEntry<?, ?> copy) {
      if (outcome instanceof Outcome.Stored stored) {
        copy.version(stored.version());
      } else if (outcome instanceof Outcome.Refused) { // nobody knows of anything newer
        validity.doubt(copy.stripe());
      } else { // the tier has something else
        validity.changed(copy.stripe());
      }
    }
  }

  /**
   * Takes note that only this instance has an entry. Whoever removes its key elsewhere, or all keys, finds
   * nothing there to remove, so nobody would tell.
   */
  public void onStoredLocally(MemoryEntry<?, ?> entry) {
    if (entry instanceof SharedEntry<?, ?> copy) {
      validity.doubt(copy.stripe());
    }
  }

  /** An entry's item, with what tells, when it comes up again, whether somebody has changed it since. */
  public Item stamped(MemoryEntry<?, ?> entry, Item item) {
    return entry instanceof SharedEntry<?, ?> copy
        ? item.with(copy.version(), validity.stamp(copy.asOfNanos()))
        : item;
  }
}
