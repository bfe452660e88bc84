package io.intelligentcache;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How one entry is to be kept, where that differs from its cache. */
public final class EntryOptions {
  private static final EntryOptions DEFAULTS = new EntryOptions(false, null);

  private final boolean hasTtl;
  private final @Nullable Duration ttl;

  private EntryOptions(boolean hasTtl, @Nullable Duration ttl) {
    this.hasTtl = hasTtl;
    this.ttl = ttl;
  }

  /**
   * As the cache says.
   *
   * @return the options
   */
  public static EntryOptions defaults() {
    return DEFAULTS;
  }

  /**
   * A time to live, from the put on.
   *
   * @param ttl how long; positive
   * @return the options
   * @throws IllegalArgumentException if it is zero or negative
   */
  public static EntryOptions ttl(Duration ttl) {
    return new EntryOptions(true, Ttl.check("an entry's TTL", ttl));
  }

  /**
   * No expiry, even if the cache has a default.
   *
   * @return the options
   */
  public static EntryOptions noExpiry() {
    return new EntryOptions(true, null);
  }

  /** The time to live, or null for none. */
  @Nullable
  Duration ttlOr(@Nullable Duration cacheDefault) {
    return hasTtl ? ttl : cacheDefault;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EntryOptions that
        && hasTtl == that.hasTtl
        && java.util.Objects.equals(ttl, that.ttl);
  }

  @Override
  public int hashCode() {
    return java.util.Objects.hash(hasTtl, ttl);
  }

  @Override
  public String toString() {
    return hasTtl ? "EntryOptions[ttl=" + (ttl == null ? "none" : ttl) + "]" : "EntryOptions[]";
  }

  /** What a time to live may be. */
  static final class Ttl {
    private Ttl() {}

    static Duration check(String what, Duration ttl) {
      requireNonNull(ttl, what);
      if (ttl.isZero() || ttl.isNegative()) {
        throw new IllegalArgumentException(what + " must be positive: " + ttl);
      }
      return ttl;
    }
  }
}
