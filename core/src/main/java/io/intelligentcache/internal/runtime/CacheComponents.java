package io.intelligentcache.internal.runtime;

import io.intelligentcache.CacheListener;
import io.intelligentcache.CacheSpec;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.internal.codec.ItemFormat;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.tier.Space;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the key spaces of one cache share, its own and those of its tenants: how keys and values are encoded, how long
 * entries live, and how they are weighed.
 *
 * @param format how values are encoded for the lower tiers; null if they are not written there
 * @param copies the tier shared with other instances, and the validity of its copies; null if no tier is shared
 * @param plainRequest the request of a read that passes neither a loader nor options
 * @param loaderExecutor runs loaders; null if the manager's threads run them
 * @param complaints the failures that are in the log
 */
public record CacheComponents<K, V>(
    CacheRuntime runtime,
    KeyCodec<K> keys,
    @Nullable ItemFormat<V> format,
    EntryWeigher<K, V> weigher,
    ExpiryPolicy<K, V> expiryPolicy,
    @Nullable SharedCopies copies,
    ReadRequest<K, V> plainRequest,
    @Nullable Executor loaderExecutor,
    @Nullable CacheListener<? super K, ? super V> listener,
    Set<String> complaints) {

  /**
   * Creates them.
   *
   * @param format how values are encoded for the lower tiers; null if they are not written there
   */
  public static <K, V> CacheComponents<K, V> of(
      CacheRuntime runtime, String name, CacheSpec<K, V> spec, @Nullable ItemFormat<V> format) {
    var expiryPolicy = new ExpiryPolicy<K, V>(
        spec.ttl() != null ? spec.ttl() : runtime.defaultTtl(),
        spec.ttlFunction(),
        spec.freshness(),
        runtime.time());
    Set<String> complaints = ConcurrentHashMap.newKeySet();
    return new CacheComponents<>(
        runtime,
        spec.keyCodec(),
        format,
        new EntryWeigher<>(
            spec.weigher(),
            runtime.memory()::capacity,
            new FailureLog(new Space(name, ""), complaints)),
        expiryPolicy,
        runtime.sharing(spec.outage()),
        ReadRequest.of(expiryPolicy, spec.loader(), EntryOptions.defaults()),
        spec.loaderExecutor(),
        spec.listener(),
        complaints);
  }
}
