package io.intelligentcache.internal.memory.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.MemoryTable;
import io.intelligentcache.internal.memory.Policies;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RankedPolicyTest {
  private static final int CAPACITY = 50;
  private static final int KEYS = 200;
  private static final int REQUESTS = 20_000;

  @Test
  void lruHitsExactlyWhereTheTextbookDoes() {
    var reference = new LinkedHashMap<Integer, Boolean>(CAPACITY, 0.75f, true);
    List<Boolean> expected = new ArrayList<>();
    for (int key : requests()) {
      expected.add(reference.get(key) != null);
      reference.put(key, true);
      if (reference.size() > CAPACITY) {
        reference.remove(reference.keySet().iterator().next());
      }
    }
    assertThat(replay(Policies.lru())).isEqualTo(expected);
  }

  @Test
  void lfuHitsExactlyWhereASortedListOfCountsDoes() {
    record Counted(int key, long count, long lastAccess) {}
    Map<Integer, Counted> reference = new HashMap<>();
    List<Boolean> expected = new ArrayList<>();
    long tick = 0;
    long floor = 0;
    for (int key : requests()) {
      tick++;
      Counted there = reference.get(key);
      expected.add(there != null);
      if (there == null && reference.size() == CAPACITY) {
        Counted victim = reference.values().stream()
            .min(Comparator.comparing(Counted::count).thenComparing(Counted::lastAccess))
            .orElseThrow();
        reference.remove(victim.key());
        floor = Math.max(floor, victim.count());
      }
      long count = there == null ? floor : there.count();
      reference.put(key, new Counted(key, count + 1, tick));
    }
    assertThat(replay(Policies.lfu())).isEqualTo(expected);
  }

  @Test
  void anEvictionAfterAMillionHitsLooksAtABoundedNumberOfEntries() {
    int entries = 100_000;
    Policy policy = Policies.lru();
    long[] marks = new long[entries];
    policy.attach(slot -> marks[slot]);
    policy.ensureSlots(entries);
    for (int slot = 0; slot < entries; slot++) {
      marks[slot] = policy.add(slot, slot, 1);
    }
    for (int slot = 0; slot < entries; slot++) {
      marks[slot] = policy.hit(
          slot,
          marks[slot]); // every rank has moved, so an exact search would place all of them anew
    }
    List<Integer> named = new ArrayList<>();
    policy.makeRoom(1, 1, 1, slot -> {
      named.add(slot);
      return 1;
    });
    assertThat(named).hasSize(1);
    assertThat(named.get(0)).as("among the first few looked at").isLessThan(1_000);
  }

  @Test
  void makesRoomForBytesNotForEntries() {
    Policy policy = Policies.lru();
    policy.ensureSlots(4);
    long[] sizes = {10, 1, 5};
    long[] marks = new long[sizes.length];
    policy.attach(slot -> marks[slot]);
    for (int slot = 0; slot < sizes.length; slot++) {
      marks[slot] = policy.add(slot, slot, sizes[slot]);
    }
    List<Integer> named = new ArrayList<>();
    boolean kept = policy.makeRoom(11, 9, 11, slot -> {
      named.add(slot);
      return sizes[slot];
    });
    assertThat(kept).isTrue();
    assertThat(named).containsExactly(0, 1);
  }

  /** Skewed, with a scan now and then. */
  private static int[] requests() {
    var random = new Random(7);
    int[] keys = new int[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      keys[i] = i / 500 % 5 == 4 ? 1_000 + i : (int) (KEYS * Math.pow(random.nextDouble(), 3));
    }
    return keys;
  }

  private static List<Boolean> replay(Policy policy) {
    var engine = new MemoryEngine(CAPACITY, policy, () -> 0, Runnable::run);
    MemoryTable<Integer, Integer>[] table = newTable(engine);
    List<Boolean> hits = new ArrayList<>();
    for (int key : requests()) {
      MemoryEntry<Integer, Integer> entry = table[0].peek(key);
      hits.add(entry != null);
      if (entry != null) {
        table[0].touch(entry);
      } else {
        table[0].put(table[0].lasting(key, key, 1, false));
        engine.settle();
      }
    }
    return hits;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array so that the lambda can name its table
  private static MemoryTable<Integer, Integer>[] newTable(MemoryEngine engine) {
    MemoryTable<Integer, Integer>[] table = new MemoryTable[1];
    table[0] = engine.newTable(entry -> table[0].discard(entry));
    return table;
  }
}
