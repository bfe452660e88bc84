package io.intelligentcache.cli.chaos.judge;

import io.intelligentcache.TieredCache;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A removal of many keys at once.
 *
 * @param pattern the keys to remove; null for all
 */
public record Sweep(@Nullable Pattern pattern) {
  private static final int MATCHING_OF = 3;
  private static final int DIGITS = 10;

  /**
   * Draws a sweep. A third of the sweeps clear the cache, the others remove the keys
   * that end in one of two digits.
   */
  public static Sweep any(SplittableRandom random) {
    if (random.nextInt(MATCHING_OF) == 0) {
      return ofAll();
    }
    int digit = random.nextInt(DIGITS);
    return new Sweep(Pattern.compile(".*[" + digit + (digit + 5) % DIGITS + "]"));
  }

  /** A sweep of one key. */
  public static Sweep of(String key) {
    return new Sweep(Pattern.compile(Pattern.quote(key)));
  }

  /** A sweep of all keys. */
  public static Sweep ofAll() {
    return new Sweep(null);
  }

  public boolean covers(String key) {
    return pattern == null || pattern.matcher(key).matches();
  }

  public void run(TieredCache<String, String> cache) {
    if (pattern == null) {
      cache.clear();
    } else {
      cache.invalidateMatching(pattern.pattern());
    }
  }
}
