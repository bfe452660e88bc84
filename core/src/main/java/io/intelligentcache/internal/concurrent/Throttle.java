package io.intelligentcache.internal.concurrent;

import io.intelligentcache.internal.base.Failures;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Processes many items, a few at a time: whenever one is done, the next one begins.
 *
 * <p>Steps that complete at once run in a loop and are not nested, so the stack does not grow.
 */
public final class Throttle<T> {
  private final Iterator<T> items;
  private final Function<T, CompletableFuture<?>> step;
  private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

  /** Lanes that still have work. */
  private final AtomicInteger running;

  private Throttle(Iterable<T> items, int lanes, Function<T, CompletableFuture<?>> step) {
    this.items = items.iterator();
    this.running = new AtomicInteger(lanes);
    this.step = step;
  }

  /**
   * Processes items.
   *
   * @param lanes how many at a time
   * @param step begins the work on one; its failure does not stop the others
   * @return completes when all are done
   */
  public static <T> CompletableFuture<@Nullable Void> each(
      Iterable<T> items, int lanes, Function<T, CompletableFuture<?>> step) {
    var throttle = new Throttle<>(items, lanes, step);
    for (int lane = 0; lane < lanes; lane++) {
      throttle.runLane();
    }
    return throttle.done;
  }

  private void runLane() {
    while (true) {
      T item = next();
      if (item == null) {
        if (running.decrementAndGet() == 0) {
          done.complete(null);
        }
        return;
      }
      // A step that can't even begin has failed; the lane goes on.
      CompletableFuture<?> work = Failures.attemptAny(() -> step.apply(item));
      if (!work.isDone()) {
        var unused = work.whenComplete((result, failure) -> runLane());
        return;
      }
    }
  }

  private synchronized @Nullable T next() {
    return items.hasNext() ? items.next() : null;
  }
}
