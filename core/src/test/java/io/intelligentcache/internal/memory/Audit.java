package io.intelligentcache.internal.memory;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Checks what must hold of an engine and its tables while nobody changes anything. */
public final class Audit {
  private Audit() {}

  /**
   * Checks an engine's accounting, and that it agrees with the tables.
   *
   * @param tables all of the engine's tables
   * @throws AssertionError if something is wrong
   */
  public static void of(MemoryEngine engine, Collection<? extends MemoryTable<?, ?>> tables) {
    engine.settle();
    long charged = of(engine);
    long weight = 0;
    for (MemoryTable<?, ?> table : tables) {
      long others = weight;
      for (MemoryEntry<?, ?> entry : table.entries()) {
        weight += entry.weight();
        require(entry.slot >= 0, "an entry is in its table and not in the books");
      }
      require(
          weight - others == table.weight(),
          "a table weighs " + (weight - others) + ", it says " + table.weight());
    }
    long booked = engine.used() - charged;
    require(weight == booked, "the tables weigh " + weight + ", the books say " + booked);
  }

  /**
   * Checks an engine's accounting.
   *
   * @return what was charged
   * @throws AssertionError if something is wrong
   */
  static long of(MemoryEngine engine) {
    engine.lock.lock();
    try {
      engine.bookPending();
      check(engine.accounting);
      return engine.accounting.charged;
    } finally {
      engine.lock.unlock();
    }
  }

  private static void check(MemoryAccounting accounting) {
    EntrySlots slots = accounting.slots;
    Map<MemoryTable<?, ?>, Set<MemoryEntry<?, ?>>> tables = new HashMap<>();
    long weight = 0;
    int residents = 0;
    for (int slot = 0; slot < slots.used(); slot++) {
      MemoryEntry<?, ?> entry = slots.at(slot);
      if (entry != null) {
        residents++;
        weight += entry.weight();
        check(accounting, entry, slot);
        boolean there = tables.computeIfAbsent(entry.table, Audit::entries).contains(entry);
        require(there, "the entry in slot " + slot + " is not in its table");
      }
    }
    long used = accounting.used();
    long capacity = accounting.capacity();
    int counted = slots.used() - slots.freeCount;
    require(residents == counted, residents + " residents, " + counted + " counted");
    require(
        weight + accounting.charged == used,
        "the entries weigh " + weight + ", charged are " + accounting.charged + ", used is "
            + used);
    require(used <= capacity || residents == 0, used + " used of " + capacity);
    require(
        accounting.leaving.isEmpty(),
        accounting.leaving.size() + " evicted entries not passed to their owners");
  }

  private static Set<MemoryEntry<?, ?>> entries(MemoryTable<?, ?> table) {
    Set<MemoryEntry<?, ?>> all = new HashSet<>();
    table.entries().forEach(all::add);
    return all;
  }

  private static void check(MemoryAccounting accounting, MemoryEntry<?, ?> entry, int slot) {
    require(
        entry.leavesNanos() == ExpiryWheel.NEVER || accounting.wheel.awaits(slot),
        "the expiry of slot " + slot + " is not scheduled");
    require(entry.slot == slot, "the entry in slot " + slot + " has slot number " + entry.slot);
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
