package io.intelligentcache.internal.memory;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Seed;
import io.intelligentcache.internal.memory.adaptive.AdaptivePolicy;
import io.intelligentcache.internal.memory.policy.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MemoryEngineTest {
  private static final int CAPACITY = 1_000;
  private static final long SECOND = 1_000_000_000L;

  @RegisterExtension
  private final Seed seed = new Seed();

  /** A table that discards at once whoever has to leave. */
  private final class Table {
    final MemoryTable<Integer, Integer> table;
    final Queue<Integer> left = new ConcurrentLinkedQueue<>();
    private final MemoryEngine engine;

    Table(MemoryEngine engine) {
      this.engine = engine;
      table = engine.newTable(this::discard);
      tables.add(this);
    }

    private void discard(MemoryEntry<Integer, Integer> entry) {
      left.add(entry.key());
      table.discard(entry);
    }

    void put(int key, int value, int weight) {
      synchronized (Integer.toString(key).intern()) {
        table.put(table.lasting(key, value, weight, false));
      }
      engine.settle();
    }

    void putExpiring(int key, int value, int weight, long deadlineNanos) {
      synchronized (Integer.toString(key).intern()) {
        table.put(table.expiring(key, value, weight, deadlineNanos, false));
      }
      engine.settle();
    }

    void remove(int key) {
      synchronized (Integer.toString(key).intern()) {
        table.remove(key);
      }
      engine.settle();
    }

    long weight() {
      long sum = 0;
      for (MemoryEntry<Integer, Integer> entry : table.entries()) {
        sum += entry.weight();
      }
      return sum;
    }
  }

  /** The time on the clock of all engines of a test. */
  private long now;

  private final List<MemoryEngine> engines = new ArrayList<>();
  private final List<Table> tables = new ArrayList<>();

  private MemoryEngine engine(long capacity, Policy policy) {
    var engine = new MemoryEngine(capacity, policy, () -> now, Runnable::run);
    engines.add(engine);
    return engine;
  }

  /**
   * Whatever a test did: the books agree with themselves and with the tables, and the policy knows
   * each resident once, so that it can name them all.
   */
  @AfterEach
  void theBooksAreRight() {
    for (MemoryEngine engine : engines) {
      Audit.of(engine);
      assertThat(engine.used()).isEqualTo(weightOfTables(engine));
      assertThat(tables).allMatch(table -> table.table.weight() == table.weight());
      engine.resize(1);
      assertThat(engine.used()).isLessThanOrEqualTo(1);
      assertThat(weightOfTables(engine)).isLessThanOrEqualTo(1);
    }
  }

  private long weightOfTables(MemoryEngine engine) {
    return tables.stream()
        .filter(table -> table.engine == engine)
        .mapToLong(Table::weight)
        .sum();
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
    var random = seed.random();
    var engine = engine(CAPACITY, policy(name));
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
            assertThat(entry.value()).as("seed %s", seed).isEqualTo(last.get(which + key));
            table.table.touch(entry);
          }
        }
      }
      assertThat(engine.used()).as("seed %s", seed).isLessThanOrEqualTo(CAPACITY);
    }
    assertThat(engine.used()).as("seed %s", seed).isEqualTo(first.weight() + second.weight());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lru", "lfu", "adaptive"})
  void keepsItsBooksUnderThreads(String name) throws Exception {
    var engine = engine(CAPACITY, policy(name));
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
    var engine = engine(10, Policies.lru());
    var table = new Table(engine);
    table.put(1, 1, 10);
    table.put(2, 2, 11);
    assertThat(table.table.peek(2)).isNull();
    assertThat(table.table.peek(1)).isNotNull();
  }

  @Test
  void anEntryThatOutgrowsTheBudgetLeaves() {
    var engine = engine(10, Policies.lru());
    var table = new Table(engine);
    table.put(1, 1, 5);
    table.put(1, 2, 50);
    assertThat(table.table.peek(1)).isNull();
    assertThat(engine.used()).isZero();
  }

  @Test
  void ranksFromTheColdestToTheHottest() {
    var engine = engine(10, Policies.lru());
    var table = new Table(engine);
    for (int key = 0; key < 5; key++) {
      table.put(key, key, 1);
    }
    MemoryEntry<Integer, Integer> hot = table.table.peek(0);
    assertThat(hot).isNotNull();
    table.table.touch(hot);
    RankedEntries ranked = engine.ranked(entry -> true);
    assertThat(ranked.weight()).isEqualTo(5);
    assertThat(IntStream.range(0, ranked.size())
            .<Object>mapToObj(i -> requireNonNull(ranked.at(i)).key()))
        .containsExactly(1, 2, 3, 4, 0);
    assertThat(engine.used()).as("nobody leaves").isEqualTo(5);
  }

  @Test
  void refusesACapacityOfNothing() {
    assertThatThrownBy(() -> engine(0, Policies.lru()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1: 0");
  }

  @Test
  void whatHasExpiredLeavesThoughNobodyAsksForIt() {
    var engine = engine(1_000, Policies.lru());
    var table = new Table(engine);
    table.putExpiring(1, 1, 10, SECOND);
    table.putExpiring(2, 2, 10, 3 * SECOND);
    table.put(3, 3, 10);
    now = 2 * SECOND;
    engine.expire();
    assertThat(table.left).containsExactly(1);
    assertThat(engine.used()).isEqualTo(20);
    now = 1_000 * SECOND;
    engine.expire();
    assertThat(table.left).containsExactly(1, 2);
  }

  @Test
  void whatHasExpiredMakesRoomBeforeAnybodyElseDoes() {
    var engine = engine(10, Policies.lru());
    var table = new Table(engine);
    table.put(1, 1, 5);
    table.putExpiring(2, 2, 5, SECOND);
    now = 2 * SECOND;
    table.put(3, 3, 5);
    assertThat(table.left).containsExactly(2);
    assertThat(table.table.peek(1)).isNotNull();
  }

  @Test
  void aReplacedEntryExpiresWhenItsSuccessorDoes() {
    var engine = engine(1_000, Policies.lru());
    var table = new Table(engine);
    table.putExpiring(1, 1, 10, SECOND);
    table.putExpiring(1, 2, 10, 100 * SECOND);
    table.putExpiring(2, 1, 10, SECOND);
    table.put(2, 2, 10);
    now = 2 * SECOND;
    engine.expire();
    assertThat(table.left).isEmpty();
    now = 101 * SECOND;
    engine.expire();
    assertThat(table.left).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lru", "lfu", "adaptive"})
  void aSmallerBudgetHoldsAtOnceAndALargerOneIsUsed(String name) {
    var engine = engine(10_000, policy(name));
    var table = new Table(engine);
    for (int key = 0; key < 10_000; key++) {
      table.put(key, key, 1);
    }
    engine.resize(100);
    assertThat(engine.used()).isLessThanOrEqualTo(100).isEqualTo(table.weight());
    assertThat(table.left).hasSizeGreaterThanOrEqualTo(9_900);
    engine.resize(5_000);
    for (int key = 20_000; key < 25_000; key++) {
      table.put(key, key, 1);
    }
    assertThat(engine.used()).isEqualTo(5_000);
  }

  /** A policy that stops, under the engine's lock, at an entry of size 7, until it is released. */
  private static final class StoppingPolicy extends ForwardingPolicy {
    final CountDownLatch stopped = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);

    StoppingPolicy() {
      super(Policies.lru());
    }

    @Override
    public long add(int slot, long hash, long size) {
      if (size == 7) {
        stopped.countDown();
        try {
          release.await();
        } catch (InterruptedException stop) {
          throw new IllegalStateException(stop);
        }
      }
      return super.add(slot, hash, size);
    }
  }

  @Test
  void aWriterGoesOnWhileAnotherSettlesAndThatOneSettlesForIt() throws Exception {
    var policy = new StoppingPolicy();
    var engine = engine(64_000, policy);
    var table = new Table(engine);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<?> settling = pool.submit(() -> table.put(0, 0, 7));
      policy.stopped.await();
      table.put(1, 1, 500);
      assertThat(engine.used()).as("pending").isEqualTo(7);
      policy.release.countDown();
      settling.get();
      assertThat(engine.used()).isEqualTo(507);
    } finally {
      policy.release.countDown();
      pool.shutdownNow();
    }
  }

  @Test
  void aWriterWaitsBeforeTooMuchIsPending() throws Exception {
    int capacity = 64_000;
    var policy = new StoppingPolicy();
    var engine = engine(capacity, policy);
    var table = new Table(engine);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Future<?> settling = pool.submit(() -> table.put(0, 0, 7));
      policy.stopped.await();
      var put = new AtomicInteger();
      Future<?> writer = pool.submit(() -> {
        for (int key = 1; key <= 100; key++) {
          table.put(key, key, 500);
          put.incrementAndGet();
        }
      });
      await().until(() -> put.get() >= 2);
      await().during(Duration.ofMillis(50)).until(() -> !writer.isDone());
      assertThat(put.get() * 500).as("1/64 of the budget").isLessThanOrEqualTo(capacity / 64);
      policy.release.countDown();
      settling.get();
      writer.get();
    } finally {
      policy.release.countDown();
      pool.shutdownNow();
    }
  }

  @Test
  void whatAnOwnerThrowsEndsInTheEngineAndItsEntryIsGone() {
    MemoryEngine engine = engine(CAPACITY, Policies.lru());
    MemoryTable<Integer, Integer> failing = engine.newTable(entry -> {
      throw new NoClassDefFoundError("owner");
    });
    for (int key = 0; key < 10; key++) {
      failing.put(failing.expiring(key, key, 50, 10 * SECOND, false));
      engine.settle();
    }
    Table other = new Table(engine);
    for (int key = 0; key < 20; key++) {
      other.put(key, key, 40);
    }
    assertThat(other.table.size()).isEqualTo(20);
    assertThat(failing.size()).isEqualTo(4);
    now = 20 * SECOND;
    engine.expire();
    assertThat(failing.size()).isZero();
    failing.put(failing.lasting(1, 1, 50, false));
    engine.settle();
    engine.resize(1);
    assertThat(failing.size()).isZero();
  }

  @Test
  void aChoreThatFailsOrFindsNoThreadFailsNobodysChange() {
    var chores = new AtomicInteger();
    Policy policy = new ForwardingPolicy(Policies.lru()) {
      @Override
      public Runnable chore() {
        return () -> {
          chores.incrementAndGet();
          throw new OutOfMemoryError("chore");
        };
      }
    };
    var noThreads = new MemoryEngine(CAPACITY, policy, () -> now, chore -> {
      throw new OutOfMemoryError("unable to create native thread");
    });
    engines.add(noThreads);
    Table table = new Table(noThreads);
    table.put(1, 1, 10);
    table.put(2, 2, 10);
    assertThat(chores).hasPositiveValue();
    assertThat(table.table.size()).isEqualTo(2);
  }

  /** A key whose hash is whatever its test says. */
  private static final class Fickle {
    int hash;
    boolean fails;

    @Override
    public int hashCode() {
      if (fails) {
        throw new IllegalStateException("hashCode");
      }
      return hash;
    }
  }

  @Test
  void anEntryIsDiscardedWhateverHasBecomeOfTheHashOfItsKey() {
    MemoryEngine engine = engine(CAPACITY, Policies.lru());
    AtomicInteger told = new AtomicInteger();
    List<MemoryTable<Fickle, Integer>> table = new ArrayList<>();
    table.add(engine.newTable(entry -> {
      told.incrementAndGet();
      table.get(0).discard(entry);
    }));
    List<Fickle> keys = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      var key = new Fickle();
      keys.add(key);
      table.get(0).put(table.get(0).lasting(key, i, 100, false));
      engine.settle();
    }
    keys.forEach(key -> key.hash = 17);
    keys.get(3).fails = true;
    Audit.of(engine);
    assertThatThrownBy(() -> table.get(0).lasting(keys.get(3), 1, 100, false))
        .hasMessage("hashCode");
    engine.resize(100);
    engine.resize(1);
    assertThat(told).hasValue(10);
    assertThat(table.get(0).size()).isZero();
  }
}
