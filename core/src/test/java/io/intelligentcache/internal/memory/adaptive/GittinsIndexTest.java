package io.intelligentcache.internal.memory.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class GittinsIndexTest {
  private static final int BUCKETS = 60;

  @Test
  void isTheBestRateOverAllHorizons() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      float[] hazard = new float[BUCKETS];
      for (int b = 0; b < BUCKETS; b++) {
        hazard[b] = 1e-4f + 0.9f * random.nextFloat() * random.nextFloat() * random.nextFloat();
      }
      short[] index = index(hazard);
      for (int b = 0; b < BUCKETS; b++) {
        assertThat(index[b] / 256.0)
            .isCloseTo(Math.log(best(hazard, b)) / Math.log(2), within(0.03));
      }
    }
  }

  @Test
  void fallsWithAgeWhereReturnsGetRarer() {
    float[] hazard = new float[BUCKETS];
    for (int b = 0; b < BUCKETS; b++) {
      hazard[b] = Math.min(0.5f, 0.3f * ReuseAges.width(b) / ReuseAges.start(b));
    }
    short[] index = index(hazard);
    for (int b = 1; b < BUCKETS; b++) {
      assertThat(index[b]).isLessThanOrEqualTo(index[b - 1]);
    }
  }

  @Test
  void risesTowardsTheReturnInALoop() {
    float[] hazard = new float[BUCKETS];
    java.util.Arrays.fill(hazard, 1e-5f);
    hazard[40] = 0.95f;
    short[] index = index(hazard);
    for (int b = 20; b <= 40; b++) {
      assertThat(index[b]).isGreaterThan(index[b - 1]);
    }
  }

  private static short[] index(float[] hazard) {
    short[] index = new short[BUCKETS];
    new GittinsIndex().index(hazard, BUCKETS, 256, index, 0);
    return index;
  }

  private static double best(float[] hazard, int from) {
    double best = 0;
    double hits = 0;
    double time = 0;
    double left = 1;
    for (int b = from; b < BUCKETS; b++) {
      hits += left * hazard[b];
      time += left * ReuseAges.width(b) * (1 - hazard[b] / 2);
      left *= 1 - hazard[b];
      best = Math.max(best, hits / time);
    }
    return best;
  }
}
