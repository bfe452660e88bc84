package io.intelligentcache.internal.demotion;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.internal.memory.EvictionHandler;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.MemoryEntry.Stage;
import io.intelligentcache.internal.memory.SharedEntry;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.FailureLog.Kind;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.internal.time.Expiry;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.Tier.Worth;
import io.intelligentcache.tier.TierKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries from memory to disk, if there is a disk tier: entries that memory evicts, and entries that are saved
 * although they stay in memory.
 */
public final class Demotion<K, V> implements EvictionHandler<K, V> {
  /**
   * The pauses between the first tries while the disk tier is busy. Together they take 2 ms, longer than a healthy disk
   * needs to write a buffer. They follow real time, as the disk does.
   */
  private static final long SHORT_PAUSE_NANOS = MICROSECONDS.toNanos(250);

  private static final int SHORT_PAUSES = 8;

  /** The pauses after these, for callers that wait longer. */
  private static final long LONG_PAUSE_NANOS = MILLISECONDS.toNanos(5);

  private static final CompletableFuture<Saved> NOTHING =
      CompletableFuture.completedFuture(Saved.NOTHING);
  private static final CompletableFuture<Saved> IMPOSSIBLE =
      CompletableFuture.completedFuture(Saved.IMPOSSIBLE);

  private final Keyspace<K, V> space;
  private final CacheRuntime runtime;
  private final Runnable onEvicted;

  /**
   * Creates it.
   *
   * @param onEvicted runs after each entry that was removed from memory
   */
  public Demotion(Keyspace<K, V> space, Runnable onEvicted) {
    this.space = space;
    this.onEvicted = onEvicted;
    this.runtime = space.runtime;
  }

  /**
   * Handles an entry that memory removes, because it has expired or for room. This runs on the thread of any caller
   * of any cache, or on a thread of the manager. So what the entry's codec or key throws is only counted and logged.
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
    return runtime.tiers().hasDisk() && stage == Stage.FRESH && !entry.isAbsence();
  }

  /**
   * Demotes an entry to disk. Whatever the user's codec or key does, the entry is removed from memory.
   *
   * <p>The key may have been written or invalidated since the entry was selected. Then the entry is no longer in the
   * table, and must not be written to disk: it would come back later as an old value. So the table is read, and the
   * write is sent to the disk tier, under the key's lock, which changes of the key hold, too. If the disk tier is busy,
   * this waits without the lock, and then looks at the table again. Meanwhile the entry can be read and changed.
   */
  private void demote(MemoryEntry<K, V> entry) {
    space.counters.add(Event.EVICTION);
    Tier.Entry demoted = null;
    try {
      demoted = toDemote(entry);
    } catch (Throwable failure) {
      space.onUnwritable(failure);
    }
    if (demoted == null) {
      boolean unused = space.take(entry, Cause.EVICTED);
      return;
    }
    try {
      CompletableFuture<Outcome> told = write(entry, demoted, true, () -> false);
      if (told != null) {
        var unused = told.thenAccept(outcome -> count(outcome));
      }
    } catch (Throwable failure) { // of the key's hashCode or equals: nothing was written
      space.failureLog.log(Kind.DROPPED, failure);
      boolean unused = space.discard(entry, Cause.EVICTED);
    }
  }

  /**
   * Writes an entry to disk that stays in memory: for write-behind, or when the manager is closed. As
   * {@link #demote}, but the disk tier does not check whether the entry is worth the write.
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
      CompletableFuture<Outcome> told = write(entry, saved, false, patient);
      return told == null ? NOTHING : told.thenApply(outcome -> saved(entry, outcome));
    } catch (Throwable failure) {
      entry.nowOnDisk(); // not true, but another try is useless
      space.onUnwritable(failure);
      return IMPOSSIBLE;
    }
  }

  /**
   * Writes an entry to disk, if memory still has it. While the disk tier is busy, waits without a lock and tries again.
   *
   * @param evicts whether the entry is removed from memory after the last try
   * @param patient whether to go on after the short pauses
   * @return the answer to the last try; null if memory no longer has the entry
   */
  private @Nullable CompletableFuture<Outcome> write(
      MemoryEntry<K, V> entry, Tier.Entry encoded, boolean evicts, BooleanSupplier patient) {
    for (int tries = 0; ; tries++) {
      boolean last = tries >= SHORT_PAUSES && !patient.getAsBoolean();
      CompletableFuture<Outcome> told = tryToWrite(entry, encoded, evicts, last);
      if (last || !isBusy(told)) {
        return told;
      }
      LockSupport.parkNanos(tries < SHORT_PAUSES ? SHORT_PAUSE_NANOS : LONG_PAUSE_NANOS);
    }
  }

  private @Nullable CompletableFuture<Outcome> tryToWrite(
      MemoryEntry<K, V> entry, Tier.Entry encoded, boolean evicts, boolean last) {
    return runtime.locks().with(entry.key(), () -> {
      boolean current = space.table.peek(entry.key()) == entry;
      Worth worth = worth(entry, evicts);
      CompletableFuture<Outcome> told =
          current ? runtime.tiers().disk().offer(encoded.key(), encoded.item(), worth, last) : null;
      if (evicts && (last || !isBusy(told))) {
        boolean unused = space.discard(entry, Cause.EVICTED);
      }
      return told;
    });
  }

  /**
   * The worth of an entry. While the manager or this cache or tenant is being closed, it must be written: there is no
   * later chance. An entry that is saved is among the hottest.
   */
  private Worth worth(MemoryEntry<K, V> entry, boolean evicted) {
    if (!space.isOpen()) {
      return Worth.REQUIRED;
    }
    return evicted && !entry.wasRead() && !entry.onDisk() ? Worth.UNREAD : Worth.READ;
  }

  private static boolean isBusy(@Nullable CompletableFuture<Outcome> told) {
    return told != null
        && told.isDone()
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

  /** The entry to write to disk, or null if nothing must be written. */
  private Tier.@Nullable Entry toDemote(MemoryEntry<K, V> entry) {
    TierKey below = space.below(entry.key());
    boolean sameThere = entry.onDisk() && !isOlderThere(entry) && !isSuspectThere(entry);
    if (sameThere && runtime.tiers().disk().mayContain(below)) {
      return null;
    }
    long now = runtime.time().nanos();
    long expiresAt = entry.expires()
        ? Expiry.at(now + entry.remainingNanos(now)).epochMillis(runtime.time())
        : Item.NEVER;
    Item item = space.item(entry.value(), expiresAt);
    return new Tier.Entry(below, space.copies == null ? item : space.copies.stamped(entry, item));
  }

  /** Whether the copy on disk has the same value, but expires too early. */
  private boolean isOlderThere(MemoryEntry<K, V> entry) {
    return entry.livesOnReads() && entry.wasRead();
  }

  /**
   * Whether the copy on disk is suspect, although Redis has confirmed this entry since. If it were not written again,
   * each read that finds it on disk would have to ask Redis. Another process trusts no stamp, so this does not matter
   * for what is written when the manager is closed.
   */
  private boolean isSuspectThere(MemoryEntry<K, V> entry) {
    return entry instanceof SharedEntry<?, ?> copy
        && copy.stampIsOlderOnDisk()
        && runtime.lifecycle().isOpen();
  }
}
