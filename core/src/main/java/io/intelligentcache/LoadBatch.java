package io.intelligentcache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Keys that are loaded in one go: those whose turn it is at once. A key that another instance is loading
 * does not keep the others waiting; should it have to be loaded all the same, that is a go of its own.
 */
final class LoadBatch<K, V> {
  private final Function<Set<K>, CompletableFuture<Map<K, Loaded<V>>>> loader;

  @GuardedBy("this")
  private final Map<K, CompletableFuture<Loaded<V>>> wanted = new LinkedHashMap<>();

  @GuardedBy("this")
  private int undecided = 1; // the caller, who is still adding keys

  LoadBatch(Function<Set<K>, CompletableFuture<Map<K, Loaded<V>>>> loader) {
    this.loader = loader;
  }

  /** A key that may turn out to be wanted. */
  synchronized LoadStart<V> add(K key) {
    undecided++;
    return new Member(key);
  }

  /** No more keys will be added. */
  void complete() {
    decided();
  }

  private void decided() {
    Map<K, CompletableFuture<Loaded<V>>> now;
    synchronized (this) {
      if (--undecided > 0 || wanted.isEmpty()) {
        return;
      }
      now = Map.copyOf(wanted);
    }
    load(now);
  }

  private void load(Map<K, CompletableFuture<Loaded<V>>> promises) {
    var unused = loader
        .apply(promises.keySet())
        .whenComplete((loaded, failure) -> promises.forEach((key, promise) -> {
          if (failure != null) {
            promise.completeExceptionally(failure);
          } else {
            promise.complete(loaded.getOrDefault(key, Loaded.absent()));
          }
        }));
  }

  private final class Member implements LoadStart<V> {
    private final K key;

    @GuardedBy("LoadBatch.this")
    private boolean isDecided;

    Member(K key) {
      this.key = key;
    }

    @Override
    public CompletableFuture<Loaded<V>> now() {
      var promise = new CompletableFuture<Loaded<V>>();
      boolean inTime;
      synchronized (LoadBatch.this) {
        inTime = !isDecided;
        isDecided = true;
        if (inTime) {
          wanted.put(key, promise);
        }
      }
      if (inTime) {
        decided();
      } else {
        load(Map.of(key, promise));
      }
      return promise;
    }

    @Override
    public void notNow() {
      boolean first;
      synchronized (LoadBatch.this) {
        first = !isDecided;
        isDecided = true;
      }
      if (first) {
        decided();
      }
    }
  }
}
