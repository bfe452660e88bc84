package io.intelligentcache.internal.load;

import io.intelligentcache.Loaded;
import java.util.concurrent.CompletableFuture;

/** The load of one key that may be about to start. */
@FunctionalInterface
public interface PendingLoad<V> {
  /** Starts it. Called at most once. */
  CompletableFuture<Loaded<V>> now();

  /** It does not start at once, and perhaps never. */
  default void notNow() {}
}
