package io.intelligentcache.internal.load;

import io.intelligentcache.Loaded;
import java.util.concurrent.CompletableFuture;

/** A load of one key that may start. */
@FunctionalInterface
public interface PendingLoad<V> {
  /** Starts the load. Called at most once. */
  CompletableFuture<Loaded<V>> now();

  /** The load does not start at once, and perhaps never. */
  default void notNow() {}
}
