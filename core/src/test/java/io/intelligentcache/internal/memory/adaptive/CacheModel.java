package io.intelligentcache.internal.memory.adaptive;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.internal.memory.policy.Policy;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/** Drives a policy as an engine does, and checks with each call that it keeps its contract. */
final class CacheModel {
  private final long capacity;
  private final Policy policy;
  private final Executor chores;
  private final Map<Long, Integer> slots = new HashMap<>();
  private final Map<Integer, Long> keys = new HashMap<>();
  private final Map<Integer, Long> sizes = new HashMap<>();
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private int ensured;
  private long used;
  private long requests;
  private long hits;
  private long bytesRequested;
  private long bytesHit;

  /** A model that does chores at once. */
  CacheModel(long capacity, Policy policy) {
    this(capacity, policy, Runnable::run);
  }

  CacheModel(long capacity, Policy policy, Executor chores) {
    this.capacity = capacity;
    this.policy = policy;
    this.chores = chores;
  }

  /** Asks for a key, and on a miss tries to put it in. */
  void get(long key, long size) {
    requests++;
    bytesRequested += size;
    Integer slot = slots.get(key);
    if (slot != null) {
      hits++;
      bytesHit += size;
      policy.hit(slot, 0);
      return;
    }
    long need = used + size - capacity;
    if (size <= capacity && (need <= 0 || makeRoom(need, hash(key), size))) {
      add(key, size);
    }
    doChores();
  }

  void get(long key) {
    get(key, 1);
  }

  private void doChores() {
    Runnable chore = policy.chore();
    if (chore != null) {
      assertThat(policy.chore()).as("one chore at a time").isNull();
      chores.execute(chore);
    }
  }

  private void add(long key, long size) {
    int slot = free.isEmpty() ? keys.size() : free.pop();
    if (slot >= ensured) {
      ensured = slot + 1;
      policy.ensureSlots(ensured);
    }
    slots.put(key, slot);
    keys.put(slot, key);
    sizes.put(slot, size);
    used += size;
    policy.add(slot, hash(key), size);
  }

  /** Takes a key out; whether it was there. */
  boolean remove(long key) {
    Integer slot = slots.get(key);
    if (slot == null) {
      return false;
    }
    policy.remove(slot);
    forget(slot);
    return true;
  }

  /** Changes the size of a key's value; whether it is there. */
  boolean update(long key, long size) {
    Integer slot = slots.get(key);
    if (slot == null) {
      return false;
    }
    used += size - requireNonNull(sizes.put(slot, size));
    policy.hit(slot, 0);
    policy.update(slot, size);
    if (used > capacity) {
      shrink(used - capacity);
    }
    return true;
  }

  /** Frees room without a newcomer. */
  void shrink(long need) {
    assertThat(makeRoom(need, 0, 0)).as("refusal is no answer").isTrue();
  }

  private boolean makeRoom(long need, long hash, long size) {
    Set<Integer> named = new HashSet<>();
    long[] freed = {0};
    boolean kept = policy.makeRoom(need, hash, size, slot -> {
      assertThat(named.add(slot)).as("slot %s is named once", slot).isTrue();
      assertThat(keys).as("who is named is resident").containsKey(slot);
      long left = requireNonNull(sizes.get(slot));
      freed[0] += left;
      forget(slot);
      return left;
    });
    if (kept) {
      assertThat(freed[0] >= need || keys.isEmpty())
          .as("%s freed of %s needed, %s left", freed[0], need, keys.size())
          .isTrue();
    } else {
      assertThat(named).as("refused before anyone is named").isEmpty();
    }
    return kept;
  }

  private void forget(int slot) {
    slots.remove(keys.remove(slot));
    used -= requireNonNull(sizes.remove(slot));
    free.push(slot);
  }

  boolean contains(long key) {
    return slots.containsKey(key);
  }

  int entries() {
    return keys.size();
  }

  long hits() {
    return hits;
  }

  double hitRatio() {
    return (double) hits / requests;
  }

  double byteHitRatio() {
    return (double) bytesHit / bytesRequested;
  }

  static long hash(long key) {
    long z = key + 0x9E37_79B9_7F4A_7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return z ^ (z >>> 31);
  }
}
