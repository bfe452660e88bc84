package io.intelligentcache.internal.runtime;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.internal.codec.ItemFormat;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.tier.Space;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the key spaces of one cache share, its own and those of its tenants: how keys and values are encoded, how long
 * entries live, and how they are weighed.
 *
 * @param keys how keys are written as text; null if they have no text, in memory only
 * @param format how values are encoded for the lower tiers; null if they are not written there
 * @param copies the tier shared with other instances, and the validity of its copies; null if no tier is shared
 * @param plainRequest the request of a read that passes neither a loader nor options
 * @param withoutLoader the request of a read that never loads
 * @param complaints the failures that are in the log
 */
public record CacheComponents<K, V>(
    CacheRuntime runtime,
    CacheSpec<K, V> spec,
    @Nullable KeyCodec<K> keys,
    @Nullable ItemFormat<V> format,
    EntryWeigher<K, V> weigher,
    ExpiryPolicy<K, V> expiryPolicy,
    @Nullable SharedCopies copies,
    ReadRequest<K, V> plainRequest,
    ReadRequest<K, V> withoutLoader,
    Set<String> complaints) {

  /**
   * Creates them.
   *
   * @param keys how keys are written as text; null if they have no text, in memory only
   * @param format how values are encoded for the lower tiers; null if they are not written there
   * @param defaultTtl how long entries live if the spec does not say so; null for no end
   */
  public static <K, V> CacheComponents<K, V> of(
      CacheRuntime runtime,
      String name,
      CacheSpec<K, V> spec,
      @Nullable KeyCodec<K> keys,
      @Nullable ItemFormat<V> format,
      @Nullable Duration defaultTtl) {
    var expiryPolicy = new ExpiryPolicy<K, V>(
        spec.ttl() != null ? spec.ttl() : defaultTtl,
        spec.ttlFunction(),
        spec.freshness(),
        runtime.time());
    Set<String> complaints = ConcurrentHashMap.newKeySet();
    return new CacheComponents<>(
        runtime,
        spec,
        keys,
        format,
        new EntryWeigher<>(
            spec.weigher(),
            runtime.tiers().memory()::capacity,
            new FailureLog(new Space(name, ""), complaints)),
        expiryPolicy,
        runtime.sharing(spec.outage()),
        ReadRequest.of(expiryPolicy, spec.loader(), EntryOptions.defaults()),
        ReadRequest.of(expiryPolicy, null, EntryOptions.defaults()),
        complaints);
  }
}
