package io.intelligentcache.tier;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.internal.base.Utf8;

/**
 * One key space: a cache, or one tenant's part of it. Keys of different spaces never collide, in any tier,
 * whatever characters the names contain.
 *
 * @param cache the cache's name, 1 to {@value #MAX_NAME_BYTES} bytes of UTF-8
 * @param tenant the tenant's id, at most {@value #MAX_NAME_BYTES} bytes of UTF-8; empty for the cache's own
 *     space
 */
public record Space(String cache, String tenant) {
  /** The most bytes of UTF-8 that a cache's name or a tenant's id may take. */
  public static final int MAX_NAME_BYTES = 512;

  /**
   * Refuses an empty cache name, and names that are too long or not valid Unicode.
   *
   * @param cache see above
   * @param tenant see above
   */
  public Space {
    requireNonNull(cache, "cache");
    requireNonNull(tenant, "tenant");
    if (cache.isEmpty()) {
      throw new IllegalArgumentException("a cache's name must not be empty");
    }
    check("a cache's name", cache);
    check("a tenant's id", tenant);
  }

  private static void check(String what, String name) {
    int bytes = Utf8.encode(name).length;
    if (bytes > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(what + " may take " + MAX_NAME_BYTES
          + " bytes of UTF-8, this one takes " + bytes + ": " + name.substring(0, 32) + "...");
    }
  }
}
