package io.intelligentcache.memory;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One budget and one policy over the entries of many tables.
 *
 * <p>A read goes to its table and then writes one word of the policy, without this engine's lock.
 * Every change of what is in memory takes the lock for a few hundred nanoseconds: it books the
 * change, lets the policy choose who leaves, and hands those back to the caller, who demotes and
 * discards them without the lock. So the budget is exceeded at most by what the writing threads
 * have in hand.
 */
public final class MemoryEngine {
  private static final int FIRST_SLOTS = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final Policy policy;

  @GuardedBy("lock")
  private @Nullable MemoryEntry<?, ?>[] residents = new MemoryEntry<?, ?>[FIRST_SLOTS];

  @GuardedBy("lock")
  private int[] free = new int[FIRST_SLOTS];

  @GuardedBy("lock")
  private int freeCount;

  @GuardedBy("lock")
  private int slotsUsed;

  @GuardedBy("lock")
  private long tables;

  private final long capacity;

  @GuardedBy("lock")
  private long used;

  /**
   * Makes an empty engine.
   *
   * @param capacity the budget, in the unit of the entries' weights; at least 1
   * @param policy decides who leaves; belongs to this engine from here on
   */
  public MemoryEngine(long capacity, Policy policy) {
    if (capacity < 1) {
      throw new IllegalArgumentException("the capacity must be at least 1: " + capacity);
    }
    this.capacity = capacity;
    this.policy = requireNonNull(policy, "policy");
    policy.ensureSlots(FIRST_SLOTS);
  }

  /**
   * Makes a table whose entries share this engine's budget.
   *
   * @param <K> type of its keys
   * @param <V> type of its values
   * @param owner is told who has to leave; hands the entry on and {@linkplain MemoryTable#discard
   *     discards} it
   * @return an empty table
   */
  public <K, V> MemoryTable<K, V> newTable(Consumer<MemoryEntry<K, V>> owner) {
    lock.lock();
    try {
      return new MemoryTable<>(this, Mixer.mix(tables++), owner);
    } finally {
      lock.unlock();
    }
  }

  /** {@return the budget} */
  public long capacity() {
    return capacity;
  }

  /** {@return the weight of all entries; above the capacity only while somebody is leaving} */
  public long used() {
    lock.lock();
    try {
      return used;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Names every entry, from the one that would leave first to the one that would leave last, and
   * forgets them all. For closing: the hottest is written last, so it stays longest below.
   *
   * @param leaving is told each; called without a lock
   */
  public void drain(Consumer<MemoryEntry<?, ?>> leaving) {
    List<MemoryEntry<?, ?>> all = new ArrayList<>();
    lock.lock();
    try {
      if (used > 0) {
        makeRoom(used, 0, 0, all);
      }
    } finally {
      lock.unlock();
    }
    all.forEach(leaving);
  }

  void touch(MemoryEntry<?, ?> entry) {
    int slot = entry.slot;
    if (slot != MemoryEntry.NO_SLOT) {
      policy.hit(slot);
    }
  }

  /** Books an entry that its table already shows, in place of the one that it replaced. */
  List<MemoryEntry<?, ?>> admit(
      MemoryEntry<?, ?> entry, @Nullable MemoryEntry<?, ?> old, long hash) {
    lock.lock();
    try {
      if (entry.weight() > capacity) {
        if (old != null) {
          release(old);
        }
        return List.of(entry); // it alone leaves: no room that could be made would be enough
      }
      return old != null && old.slot != MemoryEntry.NO_SLOT
          ? replace(entry, old)
          : add(entry, hash);
    } finally {
      lock.unlock();
    }
  }

  /** Books that an entry left its table. */
  void forget(MemoryEntry<?, ?> entry) {
    lock.lock();
    try {
      release(entry);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void release(MemoryEntry<?, ?> entry) {
    if (entry.slot != MemoryEntry.NO_SLOT) {
      policy.remove(entry.slot);
      vacate(entry.slot);
    }
  }

  @GuardedBy("lock")
  private List<MemoryEntry<?, ?>> add(MemoryEntry<?, ?> newcomer, long hash) {
    long weight = newcomer.weight();
    List<MemoryEntry<?, ?>> leaving = List.of();
    long need = used + weight - capacity;
    if (need > 0) {
      leaving = new ArrayList<>(2);
      if (!makeRoom(need, hash, weight, leaving)) {
        leaving.add(newcomer);
        return leaving;
      }
    }
    int slot = takeSlot();
    settle(newcomer, slot);
    policy.add(slot, hash, weight);
    return leaving;
  }

  @GuardedBy("lock")
  private List<MemoryEntry<?, ?>> replace(MemoryEntry<?, ?> newcomer, MemoryEntry<?, ?> old) {
    int slot = old.slot;
    old.slot = MemoryEntry.NO_SLOT;
    used -= old.weight();
    settle(newcomer, slot);
    policy.update(slot, newcomer.weight());
    if (used <= capacity) {
      return List.of();
    }
    List<MemoryEntry<?, ?>> leaving = new ArrayList<>(2);
    makeRoom(used - capacity, 0, 0, leaving);
    return leaving;
  }

  @GuardedBy("lock")
  private boolean makeRoom(long need, long hash, long size, List<MemoryEntry<?, ?>> leaving) {
    var named = new Slots();
    boolean admitted = policy.makeRoom(need, hash, size, named);
    Runnable chore = policy.chore();
    if (chore != null) {
      chore.run();
    }
    for (int i = 0; i < named.count(); i++) {
      leaving.add(vacate(named.get(i)));
    }
    return admitted;
  }

  @GuardedBy("lock")
  private void settle(MemoryEntry<?, ?> newcomer, int slot) {
    residents[slot] = newcomer;
    newcomer.slot = slot;
    used += newcomer.weight();
  }

  /** Takes whoever is in a slot out of the books. */
  @GuardedBy("lock")
  private MemoryEntry<?, ?> vacate(int slot) {
    MemoryEntry<?, ?> resident =
        requireNonNull(residents[slot], "a policy named a slot that nobody has");
    residents[slot] = null;
    resident.slot = MemoryEntry.NO_SLOT;
    used -= resident.weight();
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, freeCount * 2);
    }
    free[freeCount++] = slot;
    return resident;
  }

  @GuardedBy("lock")
  private int takeSlot() {
    if (freeCount > 0) {
      return free[--freeCount];
    }
    if (slotsUsed == residents.length) {
      int more = slotsUsed + (slotsUsed >> 1);
      policy.ensureSlots(more);
      residents = Arrays.copyOf(residents, more);
    }
    return slotsUsed++;
  }
}
