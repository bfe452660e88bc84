package io.intelligentcache.internal.demotion;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.internal.memory.EvictionHandler;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.MemoryEntry.Stage;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.FailureLog.Kind;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.internal.time.Expiry;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings entries from memory to disk, if there is one: what has to leave memory, and what is to be there though it stays.
 */
public final class Demotion<K, V> implements EvictionHandler<K, V> {
  /** Between two tries where the disk has no room. */
  private static final long BUSY_NANOS = MILLISECONDS.toNanos(5);

  private static final CompletableFuture<Saved> NOTHING =
      CompletableFuture.completedFuture(Saved.NOTHING);
  private static final CompletableFuture<Saved> IMPOSSIBLE =
      CompletableFuture.completedFuture(Saved.IMPOSSIBLE);

  private final Keyspace<K, V> space;
  private final CacheRuntime runtime;
  private final Runnable onEvicted;

  /**
   * Makes it.
   *
   * @param onEvicted is called after each entry that left memory
   */
  public Demotion(Keyspace<K, V> space, Runnable onEvicted) {
    this.space = space;
    this.onEvicted = onEvicted;
    this.runtime = space.runtime;
  }

  /**
   * An entry leaves memory: because it has expired, or for room. It does so on the thread of any caller of any cache, or on one of
   * the manager's, so that whatever its codec or key throws is only counted and logged.
   */
  @Override
  public void onEvicted(MemoryEntry<K, V> entry) {
    Stage stage = entry.stage(runtime.time().nanos());
    if (stage == Stage.GONE) {
      space.discard(entry, Event.EXPIRATION);
    } else if (belongsOnDisk(entry, stage)) {
      demote(entry);
    } else {
      space.discard(entry, Event.EVICTION);
    }
    onEvicted.run();
  }

  private boolean belongsOnDisk(MemoryEntry<K, V> entry, Stage stage) {
    return runtime.hasDisk() && stage == Stage.FRESH && !entry.isAbsence();
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
      space.onUnwritable(failure);
    }
    try {
      removeAndOffer(entry, demoted);
    } catch (Throwable failure) { // of the key's hashCode, or equals: the disk was not told
      space.failureLog.log(Kind.DROPPED, failure);
      boolean unused = space.discard(entry, Cause.EVICTED);
    }
  }

  private void removeAndOffer(MemoryEntry<K, V> entry, Tier.@Nullable Entry demoted) {
    CompletableFuture<Outcome> told = runtime.locks().with(entry.key(), () -> {
      boolean current = space.table.peek(entry.key()) == entry;
      CompletableFuture<Outcome> outcome =
          current && demoted != null ? write(demoted, entry.wasRead() || entry.onDisk()) : null;
      boolean unused = space.discard(entry, Cause.EVICTED);
      return outcome;
    });
    if (told != null) {
      var unused = told.thenAccept(outcome -> count(outcome));
    }
  }

  /**
   * Writes to disk what stays in memory: behind the writes that brought it there, or at the end of the manager. As
   * {@link #demote}, but the disk does not ask whether it is worth it.
   */
  @Override
  public CompletableFuture<Saved> save(MemoryEntry<K, V> entry, BooleanSupplier patient) {
    try {
      if (!belongsOnDisk(entry, entry.stage(runtime.time().nanos()))) {
        return NOTHING;
      }
      Tier.Entry saved = toDemote(entry);
      if (saved == null) {
        return NOTHING;
      }
      CompletableFuture<Outcome> told = writeIfCurrent(entry, saved);
      while (told != null && isBusy(told) && patient.getAsBoolean()) {
        LockSupport.parkNanos(BUSY_NANOS);
        told = writeIfCurrent(entry, saved);
      }
      return told == null ? NOTHING : told.thenApply(outcome -> saved(entry, outcome));
    } catch (Throwable failure) {
      entry.nowOnDisk(); // it is not, but needs no other try
      space.onUnwritable(failure);
      return IMPOSSIBLE;
    }
  }

  /** Null if memory has another entry by now. */
  private @Nullable CompletableFuture<Outcome> writeIfCurrent(
      MemoryEntry<K, V> entry, Tier.Entry saved) {
    return runtime.locks().with(entry.key(), () -> {
      if (space.table.peek(entry.key()) != entry) {
        return null;
      }
      return write(saved, true);
    });
  }

  /** At the end of the manager no worth and no budget counts: there is no later. */
  private CompletableFuture<Outcome> write(Tier.Entry entry, boolean read) {
    return runtime.lifecycle().isOpen()
        ? runtime.disk().offer(entry.key(), entry.item(), read)
        : runtime.disk().put(entry.key(), entry.item());
  }

  private static boolean isBusy(CompletableFuture<Outcome> told) {
    return told.isDone()
        && told.join() instanceof Outcome.Refused refused
        && refused.why() == Reason.BUSY;
  }

  private Saved saved(MemoryEntry<K, V> entry, Outcome outcome) {
    if (!(outcome instanceof Outcome.Refused refused)) {
      count(outcome);
      entry.nowOnDisk();
      return Saved.WRITTEN;
    }
    if (refused.why() == Reason.TOO_LARGE) {
      entry.nowOnDisk();
      return Saved.IMPOSSIBLE;
    }
    return Saved.REFUSED;
  }

  private void count(Outcome outcome) {
    if (outcome instanceof Outcome.Done) {
      space.counters.add(Event.DEMOTION);
    }
  }

  /** What is to be written to disk for an entry, or null for nothing. */
  private Tier.@Nullable Entry toDemote(MemoryEntry<K, V> entry) {
    TierKey below = space.below(entry.key());
    if (entry.onDisk() && !isOlderThere(entry) && runtime.disk().mayContain(below)) {
      return null;
    }
    long expiresAt = entry.expires()
        ? Expiry.epochMillis(entry.remainingNanos(runtime.time().nanos()), runtime.time())
        : Item.NEVER;
    Item item = space.item(entry.value(), expiresAt);
    return new Tier.Entry(below, space.copies == null ? item : space.copies.stamped(entry, item));
  }

  /** Whether the disk's copy, though of the same value, ends before its time. */
  private boolean isOlderThere(MemoryEntry<K, V> entry) {
    return entry.livesOnReads() && entry.wasRead();
  }
}
