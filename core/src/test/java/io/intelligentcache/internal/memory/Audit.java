package io.intelligentcache.internal.memory;

import java.util.Collection;

/** Checks what must hold of an engine and its tables while nobody changes anything. */
public final class Audit {
  private Audit() {}

  /**
   * Checks it.
   *
   * @param tables all of the engine's tables
   * @throws IllegalStateException if something is wrong
   */
  public static void of(MemoryEngine engine, Collection<? extends MemoryTable<?, ?>> tables) {
    engine.settle();
    engine.audit();
    long weight = 0;
    for (MemoryTable<?, ?> table : tables) {
      long others = weight;
      for (MemoryEntry<?, ?> entry : table.entries()) {
        weight += entry.weight();
        if (entry.slot < 0) {
          throw new IllegalStateException("an entry is in its table and not in the books");
        }
      }
      if (weight - others != table.weight()) {
        throw new IllegalStateException(
            "a table weighs " + (weight - others) + ", it says " + table.weight());
      }
    }
    long booked = engine.used() - engine.charged();
    if (weight != booked) {
      throw new IllegalStateException("the tables weigh " + weight + ", the books say " + booked);
    }
  }
}
