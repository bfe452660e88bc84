package io.intelligentcache.internal.base;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What user code throws, and what its objects say of themselves: made safe to hand on. */
public final class Failures {
  /** More layers than this are a circle. */
  private static final int MOST_LAYERS = 16;

  private Failures() {}

  /** What has failed, without the {@link CompletionException}s that futures wrap it in. */
  public static Throwable unwrapped(Throwable failure) {
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
  public static Throwable safe(Throwable failure) {
    try {
      String unused = failure.toString();
      return failure;
    } catch (Throwable worse) {
      return new IllegalStateException(nameless(failure) + " was thrown");
    }
  }

  /** Begins what ends later. What it throws at once is its failure, too. */
  public static <T extends @Nullable Object> CompletableFuture<T> attempt(
      Supplier<CompletableFuture<T>> begin) {
    try {
      return begin.get();
    } catch (Throwable failure) {
      return CompletableFuture.failedFuture(safe(failure));
    }
  }

  /** As {@link #attempt}, whatever it brings. */
  @SuppressWarnings("unchecked") // what it brings is not looked at
  public static CompletableFuture<?> attemptAny(Supplier<? extends CompletableFuture<?>> begin) {
    return attempt((Supplier<CompletableFuture<Object>>) begin);
  }

  /**
   * As a step of a future. What the step throws, a key's {@code equals} for example, becomes one that the future can
   * wrap, see {@link #safe}.
   */
  public static <A extends @Nullable Object, B extends @Nullable Object> Function<A, B> step(
      Function<A, B> step) {
    return given -> {
      try {
        return step.apply(given);
      } catch (Throwable failure) {
        throw Failures.<RuntimeException>raised(safe(failure));
      }
    };
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
  }) // thrown as it is, checked or not
  private static <E extends Throwable> E raised(Throwable failure) throws E {
    throw (E) failure;
  }

  /** Says in the log what user code threw, whatever its message does. */
  public static void warn(Logger log, String what, Throwable failure) {
    try {
      log.warn(what, failure);
    } catch (Throwable unprintable) { // its message, or its cause, throws in turn
      log.warn(what);
    }
  }

  /** The text of a key, or of anything else of the user's, for messages; whatever its {@code toString} does. */
  public static String text(@Nullable Object object) {
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
