package io.intelligentcache.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Compares the replay with simple reference implementations of the policies. */
final class ReplayTest {
  private static final int REQUESTS = 20_000;
  private static final int KEYS = 2_000;

  @Test
  void lruHitsAreThoseOfALinkedMapWhereEntriesAreBounded() {
    Trace trace = trace(false);

    for (int capacity : new int[] {1, 10, 200, KEYS}) {
      assertThat(hits(trace, PolicyChoice.LRU, capacity)).isEqualTo(plainLru(trace, capacity));
    }
  }

  @Test
  void lruHitsAreThoseOfALinkedMapWhereBytesAreBounded() {
    Trace trace = trace(true);

    for (int capacity : new int[] {1, 999, 50_000, 10_000_000}) {
      assertThat(hits(trace, PolicyChoice.LRU, capacity)).isEqualTo(plainLru(trace, capacity));
    }
  }

  @Test
  void lfuHitsAreThoseOfASortedMap() {
    Trace trace = trace(false);

    for (int capacity : new int[] {1, 10, 200}) {
      assertThat(hits(trace, PolicyChoice.LFU, capacity)).isEqualTo(plainLfu(trace, capacity));
    }
  }

  @Test
  void everythingFitsIntoACacheOfAllKeys() {
    Trace trace = trace(true);
    for (PolicyChoice policy : PolicyChoice.values()) {
      HitCount count = new Replay(trace, policy, trace.uniqueBytes(), TtlMode.NONE)
          .run(1, done -> {})
          .get(0);

      assertThat(count.requests() - count.hits()).isEqualTo(trace.uniqueKeys());
      assertThat(count.bytes() - count.hitBytes()).isEqualTo(trace.uniqueBytes());
    }
  }

  @Test
  void withoutSizesThereIsNoByteHitRatio() {
    assertThat(new Replay(trace(false), PolicyChoice.LRU, 10, TtlMode.NONE)
            .run(1, done -> {})
            .get(0)
            .byteHitRatio())
        .isEqualTo(-1);
  }

  @Test
  void windowsAddUpToTheWhole() {
    Trace trace = trace(true);
    for (int phases : new int[] {1, 3, 7, REQUESTS}) {
      List<HitCount> windows =
          new Replay(trace, PolicyChoice.LRU, 50_000, TtlMode.NONE).run(phases, done -> {});

      assertThat(windows).hasSize(phases);
      assertThat(windows.stream().reduce(HitCount.ZERO, HitCount::plus))
          .isEqualTo(new Replay(trace, PolicyChoice.LRU, 50_000, TtlMode.NONE)
              .run(1, done -> {})
              .get(0));
    }
  }

  private static long hits(Trace trace, PolicyChoice policy, long capacity) {
    return hits(trace, policy, capacity, TtlMode.NONE);
  }

  private static long hits(Trace trace, PolicyChoice policy, long capacity, TtlMode ttls) {
    return new Replay(trace, policy, capacity, ttls).run(1, done -> {}).get(0).hits();
  }

  private static long plainLru(Trace trace, long capacity) {
    var cache = new LinkedHashMap<Integer, Long>(16, 0.75f, true);
    long used = 0;
    long hits = 0;
    for (int i = 0; i < trace.requests(); i++) {
      int key = trace.key(i);
      if (cache.get(key) != null) {
        hits++;
        continue;
      }
      long weight = trace.weight(key);
      if (weight > capacity) {
        continue;
      }
      var oldest = cache.entrySet().iterator();
      while (used + weight > capacity) {
        used -= oldest.next().getValue();
        oldest.remove();
      }
      cache.put(key, weight);
      used += weight;
    }
    return hits;
  }

  /** The count of a new entry starts at the count of the entry that was evicted last. */
  private static long plainLfu(Trace trace, int capacity) {
    record Use(long count, int last) {}
    Comparator<Map.Entry<Integer, Use>> leastUsed = Comparator.comparing(
            (Map.Entry<Integer, Use> entry) -> entry.getValue().count())
        .thenComparing(entry -> entry.getValue().last());
    var cache = new HashMap<Integer, Use>();
    long floor = 0;
    long hits = 0;
    for (int i = 0; i < trace.requests(); i++) {
      Use use = cache.get(trace.key(i));
      if (use != null) {
        hits++;
        cache.put(trace.key(i), new Use(use.count() + 1, i));
        continue;
      }
      if (cache.size() == capacity) {
        Map.Entry<Integer, Use> victim =
            cache.entrySet().stream().min(leastUsed).orElseThrow();
        floor = victim.getValue().count();
        cache.remove(victim.getKey());
      }
      cache.put(trace.key(i), new Use(floor + 1, i));
    }
    return hits;
  }

  private static Trace trace(boolean sized) {
    var random = new SplittableRandom(42);
    var trace = new TraceBuilder();
    for (int i = 0; i < REQUESTS; i++) {
      int key = (int) (KEYS * Math.pow(random.nextDouble(), 3));
      trace.add("key" + key, sized ? 1 + key * 7919 % 1_000 : 0);
    }
    return trace.build();
  }

  @Test
  void whatHasExpiredMakesRoomUnlessExpiryIsLazy() {
    var builder = new TraceBuilder();
    add(builder, 0, 0, 0); // ten keys without TTL,
    add(builder, 10, 10, 1_000); // ten with a TTL of ten seconds,
    add(builder, 20, 10, 60_000); // ten more after those have expired,
    add(builder, 0, 0, 61_000); // and the first ten again
    Trace trace = builder.build();
    assertThat(hits(trace, PolicyChoice.LRU, 20, TtlMode.PROMPT)).isEqualTo(10);
    assertThat(hits(trace, PolicyChoice.LRU, 20, TtlMode.LAZY)).isZero();
  }

  private static void add(TraceBuilder trace, long firstKey, long ttlSeconds, long millis) {
    for (long key = firstKey; key < firstKey + 10; key++) {
      trace.add(key, 1, ttlSeconds, millis);
    }
  }

  @Test
  void anExpiredValueIsAMissHoweverItIsFoundOut() {
    var builder = new TraceBuilder();
    for (int second : new int[] {0, 5, 9, 10, 19, 20}) {
      builder.add(1L, 1, 10, second * 1_000L);
    }
    Trace trace = builder.build();
    for (TtlMode mode : List.of(TtlMode.PROMPT, TtlMode.LAZY)) {
      assertThat(hits(trace, PolicyChoice.LRU, 20, mode)).as("%s", mode).isEqualTo(3);
    }
    assertThat(hits(trace, PolicyChoice.LRU, 20)).isEqualTo(5);
  }
}
