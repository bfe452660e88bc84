package io.intelligentcache.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.memory.adaptive.AdaptivePolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MemoryEngineTest {
  private static final int CAPACITY = 1_000;

  /** A table that discards at once whoever has to leave. */
  private static final class Table {
    final MemoryTable<Integer, Integer> table;

    Table(MemoryEngine engine) {
      table = engine.newTable(this::discard);
    }

    private void discard(MemoryEntry<Integer, Integer> entry) {
      synchronized (entry.key().toString().intern()) {
        table.discard(entry);
      }
    }

    void put(int key, int value, int weight) {
      List<MemoryEntry<?, ?>> leaving;
      synchronized (Integer.toString(key).intern()) {
        leaving = table.put(table.lasting(key, value, weight, false));
      }
      leaving.forEach(MemoryEntry::evict);
    }

    void remove(int key) {
      synchronized (Integer.toString(key).intern()) {
        table.remove(key);
      }
    }

    long weight() {
      return table.entries().stream().mapToLong(MemoryEntry::weight).sum();
    }
  }

  private static Policy policy(String name) {
    return switch (name) {
      case "lru" -> Policies.lru();
      case "lfu" -> Policies.lfu();
      default -> new AdaptivePolicy();
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"lru", "lfu", "adaptive"})
  void neverHoldsMoreThanItsBudgetAndNeverAValueThatWasNotPutLast(String name) {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var engine = new MemoryEngine(CAPACITY, policy(name));
    var first = new Table(engine);
    var second = new Table(engine);
    Map<String, Integer> last = new HashMap<>();
    for (int step = 0; step < 50_000; step++) {
      Table table = random.nextBoolean() ? first : second;
      String which = table == first ? "1/" : "2/";
      int key = random.nextInt(300);
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          int weight = 1 + random.nextInt(random.nextInt(50) == 0 ? 2 * CAPACITY : 40);
          table.put(key, step, weight);
          last.put(which + key, step);
        }
        case 2 -> {
          table.remove(key);
          last.remove(which + key);
        }
        default -> {
          MemoryEntry<Integer, Integer> entry = table.table.peek(key);
          if (entry != null) {
            assertThat(entry.value()).as("seed %d", seed).isEqualTo(last.get(which + key));
            table.table.touch(entry);
          }
        }
      }
      assertThat(engine.used()).as("seed %d", seed).isLessThanOrEqualTo(CAPACITY);
    }
    assertThat(engine.used()).as("seed %d", seed).isEqualTo(first.weight() + second.weight());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lru", "lfu", "adaptive"})
  void keepsItsBooksUnderThreads(String name) throws Exception {
    var engine = new MemoryEngine(CAPACITY, policy(name));
    var table = new Table(engine);
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      var start = new CountDownLatch(1);
      List<Future<?>> work = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        var random = new Random(t);
        work.add(pool.submit(() -> {
          start.await();
          for (int i = 0; i < 50_000; i++) {
            int key = random.nextInt(300);
            int dice = random.nextInt(10);
            MemoryEntry<Integer, Integer> entry = table.table.peek(key);
            if (dice < 5 && entry != null) {
              table.table.touch(entry);
            } else if (dice < 9) {
              table.put(key, i, 1 + random.nextInt(40));
            } else {
              table.remove(key);
            }
          }
          return null;
        }));
      }
      start.countDown();
      for (Future<?> done : work) {
        done.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(engine.used()).isLessThanOrEqualTo(CAPACITY).isEqualTo(table.weight());
  }

  @Test
  void anEntryThatNeverFitsLeavesAtOnceAndDisturbsNobody() {
    var engine = new MemoryEngine(10, Policies.lru());
    var table = new Table(engine);
    table.put(1, 1, 10);
    table.put(2, 2, 11);
    assertThat(table.table.peek(2)).isNull();
    assertThat(table.table.peek(1)).isNotNull();
  }

  @Test
  void anEntryThatOutgrowsTheBudgetLeaves() {
    var engine = new MemoryEngine(10, Policies.lru());
    var table = new Table(engine);
    table.put(1, 1, 5);
    table.put(1, 2, 50);
    assertThat(table.table.peek(1)).isNull();
    assertThat(engine.used()).isZero();
  }

  @Test
  void drainsFromTheColdestToTheHottest() {
    var engine = new MemoryEngine(10, Policies.lru());
    var table = new Table(engine);
    for (int key = 0; key < 5; key++) {
      table.put(key, key, 1);
    }
    MemoryEntry<Integer, Integer> hot = table.table.peek(0);
    assertThat(hot).isNotNull();
    table.table.touch(hot);
    List<Object> order = new ArrayList<>();
    engine.drain(entry -> order.add(entry.key()));
    assertThat(order).containsExactly(1, 2, 3, 4, 0);
    assertThat(engine.used()).isZero();
  }

  @Test
  void refusesACapacityOfNothing() {
    assertThatThrownBy(() -> new MemoryEngine(0, Policies.lru()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1: 0");
  }
}
