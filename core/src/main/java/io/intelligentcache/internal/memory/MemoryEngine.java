package io.intelligentcache.internal.memory;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.internal.memory.PendingChanges.Change;
import io.intelligentcache.internal.memory.policy.Policy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One memory budget and one eviction policy for the entries of many tables.
 *
 * <p>A read looks up its table and then writes one word of the policy; it takes no lock. A write changes its
 * table at once; the change stays pending until it is accounted. {@link #settle} accounts the pending changes:
 * it removes expired entries, lets the policy choose victims, and passes the evicted entries to the owners of
 * their tables, without the lock. One thread settles at a time. Other threads continue and leave their changes
 * to it; only when too many changes are pending must they wait. So the budget is exceeded by at most 1/64 of
 * it, and by the entries that the writing threads are adding.
 *
 * <p>The thread that settles handles entries of other callers and other caches. So an exception of a table's
 * owner or of a chore ends here, in the log. The next entry is handled normally, and an entry that is no longer
 * accounted is also removed from its table.
 */
public final class MemoryEngine {
  private static final Logger log = LoggerFactory.getLogger(MemoryEngine.class);

  /**
   * A writer waits if it finds more changes pending than this, or if they weigh more than 1/64 of the budget.
   */
  private static final int MOST_PENDING = 64;

  private static final int PENDING_SHARE_SHIFT = 6;

  /** A writer settles for other writers at most this many rounds, then leaves the rest to them. */
  private static final int MOST_ROUNDS = 4;

  /** How many entries that expire, or move in the wheel, are processed under one hold of the lock. */
  private static final int EXPIRED_AT_ONCE = 128;

  /** How many entries are ranked under one hold of the lock. */
  private static final int RANKED_AT_ONCE = 1_024;

  /** In how many steps the budget shrinks, so that the lock is never held for long. */
  private static final int SHRINKING_STEPS = 1_000;

  /** Stripes of the tables' locks: many more than the threads that write at the same time. */
  private static final int STRIPES = 64;

  /** Stripes of small tables, which start with the same number of buckets. */
  private static final int FEW_STRIPES = 16;

  private final ReentrantLock[] stripes = stripes();
  private final ReentrantLock[] fewStripes = Arrays.copyOf(stripes, FEW_STRIPES);
  final ReentrantLock lock = new ReentrantLock();
  private final PendingChanges pending = new PendingChanges();
  private final LongSupplier nanos;
  private final Executor chores;
  private final Policy policy;

  @GuardedBy("lock")
  final MemoryAccounting accounting;

  @GuardedBy("lock")
  private long tables;

  /**
   * Makes an empty engine.
   *
   * @param capacity the budget, in the unit of the entries' weights; at least 1
   * @param policy chooses the victims; only this engine may use it from here on
   * @param nanos the clock of the entries' deadlines; may be a little behind, never ahead
   * @param chores runs the work that a policy does without the lock
   */
  public MemoryEngine(long capacity, Policy policy, LongSupplier nanos, Executor chores) {
    this.policy = requireNonNull(policy, "policy");
    this.nanos = requireNonNull(nanos, "nanos");
    this.chores = requireNonNull(chores, "chores");
    this.accounting = new MemoryAccounting(checked(capacity), policy, nanos.getAsLong());
  }

  private static ReentrantLock[] stripes() {
    var stripes = new ReentrantLock[STRIPES];
    Arrays.setAll(stripes, i -> new ReentrantLock());
    return stripes;
  }

  private static long checked(long capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("the capacity must be at least 1: " + capacity);
    }
    return capacity;
  }

  /**
   * Makes a table whose entries share this engine's budget.
   *
   * @param <K> type of its keys
   * @param <V> type of its values
   * @param owner receives the evicted entries
   * @return an empty table
   */
  public <K, V> MemoryTable<K, V> newTable(EvictionHandler<K, V> owner) {
    return newTable(stripes, owner);
  }

  /**
   * Makes a table as {@link #newTable} does, for tables that usually have few entries: it is smaller while it
   * is empty, and can grow as large.
   *
   * @param <K> type of its keys
   * @param <V> type of its values
   * @param owner see {@link #newTable}
   * @return an empty table
   */
  public <K, V> MemoryTable<K, V> newSmallTable(EvictionHandler<K, V> owner) {
    return newTable(fewStripes, owner);
  }

  private <K, V> MemoryTable<K, V> newTable(
      ReentrantLock[] stripesOfTable, EvictionHandler<K, V> owner) {
    lock.lock();
    try {
      return new MemoryTable<>(this, stripesOfTable, HashMixer.mix(tables++), owner);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Counts memory that is not an entry: what a cache or a tenant takes by itself. If there is no room for it,
   * entries are evicted before this returns. Call it without any key's lock.
   *
   * @param bytes how much more; negative to give back
   */
  public void charge(long bytes) {
    List<MemoryEntry<?, ?>> leaving;
    lock.lock();
    try {
      accounting.charge(bytes);
      leaving = accounting.takeLeaving();
    } finally {
      lock.unlock();
    }
    evict(leaving);
  }

  /** {@return the budget} */
  @SuppressWarnings("GuardedBy") // any thread may read it
  public long capacity() {
    return accounting.capacity();
  }

  /** {@return the weight of all accounted entries, plus what was {@linkplain #charge charged}} */
  @SuppressWarnings("GuardedBy") // any thread may read it
  public long used() {
    return accounting.used();
  }

  /**
   * Changes the budget. If it shrinks, entries are evicted before this returns, a few at a time, so that other
   * threads may read and write meanwhile.
   *
   * @param capacity the budget from here on; at least 1
   */
  public void resize(long capacity) {
    checked(capacity);
    lock.lock();
    try {
      accounting.capacity(capacity);
    } finally {
      lock.unlock();
    }
    long step = Math.max(1, (used() - capacity) / SHRINKING_STEPS);
    boolean more = true;
    while (more && used() > capacity && capacity() == capacity) {
      more = shrink(step);
    }
    settle();
  }

  /** Evicts at most this much. Returns false if no entry could be evicted: what was charged stays. */
  private boolean shrink(long most) {
    List<MemoryEntry<?, ?>> leaving;
    lock.lock();
    try {
      long over = accounting.used() - accounting.capacity();
      if (over > 0) {
        accounting.shrink(Math.min(over, most));
      }
      leaving = accounting.takeLeaving();
    } finally {
      lock.unlock();
    }
    evict(leaving);
    return !leaving.isEmpty();
  }

  /**
   * Accounts the pending changes, and passes evicted entries to their owners; or leaves both to another thread
   * that is doing it. To be called after each change, without any key's lock.
   */
  public void settle() {
    for (int round = 0; round < MOST_ROUNDS && lock.tryLock(); round++) {
      List<MemoryEntry<?, ?>> leaving;
      Runnable chore;
      try {
        bookPending();
        leaving = accounting.takeLeaving();
        chore = policy.chore();
      } finally {
        lock.unlock();
      }
      evict(leaving);
      if (chore != null) {
        run(chore);
      }
      if (pending.isEmpty()) { // a writer that pushed under our lock relies on this check
        return;
      }
    }
  }

  /** Evicts all expired entries. For the thread that checks expiry; holds the lock in short steps. */
  public void expire() {
    boolean all = false;
    while (!all) {
      List<MemoryEntry<?, ?>> leaving;
      lock.lock();
      try {
        all = accounting.expire(nanos.getAsLong(), EXPIRED_AT_ONCE);
        leaving = accounting.takeLeaving();
      } finally {
        lock.unlock();
      }
      evict(leaving);
    }
    settle();
  }

  /**
   * Ranks entries by how much they are worth keeping. Holds the lock in short steps.
   *
   * @param which entries to rank; is called under the lock
   * @return the entries, ranked
   */
  public RankedEntries ranked(Predicate<MemoryEntry<?, ?>> which) {
    var ranked = new RankedEntries(this);
    boolean all = false;
    while (!all) {
      lock.lock();
      try {
        bookPending();
        all = accounting.rank(ranked, RANKED_AT_ONCE, which);
      } finally {
        lock.unlock();
      }
    }
    settle();
    ranked.sort();
    return ranked;
  }

  /** The entry in a slot at this instant, or null. */
  @Nullable
  MemoryEntry<?, ?> at(int slot) {
    lock.lock();
    try {
      return accounting.at(slot);
    } finally {
      lock.unlock();
    }
  }

  void touch(MemoryEntry<?, ?> entry) {
    entry.read();
    int slot = entry.slot;
    if (slot >= 0) {
      long mark = entry.mark();
      long next = policy.hit(slot, mark);
      if (next != mark) { // a needless write would move the cache line between cores
        entry.mark(next);
      }
    }
  }

  /** Called when an entry was stored in its table, in place of another or of none. */
  void changed(MemoryEntry<?, ?> entry, @Nullable MemoryEntry<?, ?> old, long hash) {
    push(new Change(entry, old, hash));
  }

  /** Called when an entry was removed from its table. */
  void onRemoved(MemoryEntry<?, ?> entry) {
    if (entry.slot != MemoryEntry.GONE) {
      push(new Change(null, entry, 0));
    }
  }

  private void push(Change change) {
    if (pending.push(change, MOST_PENDING, capacity() >> PENDING_SHARE_SHIFT)) {
      lock.lock();
      try {
        bookPending(); // no eviction here: the caller may hold a key's lock
      } finally {
        lock.unlock();
      }
    }
  }

  @GuardedBy("lock")
  void bookPending() {
    boolean unused = accounting.expire(nanos.getAsLong(), EXPIRED_AT_ONCE); // first, to make room
    for (Change change = pending.takeAll(); change != null; change = change.next) {
      if (change.entry != null) {
        accounting.enter(change.entry, change.old, change.hash);
      } else if (change.old != null) {
        accounting.remove(change.old);
      }
    }
  }

  private static void evict(List<MemoryEntry<?, ?>> leaving) {
    for (MemoryEntry<?, ?> entry : leaving) {
      try {
        entry.leave();
      } catch (Throwable failure) { // one owner failed; the others are not affected
        entry.abandon();
        log.warn("handling an evicted entry failed; the entry is dropped", failure);
      }
    }
  }

  /** Runs a chore on another thread, or in this one if no thread is available. */
  private void run(Runnable chore) {
    try {
      chores.execute(() -> attempt(chore));
    } catch (Throwable noThread) {
      attempt(chore);
    }
  }

  private static void attempt(Runnable chore) {
    try {
      chore.run();
    } catch (Throwable failure) { // the policy will have another chore
      log.warn("a chore of the eviction policy failed", failure);
    }
  }
}
