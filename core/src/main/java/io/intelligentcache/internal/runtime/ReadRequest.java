package io.intelligentcache.internal.runtime;

import io.intelligentcache.EntryOptions;
import io.intelligentcache.Freshness;
import io.intelligentcache.Loader;
import io.intelligentcache.internal.load.LoadRunner;
import io.intelligentcache.internal.memory.AgeingEntry;
import io.intelligentcache.internal.memory.MemoryEntry;
import org.jspecify.annotations.Nullable;

/**
 * What the reader of a key wants.
 *
 * @param loader is called if no tier has the key, or null
 * @param options how to keep the loaded value
 * @param freshness how fresh the value must be
 * @param purpose who reads
 * @param replaces the entry that a background refresh replaces although it is fresh; else null
 * @param where runs the loader in the caller's thread; null for a loader thread
 */
public record ReadRequest<K, V>(
    @Nullable Loader<? super K, ? extends V> loader,
    EntryOptions options,
    Freshness freshness,
    Purpose purpose,
    @Nullable AgeingEntry<K, V> replaces,
    LoadRunner.@Nullable Runner where) {
  /** Who reads. */
  public enum Purpose {
    /** A caller waits for the value: counted as a hit or a miss. */
    REQUEST,
    /** A warm-up. */
    WARM_UP,
    /** The cache itself, so that the value is fresh for the next caller; or a caller of {@code refresh}. */
    REFRESH
  }

  public static <K, V> ReadRequest<K, V> of(
      ExpiryPolicy<K, V> expiryPolicy,
      @Nullable Loader<? super K, ? extends V> loader,
      EntryOptions options) {
    return new ReadRequest<>(
        loader,
        options,
        ExpiryPolicy.freshness(options, expiryPolicy.freshness()),
        Purpose.REQUEST,
        null,
        null);
  }

  /** The same request, with its loader run by the thread of its caller. */
  public ReadRequest<K, V> loadedBy(LoadRunner.Runner caller) {
    return new ReadRequest<>(loader, options, freshness, purpose, replaces, caller);
  }

  public ReadRequest<K, V> forWarmUp() {
    return new ReadRequest<>(loader, options, freshness, Purpose.WARM_UP, null, null);
  }

  public ReadRequest<K, V> toReplace(AgeingEntry<K, V> entry) {
    return new ReadRequest<>(loader, options, freshness, Purpose.REFRESH, entry, null);
  }

  /** For a caller that wants the value loaded anew, whatever the tiers have. */
  public ReadRequest<K, V> toReload() {
    return new ReadRequest<>(loader, options, freshness, Purpose.REFRESH, null, null);
  }

  /** Whether the value is loaded anew, whatever the tiers have. */
  public boolean isReload() {
    return purpose == Purpose.REFRESH && replaces == null;
  }

  /** Whether a loaded value may replace this entry although it is fresh. */
  public boolean mayReplace(MemoryEntry<K, V> entry) {
    return isReload() || entry == replaces;
  }

  public boolean counts() {
    return purpose == Purpose.REQUEST;
  }
}
