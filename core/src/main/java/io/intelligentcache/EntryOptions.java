package io.intelligentcache;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.internal.setting.Settings;
import java.time.Duration;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Settings of one entry or of one call, where they differ from the cache's. */
public final class EntryOptions {
  private static final EntryOptions DEFAULTS = new EntryOptions(false, null, null, false);

  private final boolean hasTtl;
  private final @Nullable Duration ttl;
  private final @Nullable Freshness freshness;
  private final boolean inCallersThread;

  private EntryOptions(
      boolean hasTtl,
      @Nullable Duration ttl,
      @Nullable Freshness freshness,
      boolean inCallersThread) {
    this.hasTtl = hasTtl;
    this.ttl = ttl;
    this.freshness = freshness;
    this.inCallersThread = inCallersThread;
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
    return new EntryOptions(true, Settings.ENTRY_TTL.check(ttl), null, false);
  }

  /**
   * No expiry, even if the cache has a default.
   *
   * @return the options
   */
  public static EntryOptions noExpiry() {
    return new EntryOptions(true, null, null, false);
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
    return new EntryOptions(hasTtl, ttl, requireNonNull(settings, "settings"), inCallersThread);
  }

  /**
   * The same options for a read whose loader runs in the thread of its caller. So the loader finds what is bound to
   * that thread, such as a transaction, a security context or a request. There is still one load per key: callers
   * that come while the loader runs wait for it.
   *
   * <p>A load that the caller runs has no timeout, because the caller is busy with it. An interrupt of the caller is
   * left to the loader. A call that finds another load of the key running waits for that one as it would without this
   * option: up to the load timeout, or until it is interrupted. A loader that never returns keeps its key until this
   * instance writes or invalidates the key.
   *
   * <p>A read of many keys loads them one after the other, or in one call of a bulk loader. A refresh in the
   * background has no caller: its loader runs on a loader thread. Only synchronous reads take this option. A write
   * ignores it.
   *
   * @return the options
   */
  public EntryOptions loadInCallersThread() {
    return new EntryOptions(hasTtl, ttl, freshness, true);
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

  /** {@return whether the loader runs in the thread of the caller} */
  public boolean loadsInCallersThread() {
    return inCallersThread;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EntryOptions that
        && hasTtl == that.hasTtl
        && Objects.equals(ttl, that.ttl)
        && Objects.equals(freshness, that.freshness)
        && inCallersThread == that.inCallersThread;
  }

  @Override
  public int hashCode() {
    return Objects.hash(hasTtl, ttl, freshness, inCallersThread);
  }

  @Override
  public String toString() {
    var all = new StringJoiner(", ", "EntryOptions[", "]");
    if (hasTtl) {
      all.add("ttl=" + (ttl == null ? "none" : ttl));
    }
    if (freshness != null) {
      all.add(freshness.toString());
    }
    if (inCallersThread) {
      all.add("loaded in the caller's thread");
    }
    return all.toString();
  }
}
