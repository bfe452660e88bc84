package io.intelligentcache.internal.memory.adaptive;

/**
 * The Gittins index of an entry of some age: the best rate of hits per unit of time that can be had by keeping
 * it until some later age that we choose.
 *
 * <p>It turns the probabilities of a return at each age into one number that says which entry to keep. Where
 * the probability falls with age, this orders entries as LRU does. Where it is the same at all ages, this
 * orders them by frequency as LFU does. Where it rises, as in a loop, it keeps the entries that are nearest to
 * their return. (J. C. Gittins, "Bandit processes and dynamic allocation indices", 1979.)
 *
 * <p>Computed from the oldest bucket down: an entry that is kept over a stretch of buckets yields P hits in D
 * time, and is still there at the end with probability S. A younger stretch is merged with the older one after
 * it as long as that raises its rate. So each bucket is pushed and popped once.
 */
final class GittinsIndex {
  private final float[] hits = new float[ReuseAges.BUCKETS];
  private final float[] time = new float[ReuseAges.BUCKETS];
  private final float[] left = new float[ReuseAges.BUCKETS];

  /**
   * Writes the logarithm of the index of each bucket.
   *
   * @param hazard the probability of a return in each bucket, given that the bucket is reached
   * @param buckets how many
   * @param scale the value of one octave in the output
   * @param out receives the logarithms
   * @param at index of the first bucket in {@code out}
   */
  void index(float[] hazard, int buckets, float scale, short[] out, int at) {
    int top = -1;
    for (int b = buckets - 1; b >= 0; b--) {
      float p = hazard[b];
      float d = ReuseAges.width(b) * (1 - p / 2);
      float s = 1 - p;
      while (top >= 0 && hits[top] * d > p * time[top]) {
        p += s * hits[top];
        d += s * time[top];
        s *= left[top];
        top--;
      }
      out[at + b] = (short) (scale * Log2.of(p / d));
      top++;
      hits[top] = p;
      time[top] = d;
      left[top] = s;
    }
  }
}
