package io.intelligentcache.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.bench.MemoryWorkloads.Reached;
import io.intelligentcache.bench.MemoryWorkloads.Walk;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each contender under each workload, without the clock. */
final class MemoryWorkloadsTest {
  private static final int OPERATIONS = 100_000;

  @ParameterizedTest
  @EnumSource
  void readsAlwaysHit(Contender contender) {
    MemoryWorkloads running = open(contender, Workload.READ);
    Walk walk = walk(0, 1);
    for (int i = 0; i < OPERATIONS; i++) {
      assertThat(running.read(walk)).isNotNull();
    }
    running.close();
  }

  @ParameterizedTest
  @EnumSource
  void readsStillHitAfterOverwrites(Contender contender) {
    MemoryWorkloads running = open(contender, Workload.MIXED);
    Walk walk = walk(0, 1);
    for (int i = 0; i < OPERATIONS; i++) {
      assertThat(running.mixed(walk)).isNotNull();
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
      assertThat(running.loading(walk, reached)).isNotNull();
    }
    running.close();
    assertThat(reached.hits + reached.misses).isEqualTo(OPERATIONS);
    // A cache that knew the popularities would reach 0.94; one that held half the keys, any half,
    // 0.5.
    assertThat((double) reached.hits / OPERATIONS).isBetween(0.7, 0.94);
  }

  @Test
  void writesFindMostOfTheirKeysGone() {
    MemoryWorkloads running = open(Contender.CAFFEINE, Workload.WRITE);
    Walk walk = walk(0, 1);
    for (int i = 0; i < OPERATIONS; i++) {
      assertThat(running.write(walk)).isNotNull();
    }
    running.contender = Contender.CAFFEINE;
    assertThatThrownBy(() -> {
          Walk reading = walk(0, 1);
          for (int i = 0; i < OPERATIONS; i++) {
            running.read(reading);
          }
        })
        .isInstanceOf(IllegalStateException.class);
    running.close();
  }

  @Test
  void threadsShareTheRequestsOut() {
    int threads = 3;
    var seen = new HashSet<Integer>();
    for (int thread = 0; thread < threads; thread++) {
      Walk walk = walk(thread, threads);
      int first = walk.next();
      for (int at = first; seen.add(at); ) {
        at = walk.next();
      }
      assertThat(seen).contains(first);
    }
    assertThat(seen).hasSize(Workload.REQUESTS);
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
