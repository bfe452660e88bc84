package io.intelligentcache.cli.chaos.judge;

import io.intelligentcache.TieredCache;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A removal of many keys at once.
 *
 * @param pattern which keys; null for all
 */
public record Sweep(@Nullable Pattern pattern) {
  private static final int MATCHING_OF = 3;
  private static final int DIGITS = 10;

  /** Draws one: a third clears the cache, the others remove the keys that end in some digit. */
  public static Sweep any(SplittableRandom random) {
    if (random.nextInt(MATCHING_OF) == 0) {
      return ofAll();
    }
    int digit = random.nextInt(DIGITS);
    return new Sweep(Pattern.compile(".*[" + digit + (digit + 5) % DIGITS + "]"));
  }

  /** One that removes one key. */
  public static Sweep of(String key) {
    return new Sweep(Pattern.compile(Pattern.quote(key)));
  }

  /** One that removes all keys. */
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
