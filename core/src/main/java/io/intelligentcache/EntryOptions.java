package io.intelligentcache;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.internal.setting.Settings;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Settings of one entry or of one call, where they differ from the cache's. */
public final class EntryOptions {
  private static final EntryOptions DEFAULTS = new EntryOptions(false, null, null);

  private final boolean hasTtl;
  private final @Nullable Duration ttl;
  private final @Nullable Freshness freshness;

  private EntryOptions(boolean hasTtl, @Nullable Duration ttl, @Nullable Freshness freshness) {
    this.hasTtl = hasTtl;
    this.ttl = ttl;
    this.freshness = freshness;
  }

  /**
   * The settings of the cache.
   *
   * @return the options
   */
  public static EntryOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets a time to live, counted from the put.
   *
   * @param ttl how long; positive
   * @return the options
   * @throws IllegalArgumentException if it is zero or negative
   */
  public static EntryOptions ttl(Duration ttl) {
    return new EntryOptions(true, Settings.ENTRY_TTL.check(ttl), null);
  }

  /**
   * No expiry, even if the cache has a default.
   *
   * @return the options
   */
  public static EntryOptions noExpiry() {
    return new EntryOptions(true, null, null);
  }

  /**
   * The same options with other freshness settings, which replace all freshness settings of the cache. For a
   * read they say which stale values it accepts and how long it waits. For a loaded value, or a put, they say
   * how long the value is kept.
   *
   * @param settings in place of the cache's
   * @return the options
   */
  public EntryOptions with(Freshness settings) {
    return new EntryOptions(hasTtl, ttl, requireNonNull(settings, "settings"));
  }

  /** {@return whether these options set the time to live; {@link #ttl} says how long it is} */
  public boolean hasTtl() {
    return hasTtl;
  }

  /** {@return the time to live, or null for none; means nothing unless {@link #hasTtl}} */
  public @Nullable Duration ttl() {
    return ttl;
  }

  /** {@return how fresh the value has to be, or null for the cache's settings} */
  public @Nullable Freshness freshness() {
    return freshness;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EntryOptions that
        && hasTtl == that.hasTtl
        && Objects.equals(ttl, that.ttl)
        && Objects.equals(freshness, that.freshness);
  }

  @Override
  public int hashCode() {
    return Objects.hash(hasTtl, ttl, freshness);
  }

  @Override
  public String toString() {
    return "EntryOptions["
        + (hasTtl ? "ttl=" + (ttl == null ? "none" : ttl) : "")
        + (freshness == null ? "" : (hasTtl ? ", " : "") + freshness)
        + "]";
  }
}
