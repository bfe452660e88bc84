package io.intelligentcache.internal.memory.adaptive;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Effort;
import io.intelligentcache.internal.memory.policy.Policy;
import io.intelligentcache.internal.memory.size.UsedHeap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Effort.class)
class AdaptivePolicyTest {
  private static final int CALLS = Effort.of(20_000, 200_000, "random calls");
  private static final int MEASURED_SLOTS = Effort.of(120_000, 600_000, "slots in memory");

  @Test
  void keepsPartOfALoopThatIsALittleTooLarge() {
    long[] keys = Workload.loop(60_000, 1_200);

    assertThat(Workload.lru(keys, 1_000)).isZero();
    assertThat(Workload.adaptive(keys, 1_000)).isGreaterThan(0.7);
  }

  @Test
  void beatsLruWhereScansPassThroughPopularKeys() {
    long[] keys = Workload.zipfAndScans(200_000, 20_000, 1);

    double lru = Workload.lru(keys, 1_000);
    assertThat(Workload.adaptive(keys, 1_000)).isGreaterThan(lru + 0.05);
  }

  @Test
  void isNotFarBelowLruWhereOnlyRecencyCounts() {
    long[] keys = Workload.recent(200_000, 4_000, 2);

    double lru = Workload.lru(keys, 1_000);
    assertThat(lru).isGreaterThan(0.3);
    assertThat(Workload.adaptive(keys, 1_000)).isGreaterThan(lru - 0.02);
  }

  @Test
  void catchesUpWithAFreshPolicyInATenthOfAPhaseOfAnotherNature() {
    CacheModel cache = new CacheModel(1_000, new AdaptivePolicy());
    long[] web = Workload.zipf(100_000, 14_000, 3);
    long[] loop = Workload.shifted(Workload.loop(100_000, 1_200), 100_000_000);
    long[] later = Workload.shifted(Workload.zipf(100_000, 14_000, 7), 200_000_000);
    for (long[] phase : List.of(web, loop, later)) {
      CacheModel fresh = new CacheModel(1_000, new AdaptivePolicy());
      Workload.run(fresh, phase, 0, 10_000);
      Workload.run(cache, phase, 0, 10_000);

      double ofFresh = Workload.run(fresh, phase, 10_000, 20_000);
      assertThat(Workload.run(cache, phase, 10_000, 20_000)).isGreaterThan(ofFresh - 0.05);
      ofFresh = Workload.run(fresh, phase, 20_000, 100_000);
      assertThat(Workload.run(cache, phase, 20_000, 100_000)).isGreaterThan(ofFresh - 0.02);
    }
  }

  @Test
  void prefersManySmallEntriesToAFewLargeOnesOfTheSamePopularity() {
    AdaptivePolicy policy = new AdaptivePolicy();
    CacheModel cache = new CacheModel(1_000_000, policy);
    long[] keys = Workload.zipf(200_000, 4_000, 4);
    Random which = new Random(4);
    long small = 0;
    long large = 0;
    for (long key : keys) {
      boolean big = which.nextBoolean();
      cache.get(2 * key + (big ? 1 : 0), big ? 20_000 : 500);
    }
    for (int key = 0; key < 8_000; key++) {
      if (cache.contains(key)) {
        small += (key & 1) == 0 ? 1 : 0;
        large += key & 1;
      }
    }

    assertThat(small).isGreaterThan(15 * large);
  }

