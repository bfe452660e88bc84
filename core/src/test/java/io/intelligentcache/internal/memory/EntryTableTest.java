package io.intelligentcache.internal.memory;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntryTableTest {
  @RegisterExtension
  private final Seed seed = new Seed();

  private final MemoryTable<Object, Integer> owner =
      new MemoryEngine(1, Policies.lru(), () -> 0, Runnable::run).newTable(entry -> {});

  private static EntryTable<Object, Integer> table(int stripes) {
    var locks = new ReentrantLock[stripes];
    Arrays.setAll(locks, i -> new ReentrantLock());
    return new EntryTable<>(locks);
  }

  private MemoryEntry<Object, Integer> entry(Object key, int value) {
    return MemoryEntry.lasting(owner, key, value, 1, false);
  }

  private @Nullable Integer get(EntryTable<Object, Integer> table, Object key) {
    MemoryEntry<Object, Integer> found = table.find(key, (int) owner.hash(key));
    return found == null ? null : found.value();
  }

  /** A key whose hash is that of many others. */
  private record Clash(int id) {
    @Override
    public int hashCode() {
      return 7;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 64})
  void isAMapWhateverIsDoneToIt(int stripes) {
    var random = seed.random();
    var table = table(stripes);
    Map<Object, MemoryEntry<Object, Integer>> reference = new HashMap<>();
    for (int step = 0; step < 100_000; step++) {
      Object key = random.nextInt(20) == 0 ? new Clash(random.nextInt(50)) : random.nextInt(3_000);
      MemoryEntry<Object, Integer> there = reference.get(key);
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> {
          MemoryEntry<Object, Integer> entry = entry(key, step);
          assertThat(table.put(entry)).as("seed %s", seed).isSameAs(reference.put(key, entry));
        }
        case 3 ->
          assertThat(table.remove(key, (int) owner.hash(key)))
              .as("seed %s", seed)
              .isSameAs(reference.remove(key));
        case 4 -> {
          if (there != null) {
            assertThat(table.remove(there)).as("seed %s", seed).isTrue();
            assertThat(table.remove(there)).as("seed %s", seed).isFalse();
            reference.remove(key);
          }
        }
        default ->
          assertThat(table.find(key, (int) owner.hash(key))).as("seed %s", seed).isSameAs(there);
      }
      assertThat(table.size()).as("seed %s", seed).isEqualTo(reference.size());
    }
    Set<MemoryEntry<Object, Integer>> seen = new HashSet<>();
    table.forEach(seen::add);
    assertThat(seen).as("seed %s", seed).isEqualTo(new HashSet<>(reference.values()));
  }

  /** A key as the compiler makes it: its hash code is that of many others. */
  private record Cell(int row, int column) {}

  @Test
  void compositeKeysWhoseHashCodesCollideAreAllKept() {
    var table = table(64);
    int side = 300;
    for (int i = 0; i < side * side; i++) {
      assertThat(table.put(entry(new Cell(i / side, i % side), i))).isNull();
    }
    assertThat(table.size()).isEqualTo(side * side);
    for (int i = 0; i < side * side; i++) {
      assertThat(get(table, new Cell(i / side, i % side))).isEqualTo(i);
    }
  }

  @Test
  void keysWithOneHashCodeAreAllKeptWhileTheTableGrowsAndShrinks() {
    var table = table(64);
    int clashes = 2_000;
    for (int id = 0; id < clashes; id++) {
      assertThat(table.put(entry(new Clash(id), id))).isNull();
      table.put(entry(id, id));
    }
    assertThat(table.size()).isEqualTo(2 * clashes);
    MemoryEntry<Object, Integer> replaced = requireNonNull(
        table.put(entry(new Clash(7), -7)), "the one with the same key and no other");
    assertThat(replaced.key()).isEqualTo(new Clash(7));
    for (int id = 0; id < clashes; id++) {
      assertThat(get(table, new Clash(id))).isEqualTo(id == 7 ? -7 : id);
      assertThat(get(table, id)).isEqualTo(id);
      Clash key = new Clash(id);
      assertThat(table.remove(key, (int) owner.hash(key))).isNotNull();
    }
    assertThat(table.size()).isEqualTo(clashes);
  }

  /** While the table grows, readers lose their way: they must find it again. */
  @Test
  void nothingIsOutOfSightWhileTheTableGrows() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      for (int round = 0; round < 20; round++) {
        var table = table(2);
        int always = 50;
        for (int key = 0; key < always; key++) {
          table.put(entry(key, key));
        }
        var done = new AtomicBoolean();
        List<Future<?>> readers = new ArrayList<>();
        readers.add(pool.submit(() -> {
          while (!done.get()) {
            for (int key = 0; key < always; key++) {
              assertThat(get(table, key)).isEqualTo(key);
            }
          }
        }));
        readers.add(pool.submit(() -> {
          while (!done.get()) {
            Set<Object> seen = new HashSet<>();
            table.forEach(entry -> seen.add(entry.key()));
            for (int key = 0; key < always; key++) {
              assertThat(seen).contains(key);
            }
          }
        }));
        Future<?> writer = pool.submit(() -> {
          for (int key = always; key < 20_000; key++) {
            table.put(entry(key, key));
            if (key % 3 == 0) {
              table.remove(requireNonNull(table.find(key, (int) owner.hash(key))));
            }
          }
        });
        writer.get();
        done.set(true);
        for (Future<?> reader : readers) {
          reader.get();
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** An iteration that began when the table was small, and goes on while it grows. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 64})
  void anIterationFindsEachEntryOnceWhileTheTableGrows(int stripes) {
    var random = seed.random();
    for (int round = 0; round < 200; round++) {
      var table = table(stripes);
      int first = 1 + random.nextInt(500);
      int key = 0;
      while (key < first) {
        table.put(entry(key, key++));
      }
      List<Object> seen = new ArrayList<>();
      for (MemoryEntry<Object, Integer> entry : table) {
        seen.add(entry.key());
        for (int more = random.nextInt(8); more > 0; more--) {
          table.put(entry(key, key++));
        }
        table.put(entry(random.nextInt(first), -1)); // in place of one that is there
      }
      assertThat(seen).as("seed %s", seed).doesNotHaveDuplicates();
      for (int there = 0; there < first; there++) {
        assertThat(seen).as("seed %s", seed).contains(there);
      }
    }
  }
}
