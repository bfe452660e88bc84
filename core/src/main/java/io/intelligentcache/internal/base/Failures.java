package io.intelligentcache.internal.base;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Makes what user code throws, and the texts of user objects, safe to use. */
public final class Failures {
  /** More layers than this are a circle of causes. */
  private static final int MOST_LAYERS = 16;

  private Failures() {}

  /** The failure without the {@link CompletionException}s in which futures wrap it. */
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
   * A failure that can be put into a future. A future calls {@code toString} of the failure that it wraps. If that
   * throws, the callers that wait for the future never get an answer.
   */
  public static Throwable safe(Throwable failure) {
    try {
      String unused = failure.toString();
      return failure;
    } catch (Throwable worse) {
      return new IllegalStateException(nameless(failure) + " was thrown");
    }
  }

  /** Begins an asynchronous operation. What it throws at once becomes the failure of the future. */
  public static <T extends @Nullable Object> CompletableFuture<T> attempt(
      Supplier<CompletableFuture<T>> begin) {
    try {
      return begin.get();
    } catch (Throwable failure) {
      return CompletableFuture.failedFuture(safe(failure));
    }
  }

  /** As {@link #attempt}, for any type of result. */
  @SuppressWarnings("unchecked") // the result is not used
  public static CompletableFuture<?> attemptAny(Supplier<? extends CompletableFuture<?>> begin) {
    return attempt((Supplier<CompletableFuture<Object>>) begin);
  }

  /**
   * Wraps a step of a future. If the step throws, for example in a key's {@code equals}, its failure becomes one that
   * the future can wrap, see {@link #safe}.
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

  /** Logs what user code threw, even if its message throws in turn. */
  public static void warn(Logger log, String what, Throwable failure) {
    try {
      log.warn(what, failure);
    } catch (Throwable unprintable) { // its message, or its cause, throws in turn
      log.warn(what);
    }
  }

  /**
   * The text of a key, or of another object of the user, for messages. Never fails, even if {@code toString} throws.
   */
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