  @Test
  void letsALargeEntryInOnceItIsWorthIt() {
    CacheModel cache = new CacheModel(10_000, new AdaptivePolicy());
    for (int i = 0; i < 50_000; i++) {
      cache.get(1_000_000 + i, 100); // never asked for again
      if (i % 3 == 0) {
        cache.get(1, 5_000);
      }
    }

    assertThat(cache.contains(1)).isTrue();
    assertThat(cache.byteHitRatio()).isGreaterThan(0.8);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 7, 8, 9, 64, 65, 1_000, 5_000})
  void keepsItsContractUnderRandomCallsWithEntriesOfOneSize(long capacity) {
    Random random = new Random(capacity);
    CacheModel cache = new CacheModel(capacity, new AdaptivePolicy());
    int keys = (int) (3 * capacity + 2);
    for (int i = 0; i < CALLS; i++) {
      long key = (long) (keys * random.nextDouble() * random.nextDouble());
      switch (random.nextInt(40)) {
        case 0 -> cache.remove(key);
        case 1 -> cache.update(key, 1);
        case 2 -> cache.shrink(1 + random.nextInt(3));
        default -> cache.get(key);
      }
    }
    assertThat(cache.entries()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 100, 5_000, 1L << 20, 1L << 33, 1L << 50})
  void keepsItsContractUnderRandomCallsWithEntriesOfAllSizes(long capacity) {
    Random random = new Random(capacity);
    CacheModel cache = new CacheModel(capacity, new AdaptivePolicy());
    double octaves = Math.log((double) capacity) + 0.5;
    for (int i = 0; i < CALLS; i++) {
      long key = (long) (3_000 * random.nextDouble() * random.nextDouble());
      long size = 1 + (long) Math.exp(octaves * random.nextDouble() * random.nextDouble());
      switch (random.nextInt(40)) {
        case 0 -> cache.remove(key);
        case 1, 2 -> cache.update(key, size);
        case 3 -> cache.shrink(1 + (long) (capacity * random.nextDouble() / 8));
        case 4 -> cache.shrink(i % 50 == 0 ? 2 * capacity : 1);
        default -> cache.get(key, size);
      }
    }
  }

  @Test
  void findsTheLastFewAmongMillionsOfFreeSlots() {
    AdaptivePolicy policy = new AdaptivePolicy();
    int slots = 1 << 20;
    policy.ensureSlots(slots);
    for (int slot = 0; slot < slots; slot++) {
      policy.add(slot, CacheModel.hash(slot), 1);
    }
    for (int slot = 0; slot < slots; slot++) {
      if (slot != 70 && slot != 777_777) {
        policy.remove(slot);
      }
    }
    List<Integer> left = new ArrayList<>();

    assertThat(policy.makeRoom(10, 0, 0, into(left))).isTrue();

    assertThat(left).containsExactlyInAnyOrder(70, 777_777);
  }

  @Test
  void refusesRatherThanEvictManyForOne() {
    AdaptivePolicy policy = new AdaptivePolicy();
    policy.ensureSlots(10_000);
    for (int slot = 0; slot < 10_000; slot++) {
      policy.add(slot, CacheModel.hash(slot), 1);
      policy.hit(slot, 0);
      policy.hit(slot, 0);
    }
    List<Integer> left = new ArrayList<>();

    assertThat(policy.makeRoom(9_000, 42, 9_000, into(left))).isFalse();

    assertThat(left).isEmpty();
  }

  @Test
  void doesTheSameEachTime() {
    assertThat(trace(5)).isEqualTo(trace(5));
  }

  private static List<Integer> trace(int seed) {
    AdaptivePolicy policy = new AdaptivePolicy();
    policy.ensureSlots(500);
    Random random = new Random(seed);
    List<Integer> left = new ArrayList<>();
    for (int slot = 0; slot < 500; slot++) {
      policy.add(slot, random.nextLong(), 1);
    }
    for (int i = 0; i < 20_000; i++) {
      policy.hit(random.nextInt(500), 0);
      long hash = random.nextLong();
      int before = left.size();
      if (policy.makeRoom(1, hash, 1, into(left))) {
        policy.add(left.get(before), hash, 1);
      }
    }
    assertThat(left).hasSizeGreaterThan(10_000);
    return left;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 16000",
    "100, 60000",
    "1000, 160000",
    "10000, 900000",
    "100000, 7500000",
  })
  void takesNoMoreMemoryThanItsShareOfEachEntry(int capacity, long most) {
    await().atMost(Duration.ofMinutes(1)).pollInSameThread().untilAsserted(() -> {
      var policies = new ArrayList<Policy>();
      for (int i = 0; i <= MEASURED_SLOTS / (capacity + 3_000); i++) {
        policies.add(used(capacity));
      }
      int count = policies.size();
      long with = UsedHeap.bytes(); // and what other threads have at that moment
      policies.clear();
      long each = (with - UsedHeap.bytes()) / count;

      assertThat(each).isBetween(most / 4, most);
    });
  }

  private static Policy used(int capacity) {
    AdaptivePolicy policy = new AdaptivePolicy();
    CacheModel cache = new CacheModel(capacity, policy);
    for (long key : Workload.zipf(Math.max(10_000, 3 * capacity), 4 * capacity, 6)) {
      cache.get(key);
    }
    return policy;
  }

  @Test
  void givesOutOneChoreAtATimeAndWorksOnWhileItIsNotRun() {
    AdaptivePolicy policy = new AdaptivePolicy();
    CacheModel cache = new CacheModel(100, policy);
    Runnable chore = requireNonNull(policy.chore());

    for (long key : Workload.zipf(20_000, 1_000, 8)) {
      cache.get(key);
    }
    assertThat(policy.chore()).isNull();
    assertThat(cache.hitRatio()).isGreaterThan(0.2);

    chore.run();
    assertThat(policy.chore()).isNotNull();
  }

  @Test
  void learnsOnlyWhatItsChoresFindOut() {
    long[] keys = Workload.loop(20_000, 1_200);
    AdaptivePolicy idle = new AdaptivePolicy();
    CacheModel cache = new CacheModel(1_000, idle);
    assertThat(idle.chore()).isNotNull(); // and never run

    assertThat(Workload.run(cache, keys, 0, keys.length)).isLessThan(0.4);
    assertThat(Workload.adaptive(keys, 1_000)).isGreaterThan(0.6);
  }

  @Test
  void ignoresHitsOnSlotsThatItDoesNotKnow() {
    AdaptivePolicy policy = new AdaptivePolicy();
    policy.hit(0, 0);
    policy.hit(1_000_000, 0);
    policy.ensureSlots(1);
    policy.add(0, 1, 1);
    policy.remove(0);
    policy.hit(0, 0);
    List<Integer> left = new ArrayList<>();

    assertThat(policy.makeRoom(1, 0, 0, into(left))).isTrue();

    assertThat(left).isEmpty();
  }

  @Test
  void standsHitsOfManyThreadsWhileEntriesComeAndGo() throws Exception {
    int capacity = 2_000;
    AdaptivePolicy policy = new AdaptivePolicy();
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch started = new CountDownLatch(3);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> readers = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        Random random = new Random(t);
        readers.add(threads.submit(() -> {
          started.countDown();
          while (!done.get()) {
            policy.hit(random.nextInt(capacity + 100), 0);
          }
        }));
      }
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
      CacheModel cache = new CacheModel(capacity, policy, threads);
      Random random = new Random(9);
      for (int i = 0; i < 200_000; i++) {
        long key = (long) (20_000 * random.nextDouble() * random.nextDouble());
        if (i % 20 == 0) {
          cache.remove(key);
        } else {
          cache.get(key);
        }
      }
      done.set(true);
      for (Future<?> reader : readers) {
        reader.get(10, TimeUnit.SECONDS);
      }
    } finally {
      done.set(true);
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 2_000_000, Double.NaN, Double.POSITIVE_INFINITY})
  void namesTheByteWeightThatItRefuses(double weight) {
    assertThatThrownBy(() -> new AdaptivePolicy(weight))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("byteWeight must be 0 to 1000000: " + weight);
  }

  private static Policy.Victims into(List<Integer> left) {
    return slot -> {
      left.add(slot);
      return 1;
    };
  }
}
