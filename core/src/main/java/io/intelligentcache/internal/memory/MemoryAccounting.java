package io.intelligentcache.internal.memory;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.internal.memory.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The accounting of memory: which entries are counted, how much they weigh, and which must be evicted. Only the
 * thread that holds the engine's lock may use it, except {@link #used} and {@link #capacity}, which any thread
 * may read.
 */
final class MemoryAccounting {
  private static final int FIRST_SLOTS = 64;

  /** Tables grow by 1/8, so on average half of that is unused. */
  private static final int GROWTH_SHIFT = 3;

  private final Policy policy;
  final EntrySlots slots = new EntrySlots(FIRST_SLOTS);
  final ExpiryWheel wheel;
  private volatile long capacity;
  private volatile long used;

  /** The part of {@link #used} that is not entries. */
  long charged;

  /** Evicted entries that have not been passed to their owners yet. */
  List<MemoryEntry<?, ?>> leaving = new ArrayList<>();

  MemoryAccounting(long capacity, Policy policy, long nowNanos) {
    this.capacity = capacity;
    this.policy = policy;
    this.wheel = new ExpiryWheel(this::deadline, nowNanos);
    policy.attach(this::mark);
    policy.ensureSlots(FIRST_SLOTS);
  }

  long capacity() {
    return capacity;
  }

  void capacity(long bytes) {
    capacity = bytes;
  }

  long used() {
    return used;
  }

  /** Counts bytes that are not an entry, and makes room for them. */
  void charge(long bytes) {
    charged += bytes;
    book(bytes);
    if (bytes > 0 && used > capacity) {
      shrink(used - capacity);
    }
  }

  /** Takes the evicted entries, to pass them to their owners. */
  List<MemoryEntry<?, ?>> takeLeaving() {
    if (leaving.isEmpty()) {
      return List.of();
    }
    List<MemoryEntry<?, ?>> out = leaving;
    leaving = new ArrayList<>(2);
    return out;
  }

  /**
   * Removes expired entries.
   *
   * @param most how many entries to look at
   * @return whether that was enough for all
   */
  boolean expire(long nowNanos, int most) {
    return wheel.advance(nowNanos, most, slot -> {
      policy.remove(slot);
      letGo(slot);
    });
  }

  /** Counts an entry that was stored in its table, in place of another or of none. */
  void enter(MemoryEntry<?, ?> entry, @Nullable MemoryEntry<?, ?> old, long hash) {
    if (entry.weight() > capacity - charged) { // it can't fit: only it is evicted
      if (old != null) {
        remove(old);
      }
      refuse(entry);
    } else if (old != null && old.slot >= 0) {
      replace(entry, old);
    } else {
      add(entry, hash);
    }
  }

  /** Stops counting an entry that was removed from its table. */
  void remove(MemoryEntry<?, ?> entry) {
    int slot = entry.slot;
    if (slot >= 0) {
      policy.remove(slot);
      vacate(slot);
    }
    entry.slot = MemoryEntry.GONE;
  }

  /**
   * Ranks some of the entries.
   *
   * @param ranked receives them; continues after the slots that it has looked at
   * @param most how many slots to look at
   * @return whether those were the last
   */
  boolean rank(RankedEntries ranked, int most, Predicate<MemoryEntry<?, ?>> which) {
    int end = Math.min(ranked.looked() + most, slots.used());
    for (int slot = ranked.looked(); slot < end; slot++) {
      MemoryEntry<?, ?> entry = slots.at(slot);
      if (entry != null && which.test(entry)) {
        ranked.add(slot, policy.rank(slot, entry.mark()), entry.weight());
      }
    }
    ranked.looked(end);
    return end == slots.used();
  }

  /** The entry in a slot, or null. */
  @Nullable
  MemoryEntry<?, ?> at(int slot) {
    return slot < slots.used() ? slots.at(slot) : null;
  }

  /** Frees room without a new entry. */
  void shrink(long need) {
    makeRoom(need, 0, 0);
  }

  private void add(MemoryEntry<?, ?> entry, long hash) {
    long weight = entry.weight();
    long need = used + weight - capacity;
    if (need > 0 && !makeRoom(need, hash, weight)) {
      refuse(entry);
      return;
    }
    if (slots.isFull()) {
      int limit = slots.limit() + Math.max(FIRST_SLOTS, slots.limit() >> GROWTH_SHIFT);
      policy.ensureSlots(limit);
      slots.grow(limit);
    }
    int slot = slots.settle(entry);
    book(entry, weight);
    entry.mark(policy.add(slot, hash, weight));
    await(entry, slot);
  }

  private void replace(MemoryEntry<?, ?> entry, MemoryEntry<?, ?> old) {
    int slot = old.slot;
    old.slot = MemoryEntry.GONE;
    slots.replace(slot, entry);
    book(entry, entry.weight() - old.weight());
    entry.mark(policy.hit(slot, old.mark()));
    policy.update(slot, entry.weight());
    await(entry, slot);
    if (used > capacity) {
      shrink(used - capacity);
    }
  }

  private void refuse(MemoryEntry<?, ?> entry) {
    entry.slot = MemoryEntry.GONE;
    leaving.add(entry);
  }

  private void await(MemoryEntry<?, ?> entry, int slot) {
    if (entry.leavesNanos() != ExpiryWheel.NEVER) {
      wheel.schedule(slot, slots.limit());
    }
  }

  private boolean makeRoom(long need, long hash, long size) {
    return policy.makeRoom(need, hash, size, this::letGo);
  }

  private long letGo(int slot) {
    MemoryEntry<?, ?> entry = vacate(slot);
    leaving.add(entry);
    return entry.weight();
  }

  private MemoryEntry<?, ?> vacate(int slot) {
    MemoryEntry<?, ?> entry = slots.vacate(slot);
    book(entry, -entry.weight());
    return entry;
  }

  private void book(MemoryEntry<?, ?> entry, long weight) {
    entry.book(weight);
    book(weight);
  }

  private void book(long weight) {
    long before = used; // written by one thread at a time
    used = before + weight;
  }

  private long mark(int slot) {
    return requireNonNull(slots.at(slot), "a policy asks for a slot without an entry")
        .mark();
  }

  private long deadline(int slot) {
    MemoryEntry<?, ?> entry = slots.at(slot);
    return entry == null ? ExpiryWheel.NEVER : entry.leavesNanos();
  }
}
