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
 * One budget and one policy over the entries of many tables.
 *
 * <p>A read goes to its table and then writes one word of the policy; it takes no lock. A change is
 * made in its table at once, and is pending until it is in the books. {@link #settle} books what is
 * pending: it sees off the expired, lets the policy choose who leaves, and hands those to their
 * tables' owners, without the lock. One thread settles at a time; others go on and leave their
 * changes to it, until so much is pending that they have to wait. So the budget is exceeded at most
 * by 1/64 of it and by what the writing threads have in hand.
 *
 * <p>The thread that settles handles entries of other callers and other caches. So whatever a table's owner or
 * a chore throws ends here, in the log: the next entry is handled all the same, and an entry that is out of
 * the books is out of its table, too.
 */
public final class MemoryEngine {
  private static final Logger log = LoggerFactory.getLogger(MemoryEngine.class);

  /** A writer that finds more changes pending than this, or more of the budget, waits. */
  private static final int MOST_PENDING = 64;

  private static final int PENDING_SHARE_SHIFT = 6;

  /** A writer that has settled for others so many times leaves the rest to them. */
  private static final int MOST_ROUNDS = 4;

  /** Entries that expire, or come near to it, under one hold of the lock. */
  private static final int EXPIRED_AT_ONCE = 128;

  /** Entries that are ranked under one hold of the lock. */
  private static final int RANKED_AT_ONCE = 1_024;

  /** Steps in which the budget shrinks, so that no hold of the lock is long. */
  private static final int SHRINKING_STEPS = 1_000;

  /** Stripes of the tables' locks: many more than threads that write at once. */
  private static final int STRIPES = 64;

  /** Stripes of small tables, which have as many buckets at first. */
  private static final int FEW_STRIPES = 16;

  private final ReentrantLock[] stripes = stripes();
  private final ReentrantLock[] fewStripes = Arrays.copyOf(stripes, FEW_STRIPES);
  private final ReentrantLock lock = new ReentrantLock();
  private final PendingChanges pending = new PendingChanges();
  private final LongSupplier nanos;
  private final Executor chores;
  private final Policy policy;

  @GuardedBy("lock")
  private final MemoryAccounting accounting;

  @GuardedBy("lock")
  private long tables;

  /**
   * Makes an empty engine.
   *
   * @param capacity the budget, in the unit of the entries' weights; at least 1
   * @param policy decides who leaves; belongs to this engine from here on
   * @param nanos the clock of the entries' deadlines; may be a little slow, never fast
   * @param chores runs what a policy has to do without the lock
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
   * @param owner is told who has to leave
   * @return an empty table
   */
  public <K, V> MemoryTable<K, V> newTable(EvictionHandler<K, V> owner) {
    return newTable(stripes, owner);
  }

  /**
   * Makes a table as {@link #newTable} does, for few entries in most cases: it is smaller while it has none, and grows as well.
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
   * Counts in the budget what is not an entry: what a cache or a tenant takes by itself. If there is no room for it, entries leave
   * before this returns. To be called without any key's lock.
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
  @SuppressWarnings("GuardedBy") // may be read by everybody
  public long capacity() {
    return accounting.capacity();
  }

  /** {@return the weight of all entries in the books, and what was {@linkplain #charge charged}} */
  @SuppressWarnings("GuardedBy") // may be read by everybody
  public long used() {
    return accounting.used();
  }

  /** What was {@linkplain #charge charged}. */
  long charged() {
    lock.lock();
    try {
      return accounting.charged();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Changes the budget. If it shrinks, entries leave before this returns, a few at a time: others
   * may read and write meanwhile.
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

  /** Whether anything has left: what was charged stays. */
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
   * Books what is pending, and sees off who has to leave; or leaves that to another thread that is
   * about to do so. To be called after each change, without any key's lock.
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
      if (pending.isEmpty()) { // whoever pushed while the lock was held relies on this look
        return;
      }
    }
  }

  /** Sees off all that have expired. For whoever looks after time; holds the lock in short steps. */
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
   * @return them
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

  /** The entry that a slot has at this instant, or null. */
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
      if (next != mark) { // not written needlessly: cores would fetch the line from each other
        entry.mark(next);
      }
    }
  }

  /** An entry came into its table, in place of another or of none. */
  void changed(MemoryEntry<?, ?> entry, @Nullable MemoryEntry<?, ?> old, long hash) {
    push(new Change(entry, old, hash));
  }

  /** An entry left its table. */
  void onRemoved(MemoryEntry<?, ?> entry) {
    if (entry.slot != MemoryEntry.GONE) {
      push(new Change(null, entry, 0));
    }
  }

  private void push(Change change) {
    if (pending.push(change, MOST_PENDING, capacity() >> PENDING_SHARE_SHIFT)) {
      lock.lock();
      try {
        bookPending(); // and no more: the caller may hold a key's lock
      } finally {
        lock.unlock();
      }
    }
  }

  @GuardedBy("lock")
  private void bookPending() {
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
      } catch (
          Throwable failure) { // of one owner: the caller and the other entries are not concerned
        entry.abandon();
        log.warn("an entry left memory without being handed on", failure);
      }
    }
  }

  /** Has a chore run by another thread, or runs it here if there is none to be had. */
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
    } catch (Throwable failure) { // there will be another chore
      log.warn("a chore of the eviction policy failed", failure);
    }
  }

  /** Checks the books, at a moment at which nobody changes anything. */
  void audit() {
    lock.lock();
    try {
      bookPending();
      accounting.audit();
    } finally {
      lock.unlock();
    }
  }
}
