package io.intelligentcache.bench.measure;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws numbers from 0. The probability of the n-th number is proportional to 1 / n^skew. */
public final class Zipf {
  private final double[] cumulated;

  public Zipf(int count, double skew) {
    cumulated = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += 1 / Math.pow(i + 1, skew);
      cumulated[i] = sum;
    }
  }

  public int next(SplittableRandom random) {
    int found = Arrays.binarySearch(cumulated, random.nextDouble(cumulated[cumulated.length - 1]));
    return Math.min(found < 0 ? -found - 1 : found, cumulated.length - 1);
  }
}
