package io.intelligentcache;

import java.util.concurrent.CompletableFuture;

/** The load of one key that may be about to start. */
@FunctionalInterface
interface LoadStart<V> {
  /** Starts it. Called at most once. */
  CompletableFuture<Loaded<V>> now();

  /** It does not start at once, and perhaps never. */
  default void notNow() {}
}
