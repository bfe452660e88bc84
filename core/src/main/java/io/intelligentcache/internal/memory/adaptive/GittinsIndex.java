package io.intelligentcache.internal.memory.adaptive;

/**
 * The Gittins index of an entry of some age: the best rate of hits per unit of time that can be had
 * by keeping it until some later age of our choice.
 *
 * <p>It turns "how likely is it to come back at which age" into one number that says who is to stay.
 * Where the chance falls with age, this orders entries as LRU does; where it is the same at all
 * ages, by frequency as LFU does; where it rises, as in a loop, it keeps those that are nearest to
 * their return. (J. C. Gittins, "Bandit processes and dynamic allocation indices", 1979.)
 *
 * <p>Worked out from the oldest bucket down: an entry that is kept over a stretch of buckets yields
 * P hits in D time with a chance S to be left over at its end. A younger stretch takes in the older
 * one beyond it as long as that raises its rate; so each bucket is pushed and popped once.
 */
final class GittinsIndex {
  private final float[] hits = new float[ReuseAges.BUCKETS];
  private final float[] time = new float[ReuseAges.BUCKETS];
  private final float[] left = new float[ReuseAges.BUCKETS];

  /**
   * Writes the logarithm of the index of each bucket.
   *
   * @param hazard the chance of a return in each bucket, of those that reach it
   * @param buckets how many
   * @param scale what one octave is worth
   * @param out where to
   * @param at index of the first bucket there
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
