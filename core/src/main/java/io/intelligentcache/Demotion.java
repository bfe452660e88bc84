package io.intelligentcache;

import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.Complaints.Kind;
import io.intelligentcache.memory.MemoryEntry;
import io.intelligentcache.memory.MemoryEntry.Stage;
import io.intelligentcache.stats.CacheCounters.Event;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import org.jspecify.annotations.Nullable;

/** What becomes of entries that have to leave memory: what is fresh goes to disk, if there is one. */
final class Demotion<K, V> {
  private final Keyspace<K, V> space;
  private final Machinery machinery;

  Demotion(Keyspace<K, V> space) {
    this.space = space;
    this.machinery = space.machinery;
  }

  /**
   * An entry leaves memory: because it has expired, or for room. It does so on the thread of any caller of any cache, or on one of
   * the manager's, so that whatever its codec or key throws is only counted and logged.
   */
  void leaves(MemoryEntry<K, V> entry) {
    Stage stage = entry.stage(machinery.time().nanos());
    if (stage == Stage.GONE) {
      space.discard(entry, Event.EXPIRATION);
    } else if (machinery.hasDisk() && stage == Stage.FRESH && !entry.isAbsence()) {
      demote(entry);
    } else {
      space.discard(entry, Event.EVICTION);
    }
    if (space.tenant != null && space.table.size() == 0) {
      space.tenant.emptied();
    }
  }

  /**
   * Writes to disk what leaves memory. Whatever the user's codec or key does, the entry leaves.
   *
   * <p>Between being chosen and getting here the key may have been written or invalidated. Then its
   * entry is no longer in the table, and must not reach the disk: it would come back as an older
   * value. The table is asked, and the disk told, under the key's lock, where changes are made too.
   */
  private void demote(MemoryEntry<K, V> entry) {
    space.counters.add(Event.EVICTION);
    Tier.Entry demoted = null;
    try {
      demoted = toDemote(entry);
    } catch (Throwable failure) {
      space.unwritable(failure);
    }
    try {
      leave(entry, demoted);
    } catch (Throwable failure) { // of the key's hashCode, or equals: the disk was not told
      space.complaints.say(Kind.DROPPED, failure);
      boolean unused = space.discard(entry, Cause.EVICTED);
    }
  }

  private void leave(MemoryEntry<K, V> entry, Tier.@Nullable Entry demoted) {
    var told = machinery.locks().with(entry.key(), () -> {
      boolean current = space.table.peek(entry.key()) == entry;
      var outcome = current && demoted != null
          ? machinery.disk().offer(demoted.key(), demoted.item(), entry.wasRead() || entry.onDisk())
          : null;
      boolean unused = space.discard(entry, Cause.EVICTED);
      return outcome;
    });
    if (told != null) {
      var unused = told.thenAccept(outcome -> {
        if (outcome instanceof Outcome.Done) {
          space.counters.add(Event.DEMOTION);
        }
      });
    }
  }

  /** What is to be written to disk for an entry that leaves memory, or null for nothing. */
  private Tier.@Nullable Entry toDemote(MemoryEntry<K, V> entry) {
    TierKey below = space.below(entry.key());
    if (entry.onDisk() && machinery.disk().mayContain(below)) {
      return null;
    }
    long expiresAt = entry.expires()
        ? Expiry.epochMillis(entry.remainingNanos(machinery.time().nanos()), machinery.time())
        : Item.NEVER;
    Item item = space.item(entry.value(), expiresAt);
    return new Tier.Entry(below, space.sharing == null ? item : space.sharing.stamped(entry, item));
  }
}
