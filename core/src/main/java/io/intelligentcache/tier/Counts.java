package io.intelligentcache.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A number for each constant of an enum. Immutable. */
final class Counts<C extends Enum<C>> {
  private final C[] counters;
  private final long[] counts;

  private Counts(C[] counters, long[] counts) {
    this.counters = counters;
    this.counts = counts;
  }

  static <C extends Enum<C>> Counts<C> zero(Class<C> counters) {
    C[] all = counters.getEnumConstants();
    return new Counts<>(all, new long[all.length]);
  }

  long of(C counter) {
    return counts[counter.ordinal()];
  }

  Counts<C> with(C counter, long count) {
    long[] changed = counts.clone();
    changed[counter.ordinal()] = count;
    return new Counts<>(counters, changed);
  }

  @Override
  public String toString() {
    List<String> all = new ArrayList<>();
    for (C counter : counters) {
      all.add(counter.name().toLowerCase(Locale.ROOT) + "=" + of(counter));
    }
    return String.join(", ", all);
  }
}
