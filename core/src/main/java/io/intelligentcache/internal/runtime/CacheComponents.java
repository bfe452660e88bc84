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
 * What the key spaces of one cache have in common, its own and its tenants': how keys and values are written, how long entries
 * live, and what was learned of the sizes of values.
 *
 * @param format how values are written below memory; null if they are not
 * @param copies what other instances change, too; null if there is nothing
 * @param plainRequest of a read that brings neither loader nor options
 * @param loaderExecutor runs loaders, if it is not the manager's
 * @param complaints which complaints are in the log
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
   * Makes them.
   *
   * @param format of the values below memory; null if they are not written there
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
