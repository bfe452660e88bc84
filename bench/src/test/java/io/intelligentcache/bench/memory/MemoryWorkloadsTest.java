package io.intelligentcache.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.bench.memory.MemoryWorkloads.Reached;
import io.intelligentcache.bench.memory.MemoryWorkloads.Walk;
import io.intelligentcache.bench.memory.peers.BareMap;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs each contender in each workload, without timing. */
final class MemoryWorkloadsTest {
  private static final int OPERATIONS = 100_000;

  /** There is room for a sixteenth of the written keys. */
  private static final int ROOM = OPERATIONS / 16;

  @ParameterizedTest
  @EnumSource
  void readsAlwaysHitAlsoAfterOverwrites(Contender contender) {
    MemoryWorkloads running = open(contender, Workload.MIXED);
    Walk walk = walk(0, 1);
    for (int i = 0; i < OPERATIONS; i++) {
      running.mixed(walk);
      running.read(walk); // throws if it misses
    }
    running.close();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MAP")
  void loadingReachesTheHitRatioThatTheSkewAllows(Contender contender) {
    MemoryWorkloads running = open(contender, Workload.LOADING);
    Walk walk = walk(0, 1);
    var reached = new Reached();
    for (int i = 0; i < OPERATIONS; i++) {
      running.loading(walk, reached);
    }
    running.close();
    assertThat(reached.hits + reached.misses).isEqualTo(OPERATIONS);
    // A cache that knew the popularities would reach 0.94; one with any half of the keys, 0.5.
    assertThat((double) reached.hits / OPERATIONS).isBetween(0.7, 0.94);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MAP")
  void writesAskForKeysThatAreGone(Contender contender) {
    MemoryWorkloads running = open(contender, Workload.WRITE);
    Walk walk = walk(0, 1);
    var reached = new Reached();
    for (int i = 0; i < OPERATIONS; i++) {
      running.loading(walk, reached); // the same requests; counts which were found
    }
    running.close();
    assertThat(reached.hits).isLessThan(2 * ROOM);
  }

  @ParameterizedTest
  @CsvSource({"READ, 0", "MIXED, 25000", "WRITE, 100000"})
  void putsItsShareOfTheOperations(Workload workload, long puts) {
    var counting = new Counting();
    var running = new MemoryWorkloads();
    running.open(workload, counting);
    counting.puts = 0;
    Walk walk = walk(0, 1);
    for (int i = 0; i < OPERATIONS; i++) {
      switch (workload) {
        case READ -> running.read(walk);
        case MIXED -> running.mixed(walk);
        case WRITE -> running.write(walk);
        case LOADING, METADATA -> throw new AssertionError(workload);
      }
    }
    assertThat(counting.puts).isEqualTo(puts);
    assertThat(counting.gets).isEqualTo(OPERATIONS - puts);
  }

  @Test
  void everyRequestIsOneThreadsAndComesBackToIt() {
    int threads = 3;
    var seen = new BitSet();
    for (int thread = 0; thread < threads; thread++) {
      Walk walk = walk(thread, threads);
      int first = walk.next();
      int at = first;
      do {
        if (seen.get(at)) {
          throw new AssertionError("request " + at + " is another thread's too");
        }
        seen.set(at);
        at = walk.next();
      } while (at != first);
    }
    assertThat(seen.cardinality()).isEqualTo(Workload.REQUESTS);
  }

  /** A map that counts its calls. */
  private static final class Counting implements CacheUnderTest {
    private final BareMap map = new BareMap();
    private long puts;
    private long gets;

    @Override
    public void put(String key, String value) {
      puts++;
      map.put(key, value);
    }

    @Override
    public @Nullable String get(String key) {
      gets++;
      return map.get(key);
    }

    @Override
    public void close() {
      map.close();
    }
  }

  private static MemoryWorkloads open(Contender contender, Workload workload) {
    var running = new MemoryWorkloads();
    running.contender = contender;
    running.open(workload);
    return running;
  }

  private static Walk walk(int thread, int threads) {
    var walk = new Walk();
    walk.begin(thread, threads);
    return walk;
  }
}
