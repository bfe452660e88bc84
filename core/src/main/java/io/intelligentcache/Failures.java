package io.intelligentcache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What user code throws, and what its objects say of themselves: made safe to hand on. */
final class Failures {
  /** More layers than this are a circle. */
  private static final int MOST_LAYERS = 16;

  private Failures() {}

  /** What has failed, without the {@link CompletionException}s that futures wrap it in. */
  static Throwable unwrapped(Throwable failure) {
    Throwable inner = failure;
    for (int layer = 0; layer < MOST_LAYERS && inner instanceof CompletionException; layer++) {
      Throwable cause = inner.getCause();
      if (cause == null) {
        break;
      }
      inner = cause;
    }
    return inner;
  }

  /**
   * A failure that can be put into a future. A future asks what it wraps for its text; if that throws, those who
   * wait for the future never hear of it.
   */
  static Throwable safe(Throwable failure) {
    try {
      String unused = failure.toString();
      return failure;
    } catch (Throwable worse) {
      return new IllegalStateException(nameless(failure) + " was thrown");
    }
  }

  /** Begins what ends later. What it throws at once is its failure, too. */
  static <T extends @Nullable Object> CompletableFuture<T> attempt(
      Supplier<CompletableFuture<T>> begin) {
    try {
      return begin.get();
    } catch (Throwable failure) {
      return CompletableFuture.failedFuture(safe(failure));
    }
  }

  /** The text of a key, or of anything else of the user's, for messages; whatever its {@code toString} does. */
  static String text(@Nullable Object object) {
    try {
      return String.valueOf(object);
    } catch (Throwable failure) {
      return nameless(object);
    }
  }

  private static String nameless(@Nullable Object object) {
    return object == null ? "null" : object.getClass().getName() + ", whose toString() fails,";
  }
}
