package io.intelligentcache.internal;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.CacheEntry;
import io.intelligentcache.CacheTier;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.TieredCache;
import io.intelligentcache.Update;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cache as a map. Single keys are read and written in all tiers, by the operations of the cache that are atomic
 * there. Whatever concerns many keys covers those in memory.
 */
final class MapView<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V> {
  private final TieredCache<K, V> cache;

  MapView(TieredCache<K, V> cache) {
    this.cache = cache;
  }

  /** The argument as a key. One of another type is found nowhere, or the key codec refuses it. */
  @SuppressWarnings("unchecked")
  private K key(@Nullable Object key) {
    return (K) requireNonNull(key, "key");
  }

  @SuppressWarnings("unchecked")
  private V value(@Nullable Object value) {
    return (V) requireNonNull(value, "value");
  }

  @Override
  public int size() {
    return (int) Math.min(Integer.MAX_VALUE, cache.estimatedSize());
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return cache.containsKey(key(key));
  }

  @Override
  public boolean containsValue(@Nullable Object value) {
    return super.containsValue(requireNonNull(value, "value"));
  }

  @Override
  public @Nullable V get(@Nullable Object key) {
    return cache.getIfPresent(key(key));
  }

  @Override
  public @Nullable V put(K key, V value) {
    return cache.getAndPut(key, value);
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    cache.putAll(values);
  }

  @Override
  public @Nullable V putIfAbsent(K key, V value) {
    return cache.putIfAbsent(key, value);
  }

  @Override
  public @Nullable V remove(@Nullable Object key) {
    return cache.getAndRemove(key(key));
  }

  @Override
  public boolean remove(@Nullable Object key, @Nullable Object value) {
    return value != null && cache.remove(key(key), value(value));
  }

  @Override
  public boolean replace(K key, V expected, V value) {
    return cache.replace(key, expected, value);
  }

  @Override
  public @Nullable V replace(K key, V value) {
    return cache.replace(key, value);
  }

  @Override
  public @Nullable V compute(
      K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
    return cache.compute(key, function);
  }

  @Override
  public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> function) {
    requireNonNull(function, "function");
    V present = get(key);
    return present != null
        ? present
        : cache.update(key, (same, found) -> {
          V made = found.value() != null ? null : function.apply(same);
          return made == null ? Update.keep() : Update.put(made, EntryOptions.defaults());
        });
  }

  @Override
  public @Nullable V computeIfPresent(
      K key, BiFunction<? super K, ? super V, ? extends @Nullable V> function) {
    requireNonNull(function, "function");
    return cache.compute(key, (same, value) -> value == null ? null : function.apply(same, value));
  }

  @Override
  public @Nullable V merge(
      K key, V given, BiFunction<? super V, ? super V, ? extends @Nullable V> function) {
    requireNonNull(given, "value");
    requireNonNull(function, "function");
    return cache.compute(
        key, (same, value) -> value == null ? given : function.apply(value, given));
  }

  @Override
  public void clear() {
    cache.clear();
  }

  @Override
  public Set<K> keySet() {
    return new Keys();
  }

  @Override
  public Set<Entry<K, V>> entrySet() {
    return new Entries();
  }

  /** Finds and removes single keys in all tiers. Iterates those in memory. */
  private final class Keys extends AbstractSet<K> {
    @Override
    public int size() {
      return MapView.this.size();
    }

    @Override
    public boolean contains(@Nullable Object key) {
      return MapView.this.containsKey(key);
    }

    @Override
    public boolean remove(@Nullable Object key) {
      return MapView.this.remove(key) != null;
    }

    @Override
    public boolean removeAll(Collection<?> keys) {
      boolean removed = false;
      for (Object key : keys) {
        removed |= key != null && remove(key);
      }
      return removed;
    }

    @Override
    public void clear() {
      MapView.this.clear();
    }

    @Override
    public Iterator<K> iterator() {
      Iterator<Entry<K, V>> entries = entrySet().iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return entries.hasNext();
        }

        @Override
        public K next() {
          return entries.next().getKey();
        }

        @Override
        public void remove() {
          entries.remove();
        }
      };
    }
  }

  private final class Entries extends AbstractSet<Entry<K, V>> {
    @Override
    public int size() {
      return MapView.this.size();
    }

    @Override
    public boolean contains(@Nullable Object object) {
      return object instanceof Entry<?, ?> entry
          && entry.getKey() != null
          && entry.getValue() != null
          && entry.getValue().equals(cache.peek(key(entry.getKey())).value());
    }

    @Override
    public boolean remove(@Nullable Object object) {
      return object instanceof Entry<?, ?> entry
          && entry.getKey() != null
          && MapView.this.remove(entry.getKey(), entry.getValue());
    }

    @Override
    public void clear() {
      MapView.this.clear();
    }

    @Override
    public Iterator<Entry<K, V>> iterator() {
      return new EntryIterator();
    }
  }

  /** Iterates the entries whose keys are in memory, also those that Redis has to confirm. */
  private final class EntryIterator implements Iterator<Entry<K, V>> {
    private final Iterator<CacheEntry<K, V>> entries =
        cache.entries(CacheTier.MEMORY).iterator();
    private @Nullable K last;

    @Override
    public boolean hasNext() {
      return entries.hasNext();
    }

    @Override
    public Entry<K, V> next() {
      CacheEntry<K, V> entry = entries.next();
      last = entry.key();
      return new WriteThroughEntry(entry.key(), entry.value());
    }

    @Override
    public void remove() {
      K key = last;
      if (key == null) {
        throw new IllegalStateException("remove() needs a call of next() before it");
      }
      last = null;
      cache.invalidate(key);
    }
  }

  /** An entry whose {@code setValue} changes the cache. */
  private final class WriteThroughEntry extends SimpleEntry<K, V> {
    private static final long serialVersionUID = 1L;

    WriteThroughEntry(K key, V value) {
      super(key, value);
    }

    @Override
    public V setValue(V value) {
      cache.put(getKey(), value);
      return super.setValue(value);
    }
  }
}
