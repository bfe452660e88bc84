package io.intelligentcache.all;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Records what several instances did to a few keys, and which reads that forbids.
 *
 * <p>Behind the cache is a database. Each change of a key first gives its row a new number. Then the
 * instance puts that number, or removes the key. So a read returns a number. A value is older than a
 * change if its number is less than that of the change. There is one exception: if its put was still
 * running when the change was called, the two overlap, and either may be the later one.
 *
 * <p>A read is wrong if it returns a value older than a change that the same instance had made before
 * (P2, P3). It is also wrong if it returns a value older than a change that was acknowledged to any
 * instance longer ago than the bound (P3, P4).
 */
final class History {
  private static final long NEVER = Long.MAX_VALUE;

  private final long boundNanos;
  private final Map<String, Long> rows = new HashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final Map<String, Set<Long>> loaded = new HashMap<>();
  private final List<String> violations = new ArrayList<>();

  /** A put, a removal of some keys, or an atomic operation. */
  final class Change {
    final int instance;
    final Map<String, Long> made = new TreeMap<>(); // rows, by key
    final boolean puts;
    final boolean ordered;
    final String name;
    final long called = System.nanoTime();
    private long returned = NEVER;
    private long acknowledged = NEVER;

    private Change(
        int instance, Collection<String> keys, boolean puts, boolean ordered, String name) {
      this.instance = instance;
      this.puts = puts;
      this.ordered = ordered;
      this.name = name;
      keys.forEach(key -> made.put(key, rows.merge(key, 1L, Long::sum)));
    }

    /** Records that the call has returned. */
    void returned() {
      synchronized (History.this) {
        returned = System.nanoTime();
      }
    }

    /** Records that Redis has acknowledged it. */
    void acknowledged() {
      synchronized (History.this) {
        acknowledged = System.nanoTime();
      }
    }

    boolean isAcknowledged() {
      synchronized (History.this) {
        return acknowledged != NEVER;
      }
    }

    /** Whether this change surely comes before the other one. */
    private boolean isBefore(Change other) {
      return returned < other.called
          || (instance == other.instance && ordered && other.ordered && called < other.called);
    }

    @Override
    public String toString() {
      return name + " of " + made + " by " + instance
          + (returned == NEVER ? ", not over" : "")
          + (acknowledged == NEVER ? ", not acknowledged" : ", acknowledged");
    }
  }

  History(Duration bound) {
    this.boundNanos = bound.toNanos();
  }

  /** A put that is called now. */
  synchronized Change put(int instance, String key) {
    return add(new Change(instance, List.of(key), true, true, "put"));
  }

  /** A removal of one key that is called now. */
  synchronized Change remove(int instance, String key) {
    return add(new Change(instance, List.of(key), false, true, "removal"));
  }

  /** A clear or a removal by pattern. */
  synchronized Change sweep(int instance, Collection<String> keys) {
    return add(new Change(instance, keys, false, false, "sweep"));
  }

  /** An atomic operation. It restricts no read until it has succeeded. */
  synchronized Change exchange(int instance, String key) {
    return add(new Change(instance, List.of(key), true, false, "exchange"));
  }

  private Change add(Change change) {
    changes.add(change);
    return change;
  }

  /** Records that a loader reads the database, and returns the row. */
  synchronized long load(String key) {
    long row = rows.getOrDefault(key, 0L);
    loaded.computeIfAbsent(key, none -> new HashSet<>()).add(row);
    return row;
  }

  /** Judges the answer of a read that began at that instant. */
  synchronized void read(int instance, String key, long row, long began, String how) {
    read(instance, key, row, began, boundNanos, how);
  }

  /** Judges the value that an atomic operation found. It asks Redis, so its bound is zero. */
  synchronized void found(int instance, String key, long row, long began) {
    read(instance, key, row, began, 0, "exchange");
  }

  private void read(int instance, String key, long row, long began, long bound, String how) {
    Change put = putOf(key, row);
    if (put == null && !loaded.getOrDefault(key, Set.of()).contains(row)) {
      violation(
          how + " of " + key + " by " + instance + " answered " + row + ", which nobody wrote");
    }
    for (Change change : changes) {
      Long made = change.made.get(key);
      if (made == null || row >= made || (put != null && !put.isBefore(change))) {
        continue;
      }
      String answer = how + " of " + key + " by " + instance + " answered " + row + " though a "
          + change + " was ";
      if (change.instance == instance && change.returned < began) {
        violation(answer + "its own, and over " + (began - change.returned) / 1_000 + " us before");
      } else if (change.acknowledged != NEVER && change.acknowledged + bound < began) {
        violation(answer + "acknowledged " + (began - change.acknowledged) / 1_000
            + " us before, and the bound is " + bound / 1_000);
      }
    }
  }

  private Change putOf(String key, long row) {
    for (Change change : changes) {
      Long made = change.made.get(key);
      if (change.puts && made != null && made == row) {
        return change;
      }
    }
    return null;
  }

  synchronized void violation(String what) {
    violations.add(what);
  }

  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  /** Whether every acknowledged change must be visible to all instances by now. */
  synchronized boolean allBind(long now) {
    return changes.stream()
        .allMatch(change -> change.acknowledged == NEVER || change.acknowledged + boundNanos < now);
  }

  /** How many changes were acknowledged. */
  synchronized long acknowledged() {
    return changes.stream().filter(change -> change.acknowledged != NEVER).count();
  }
}
