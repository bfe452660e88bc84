package io.intelligentcache.internal.load;

import io.intelligentcache.tier.Space;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The cache or tenant that loads belong to. Two are equal only if they are the same object. */
public final class LoadScope {
  /** For messages. */
  final Space space;

  /** Runs the steps that follow on a load. */
  final Executor steps;

  /** Runs the cache's loaders; null if the manager's threads run them. */
  final @Nullable Executor loaderExecutor;

  public LoadScope(Space space, Executor steps, @Nullable Executor loaderExecutor) {
    this.space = space;
    this.steps = steps;
    this.loaderExecutor = loaderExecutor;
  }
}
