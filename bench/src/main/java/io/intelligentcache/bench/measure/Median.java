package io.intelligentcache.bench.measure;

import java.util.Collection;
import java.util.function.ToDoubleFunction;

/** Calculates the median. */
public final class Median {
  private Median() {}

  /** The median of a figure of the samples; NaN if there are none. */
  public static <T> double of(Collection<T> samples, ToDoubleFunction<T> figure) {
    double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
