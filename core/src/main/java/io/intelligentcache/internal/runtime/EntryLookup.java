package io.intelligentcache.internal.runtime;

import io.intelligentcache.CacheEntry;
import io.intelligentcache.Found;
import io.intelligentcache.internal.concurrent.BlockingCalls;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Looks up the values of listed keys, some at a time, when the traversal needs them. */
public final class EntryLookup<K, V> extends Spliterators.AbstractSpliterator<CacheEntry<K, V>> {
  private static final int AT_A_TIME = 64;

  private final Spliterator<K> keys;
  private final Function<K, CompletableFuture<Found<V>>> lookup;
  private final Queue<CacheEntry<K, V>> found = new ArrayDeque<>();

  private EntryLookup(Spliterator<K> keys, Function<K, CompletableFuture<Found<V>>> lookup) {
    super(Long.MAX_VALUE, NONNULL);
    this.keys = keys;
    this.lookup = lookup;
  }

  /**
   * The keys with their values. Keys without a value are left out.
   *
   * @param lookup finds the value of a key
   */
  public static <K, V> Stream<CacheEntry<K, V>> entries(
      Stream<K> keys, Function<K, CompletableFuture<Found<V>>> lookup) {
    return StreamSupport.stream(
        () -> new EntryLookup<>(keys.spliterator(), lookup), NONNULL, false);
  }

  @Override
  public boolean tryAdvance(Consumer<? super CacheEntry<K, V>> action) {
    while (found.isEmpty() && lookUpSome()) {
      // some keys have no value any more
    }
    CacheEntry<K, V> next = found.poll();
    if (next != null) {
      action.accept(next);
    }
    return next != null;
  }

  /** Returns false if no key was left. */
  private boolean lookUpSome() {
    List<K> some = new ArrayList<>();
    List<CompletableFuture<Found<V>>> lookups = new ArrayList<>();
    while (some.size() < AT_A_TIME && keys.tryAdvance(some::add)) {
      lookups.add(lookup.apply(some.get(some.size() - 1)));
    }
    for (int i = 0; i < some.size(); i++) {
      Found<V> answer = BlockingCalls.forTiers(lookups.get(i));
      V value = answer.value();
      Duration left = answer.timeLeft();
      if (value != null && (left == null || left.compareTo(Duration.ZERO) > 0)) {
        found.add(new Listed<>(some.get(i), value, left));
      }
    }
    return !some.isEmpty();
  }

  record Listed<K, V>(K key, V value, @Nullable Duration timeLeft) implements CacheEntry<K, V> {}
}
