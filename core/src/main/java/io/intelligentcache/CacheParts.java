package io.intelligentcache;

import io.intelligentcache.codec.ItemFormat;
import io.intelligentcache.codec.KeyCodec;
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
 * @param sharing what other instances change, too; null if there is nothing
 * @param plainRequest of a read that brings neither loader nor options
 * @param loaderExecutor runs loaders, if it is not the manager's
 * @param complaints which complaints are in the log
 */
record CacheParts<K, V>(
    Machinery machinery,
    KeyCodec<K> keys,
    @Nullable ItemFormat<V> format,
    Sizer<K, V> sizer,
    Lifetimes<K, V> lifetimes,
    @Nullable Sharing sharing,
    Request<K, V> plainRequest,
    @Nullable Executor loaderExecutor,
    @Nullable CacheListener<? super K, ? super V> listener,
    Set<String> complaints) {

  /**
   * Makes them.
   *
   * @param format of the values below memory; null if they are not written there
   */
  static <K, V> CacheParts<K, V> of(
      Machinery machinery, String name, CacheSpec<K, V> spec, @Nullable ItemFormat<V> format) {
    var lifetimes = new Lifetimes<K, V>(
        spec.ttl() != null ? spec.ttl() : machinery.defaultTtl(),
        spec.ttlFunction(),
        spec.freshness(),
        machinery.time());
    Set<String> complaints = ConcurrentHashMap.newKeySet();
    return new CacheParts<>(
        machinery,
        spec.keys(),
        format,
        new Sizer<>(
            spec.weigher(),
            machinery.memory()::capacity,
            new Complaints(new Space(name, ""), complaints)),
        lifetimes,
        machinery.sharing(spec.outage()),
        Request.of(lifetimes, spec.loader(), EntryOptions.defaults()),
        spec.loaderExecutor(),
        spec.listener(),
        complaints);
  }
}
