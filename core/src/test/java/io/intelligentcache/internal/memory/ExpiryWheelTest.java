package io.intelligentcache.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jol.info.GraphLayout;

final class ExpiryWheelTest {
  private static final int SLOTS = 500;
  private static final long SECOND = 1_000_000_000L;
  private static final long TICK = 1L << 26;

  @RegisterExtension
  private final Seed seed = new Seed();

  private final long[] deadlines = new long[SLOTS];

  /** Clocks that start anywhere: System.nanoTime() promises nothing about it. */
  @ParameterizedTest
  @ValueSource(longs = {0, 77, -5 * SECOND, Long.MAX_VALUE - 20 * SECOND, Long.MIN_VALUE})
  void tellsOfEachOnceWithinTwoTicksOfItsDeadlineAndNeverBefore(long start) {
    var random = seed.random();
    Arrays.fill(deadlines, ExpiryWheel.NEVER);
    var wheel = new ExpiryWheel(slot -> deadlines[slot], start);
    Map<Integer, Long> waiting = new HashMap<>();
    long now = start;
    for (int step = 0; step < 20_000; step++) {
      int slot = random.nextInt(SLOTS);
      if (random.nextBoolean()) {
        waiting.remove(slot);
        deadlines[slot] = ExpiryWheel.NEVER;
      } else {
        deadlines[slot] = now + reach(random);
        waiting.put(slot, deadlines[slot]);
        wheel.schedule(slot, SLOTS);
      }
      now += step % 100 == 0 ? reach(random) : random.nextLong(TICK);
      long time = now;
      List<Integer> expired = new ArrayList<>();
      while (!wheel.advance(time, 7, expired::add)) {
        assertThat(expired.size()).as("seed %s", seed).isLessThanOrEqualTo(SLOTS);
      }
      for (int gone : expired) {
        assertThat(waiting).as("seed %s", seed).containsKey(gone);
        assertThat(deadlines[gone] - time).as("too early, seed %s", seed).isLessThanOrEqualTo(0);
        waiting.remove(gone);
        deadlines[gone] = ExpiryWheel.NEVER;
      }
      waiting.forEach((left, deadline) ->
          assertThat(time - deadline).as("too late, seed %s", seed).isLessThan(2 * TICK));
      for (int there : waiting.keySet()) {
        assertThat(wheel.awaits(there)).as("seed %s", seed).isTrue();
      }
    }
  }

  /** From a moment to some days, each order of magnitude as often. */
  private static long reach(Random random) {
    return 1 + random.nextLong(1L << (10 + random.nextInt(40)));
  }

  @Test
  void looksAtNoMoreThanItIsAllowedTo() {
    var wheel = new ExpiryWheel(slot -> SECOND, 0);
    for (int slot = 0; slot < SLOTS; slot++) {
      wheel.schedule(slot, SLOTS);
    }
    List<Integer> expired = new ArrayList<>();
    assertThat(wheel.advance(10 * SECOND, 100, expired::add)).isFalse();
    assertThat(expired).hasSize(100);
  }

  @Test
  void takesNoRoomUntilSomethingExpires() {
    assertThat(GraphLayout.parseInstance(new ExpiryWheel(slot -> 0, 0)).totalSize())
        .isLessThan(2_000);
  }
}
